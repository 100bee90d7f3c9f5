-- CreateEnum
CREATE TYPE "es11_session_state" AS ENUM ('INITIATED', 'AUTHENTICATED', 'ENDED');

-- CreateTable
CREATE TABLE "event" (
    "owner" VARCHAR(64) NOT NULL,
    "event_id" VARCHAR(255) NOT NULL,
    "eid" CHAR(32) NOT NULL,
    "rsp_server_address" VARCHAR(253) NOT NULL,
    "dak_digest" BYTEA,
    "with_certificate" BOOLEAN NOT NULL DEFAULT false,
    "contract_id" UUID,
    "sequence" BIGSERIAL NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "event_pkey" PRIMARY KEY ("owner","event_id")
);

-- CreateTable
CREATE TABLE "es11_session" (
    "transaction_id" BYTEA NOT NULL,
    "state" "es11_session_state" NOT NULL DEFAULT 'INITIATED',
    "server_challenge" BYTEA NOT NULL,
    "ci_key_id" BYTEA NOT NULL,
    "eid" CHAR(32),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "es11_session_pkey" PRIMARY KEY ("transaction_id")
);

-- CreateTable
CREATE TABLE "es9_route" (
    "transaction_id" BYTEA NOT NULL,
    "rsp_server_address" VARCHAR(253) NOT NULL,
    "contract_id" UUID,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "es9_route_pkey" PRIMARY KEY ("transaction_id")
);

-- CreateTable
CREATE TABLE "flow_step" (
    "id" BIGSERIAL NOT NULL,
    "contract_id" UUID NOT NULL,
    "step" VARCHAR(3) NOT NULL,
    "recorded_by" VARCHAR(64) NOT NULL,
    "start_time" TIMESTAMPTZ(6) NOT NULL,
    "duration_us" BIGINT NOT NULL,
    "outcome" VARCHAR(64) NOT NULL,

    CONSTRAINT "flow_step_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "event_dak_digest_key" ON "event"("dak_digest");

-- CreateIndex
CREATE INDEX "event_eid_sequence_idx" ON "event"("eid", "sequence");

-- CreateIndex
CREATE INDEX "event_expires_at_idx" ON "event"("expires_at");

-- CreateIndex
CREATE INDEX "es11_session_expires_at_idx" ON "es11_session"("expires_at");

-- CreateIndex
CREATE INDEX "es9_route_expires_at_idx" ON "es9_route"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "flow_step_contract_id_step_recorded_by_start_time_key" ON "flow_step"("contract_id", "step", "recorded_by", "start_time");

-- Whoever waits under the digest of a data acquisition key is woken when something is registered there.
CREATE FUNCTION announce_event() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN PERFORM pg_notify('event', encode(NEW.dak_digest, 'hex')); RETURN NULL; END $$;
CREATE TRIGGER event_registered AFTER INSERT ON "event"
  FOR EACH ROW WHEN (NEW.dak_digest IS NOT NULL) EXECUTE FUNCTION announce_event();
