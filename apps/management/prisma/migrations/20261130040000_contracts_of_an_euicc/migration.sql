-- CreateIndex
CREATE INDEX "contract_eid_updated_at_idx" ON "contract"("eid", "updated_at");
