-- CreateEnum
CREATE TYPE "order_error_reason" AS ENUM ('EXPIRED', 'DOWNLOAD_TRIES_EXHAUSTED', 'CONFIRMATION_TRIES_EXHAUSTED', 'CANCELLED_BY_EUICC', 'INSTALLATION_FAILED');

-- DropIndex
DROP INDEX "profile_profile_type_state_idx";

-- AlterTable
ALTER TABLE "notification" ADD COLUMN "digest" BYTEA, ADD COLUMN "place" BIGSERIAL NOT NULL;
-- Of notifications stored so far the whole stands for what was signed.
UPDATE "notification" SET "digest" = sha256("octets");
ALTER TABLE "notification" ALTER COLUMN "digest" SET NOT NULL,
DROP CONSTRAINT "notification_pkey",
ADD CONSTRAINT "notification_pkey" PRIMARY KEY ("eid", "seq_number", "digest");

-- AlterTable
ALTER TABLE "profile" ADD COLUMN     "bound_otpk" BYTEA,
ADD COLUMN     "codes" BYTEA,
ADD COLUMN     "default_order" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "error_reason" "order_error_reason",
ADD COLUMN     "event_id" TEXT,
ADD COLUMN     "ordered_at" TIMESTAMPTZ(6),
ADD COLUMN     "policy_rules" SMALLINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "rsp_session" DROP COLUMN "bound_package",
ADD COLUMN     "bound_head" BYTEA;

-- CreateTable
CREATE TABLE "batch_row" (
    "row_key" VARCHAR(128) NOT NULL,
    "digest" BYTEA NOT NULL,
    "iccid" VARCHAR(20) NOT NULL,

    CONSTRAINT "batch_row_pkey" PRIMARY KEY ("row_key")
);

-- CreateTable
CREATE TABLE "smds_event" (
    "event_id" TEXT NOT NULL,
    "eid" CHAR(32) NOT NULL,
    "iccid" VARCHAR(20) NOT NULL,
    "smds_address" TEXT NOT NULL,
    "wanted" BOOLEAN NOT NULL,
    "settled" BOOLEAN NOT NULL DEFAULT false,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "smds_event_pkey" PRIMARY KEY ("event_id","eid")
);

-- CreateTable
CREATE TABLE "download_progress" (
    "id" BIGSERIAL NOT NULL,
    "iccid" VARCHAR(20) NOT NULL,
    "eid" CHAR(32) NOT NULL,
    "profile_type" VARCHAR(64) NOT NULL,
    "point" SMALLINT NOT NULL,
    "subject_code" VARCHAR(16),
    "reason_code" VARCHAR(16),
    "message" TEXT,
    "result_data" BYTEA,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(6),
    "delivered_at" TIMESTAMPTZ(6),

    CONSTRAINT "download_progress_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "smds_event_settled_due_at_idx" ON "smds_event"("settled", "due_at");

-- CreateIndex
CREATE INDEX "smds_event_iccid_idx" ON "smds_event"("iccid");

-- CreateIndex
CREATE INDEX "download_progress_iccid_idx" ON "download_progress"("iccid");

-- CreateIndex
CREATE INDEX "download_progress_due_at_idx" ON "download_progress"("due_at");

-- CreateIndex
CREATE UNIQUE INDEX "notification_place_key" ON "notification"("place");

-- CreateIndex
CREATE UNIQUE INDEX "profile_event_id_key" ON "profile"("event_id");

-- CreateIndex
CREATE INDEX "profile_profile_type_state_created_at_idx" ON "profile"("profile_type", "state", "created_at");

-- CreateIndex
CREATE INDEX "profile_state_expires_at_idx" ON "profile"("state", "expires_at");

-- Orders that are there already.
UPDATE "profile" SET "ordered_at" = "created_at" WHERE "state" <> 'AVAILABLE';
INSERT INTO "smds_event" ("event_id", "eid", "iccid", "smds_address", "wanted", "settled", "due_at")
  SELECT "matching_id", "eid", "iccid", "smds_address", true, true, now() FROM "profile"
  WHERE "state" IN ('RELEASED', 'DOWNLOADED') AND "smds_address" IS NOT NULL AND "matching_id" IS NOT NULL AND "eid" IS NOT NULL;

-- What an SM-DS shall know of an order follows from its state. Kept here, in the transaction that changes the state, so that
-- no way of changing it can forget it. A contract's profile is announced with its data acquisition key, by the contract desk.
CREATE FUNCTION wish_event() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO smds_event (event_id, eid, iccid, smds_address, wanted, due_at)
      VALUES (COALESCE(NEW.event_id, NEW.matching_id, OLD.event_id, OLD.matching_id), COALESCE(NEW.eid, OLD.eid), NEW.iccid,
        COALESCE(NEW.smds_address, OLD.smds_address), NEW.state = 'RELEASED', '-infinity')
      ON CONFLICT (event_id, eid) DO UPDATE SET wanted = EXCLUDED.wanted, iccid = EXCLUDED.iccid,
        smds_address = EXCLUDED.smds_address,
        due_at = CASE WHEN smds_event.settled THEN '-infinity' ELSE smds_event.due_at END, settled = false, attempts = 0;
    RETURN NULL;
  END $$;
CREATE TRIGGER profile_released AFTER INSERT ON "profile" FOR EACH ROW
  WHEN (NEW.state = 'RELEASED' AND NEW.smds_address IS NOT NULL AND NEW.contract_id IS NULL) EXECUTE FUNCTION wish_event();
CREATE TRIGGER profile_order_released AFTER UPDATE OF state ON "profile" FOR EACH ROW
  WHEN (NEW.state = 'RELEASED' AND OLD.state <> 'RELEASED' AND NEW.smds_address IS NOT NULL AND NEW.contract_id IS NULL)
  EXECUTE FUNCTION wish_event();
CREATE TRIGGER profile_order_over AFTER UPDATE OF state ON "profile" FOR EACH ROW
  WHEN (OLD.state IN ('RELEASED', 'DOWNLOADED') AND NEW.state NOT IN ('RELEASED', 'DOWNLOADED') AND OLD.smds_address IS NOT NULL)
  EXECUTE FUNCTION wish_event();

-- An order that is over takes its sessions along, with what they hold of the binding. Their eUICC keys stay: a result may come.
CREATE FUNCTION end_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE rsp_session SET state = 'ENDED', bound_head = NULL, euicc_otpk = NULL
      WHERE iccid = NEW.iccid AND state IN ('AUTHENTICATED', 'BOUND');
    RETURN NULL;
  END $$;
CREATE TRIGGER profile_sessions_over AFTER UPDATE OF state ON "profile" FOR EACH ROW
  WHEN (OLD.state IN ('RELEASED', 'DOWNLOADED') AND NEW.state NOT IN ('RELEASED', 'DOWNLOADED'))
  EXECUTE FUNCTION end_sessions();

CREATE FUNCTION forget_binding() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.bound_otpk := NULL; RETURN NEW; END $$;
CREATE TRIGGER profile_binding_over BEFORE UPDATE OF state ON "profile" FOR EACH ROW
  WHEN (NEW.bound_otpk IS NOT NULL AND NEW.state NOT IN ('RELEASED', 'DOWNLOADED')) EXECUTE FUNCTION forget_binding();

-- Encrypted octets do not get smaller; trying costs more than anything else about storing them.
ALTER TABLE "profile" ALTER COLUMN "protected_package" SET STORAGE EXTERNAL, ALTER COLUMN "metadata" SET STORAGE EXTERNAL;
ALTER TABLE "rsp_session" ALTER COLUMN "bound_head" SET STORAGE EXTERNAL;
