-- DropIndex
DROP INDEX "smds_event_settled_due_at_idx";

-- Addresses are compared as text from now on: as the server writes them, in lower case and without the dot of the root.
UPDATE "profile" SET "smds_address" = lower(rtrim("smds_address", '.'))
  WHERE "contract_id" IS NULL AND "smds_address" <> lower(rtrim("smds_address", '.'));
UPDATE "smds_event" SET "smds_address" = lower(rtrim("smds_address", '.')) WHERE "smds_address" <> lower(rtrim("smds_address", '.'));

-- AlterTable
ALTER TABLE "smds_event" DROP CONSTRAINT "smds_event_pkey",
ADD CONSTRAINT "smds_event_pkey" PRIMARY KEY ("event_id", "eid", "smds_address");

-- CreateIndex
CREATE INDEX "smds_event_smds_address_settled_due_at_idx" ON "smds_event"("smds_address", "settled", "due_at");

-- An event may have to be taken from one SM-DS and be registered at another.
CREATE OR REPLACE FUNCTION wish_event() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO smds_event (event_id, eid, iccid, smds_address, wanted, due_at)
      VALUES (COALESCE(NEW.event_id, NEW.matching_id, OLD.event_id, OLD.matching_id), COALESCE(NEW.eid, OLD.eid), NEW.iccid,
        COALESCE(NEW.smds_address, OLD.smds_address), NEW.state = 'RELEASED', '-infinity')
      ON CONFLICT (event_id, eid, smds_address) DO UPDATE SET wanted = EXCLUDED.wanted, iccid = EXCLUDED.iccid,
        due_at = CASE WHEN smds_event.settled THEN '-infinity' ELSE smds_event.due_at END, settled = false, attempts = 0;
    RETURN NULL;
  END $$;
