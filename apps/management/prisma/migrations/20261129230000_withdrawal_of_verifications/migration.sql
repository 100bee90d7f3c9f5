-- AlterTable
ALTER TABLE "contract" ADD COLUMN     "withdrawal_attempts" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "withdrawal_due_at" TIMESTAMPTZ(6);

-- Contracts that ended before: authentication may still have something of them.
UPDATE "contract" SET "withdrawal_due_at" = CURRENT_TIMESTAMP
WHERE "state" IN ('CANCELLED', 'EXPIRED') AND "dak_digest" IS NOT NULL AND ("verification_id" IS NOT NULL OR NOT "by_certificate");

-- CreateIndex
CREATE INDEX "contract_withdrawal_due" ON "contract"("withdrawal_due_at") WHERE "withdrawal_due_at" IS NOT NULL;
