-- DropIndex
DROP INDEX "download_progress_due_at_created_at_idx";

-- CreateIndex
CREATE INDEX "download_progress_due_at_idx" ON "download_progress"("due_at");

-- What is not due is found by its age alone: an index on both columns would not have it in that order.
CREATE INDEX "download_progress_past_idx" ON "download_progress" ("created_at") WHERE "due_at" IS NULL;
