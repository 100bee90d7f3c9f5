-- AlterTable
ALTER TABLE "identity_certificate" ADD COLUMN     "acquired_at" TIMESTAMPTZ(6);

-- Of those that are there nobody knows whether they were acquired: what is kept for them stays.
UPDATE "identity_certificate" SET "acquired_at" = "issued_at" WHERE "certificate" IS NOT NULL;
