-- AlterEnum
ALTER TYPE "verification_state" ADD VALUE 'WITHDRAWN';

-- CreateTable
CREATE TABLE "withdrawn_contract" (
    "carrier" VARCHAR(64) NOT NULL,
    "contract_id" UUID NOT NULL,
    "withdrawn_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "withdrawn_contract_pkey" PRIMARY KEY ("carrier","contract_id")
);

-- CreateIndex
CREATE INDEX "withdrawn_contract_withdrawn_at_idx" ON "withdrawn_contract"("withdrawn_at");
