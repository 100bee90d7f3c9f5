-- AlterEnum
ALTER TYPE "verification_state" ADD VALUE 'IN_REVIEW';

-- AlterTable
ALTER TABLE "verification" ADD COLUMN     "review_accepted" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "review_claim" BYTEA,
ADD COLUMN     "review_claimed_until" TIMESTAMPTZ(6),
ADD COLUMN     "review_expires_at" TIMESTAMPTZ(6),
ADD COLUMN     "review_queued_at" TIMESTAMPTZ(6),
ADD COLUMN     "reviewer" VARCHAR(64);

-- CreateTable
CREATE TABLE "review_event" (
    "id" BIGSERIAL NOT NULL,
    "verification_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL,
    "action" VARCHAR(16) NOT NULL,
    "reviewer" VARCHAR(64) NOT NULL,
    "reason" VARCHAR(500) NOT NULL,

    CONSTRAINT "review_event_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "review_event_verification_id_idx" ON "review_event"("verification_id");

-- AddForeignKey
ALTER TABLE "review_event" ADD CONSTRAINT "review_event_verification_id_fkey" FOREIGN KEY ("verification_id") REFERENCES "verification"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
