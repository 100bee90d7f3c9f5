-- CreateIndex
CREATE INDEX "contract_to_forget" ON "contract"("updated_at")
  WHERE "assertion" IS NOT NULL AND "state" IN ('INSTALLED', 'REFUSED', 'EXPIRED', 'CANCELLED');
