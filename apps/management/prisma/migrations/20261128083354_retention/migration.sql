-- DropIndex
DROP INDEX "download_progress_due_at_idx";

-- AlterTable
-- Rows that are there already: their period begins now.
ALTER TABLE "batch_row" ADD COLUMN     "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateIndex
CREATE INDEX "batch_row_created_at_idx" ON "batch_row"("created_at");

-- CreateIndex
CREATE INDEX "download_progress_due_at_created_at_idx" ON "download_progress"("due_at", "created_at");
