-- CreateEnum
CREATE TYPE "contract_state" AS ENUM ('APPLIED', 'INFORMATION_SUBMITTED', 'IDENTITY_PROOF_REQUESTED', 'VERIFYING_IDENTITY', 'STEP_UP_REQUIRED', 'IDENTITY_ESTABLISHED', 'PROFILE_GENERATED', 'PROFILE_READY', 'INSTALLED', 'REFUSED', 'EXPIRED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "profile_state" AS ENUM ('AVAILABLE', 'ALLOCATED', 'LINKED', 'CONFIRMED', 'RELEASED', 'DOWNLOADED', 'INSTALLED', 'ERROR', 'UNAVAILABLE');

-- CreateEnum
CREATE TYPE "rsp_session_state" AS ENUM ('INITIATED', 'AUTHENTICATED', 'BOUND', 'ENDED');

-- CreateTable
CREATE TABLE "contract" (
    "id" UUID NOT NULL,
    "application_id" BYTEA NOT NULL,
    "state" "contract_state" NOT NULL DEFAULT 'APPLIED',
    "nonce" BYTEA,
    "eid" CHAR(32),
    "assertion" BYTEA,
    "applicant" BYTEA,
    "dak_digest" BYTEA,
    "by_certificate" BOOLEAN NOT NULL DEFAULT false,
    "sealed_documents" BYTEA,
    "verification_id" UUID,
    "identity_proof_request" BYTEA,
    "step_up_reasons" JSONB NOT NULL DEFAULT '[]',
    "refusal_reasons" JSONB NOT NULL DEFAULT '[]',
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "worked_on_until" TIMESTAMPTZ(6),

    CONSTRAINT "contract_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "profile" (
    "iccid" VARCHAR(20) NOT NULL,
    "profile_type" VARCHAR(64) NOT NULL,
    "state" "profile_state" NOT NULL DEFAULT 'AVAILABLE',
    "eid" CHAR(32),
    "matching_id" TEXT,
    "confirmation_code_hash" BYTEA,
    "confirmation_tries_left" INTEGER NOT NULL DEFAULT 3,
    "download_tries_left" INTEGER NOT NULL DEFAULT 10,
    "smds_address" TEXT,
    "expires_at" TIMESTAMPTZ(6),
    "metadata" BYTEA NOT NULL,
    "protected_package" BYTEA NOT NULL,
    "profile_keys" BYTEA NOT NULL,
    "contract_id" UUID,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "profile_pkey" PRIMARY KEY ("iccid")
);

-- CreateTable
CREATE TABLE "subscription" (
    "imsi" VARCHAR(15) NOT NULL,
    "msisdn" VARCHAR(15) NOT NULL,
    "iccid" VARCHAR(20) NOT NULL,
    "keys" BYTEA NOT NULL,
    "sqn" BIGINT NOT NULL DEFAULT 0,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "subscription_pkey" PRIMARY KEY ("imsi")
);

-- CreateTable
CREATE TABLE "aka_attempt" (
    "id" UUID NOT NULL,
    "imsi" VARCHAR(15) NOT NULL,
    "rand" BYTEA NOT NULL,
    "xres_digest" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "answered_at" TIMESTAMPTZ(6),

    CONSTRAINT "aka_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rsp_session" (
    "transaction_id" BYTEA NOT NULL,
    "state" "rsp_session_state" NOT NULL DEFAULT 'INITIATED',
    "server_challenge" BYTEA NOT NULL,
    "ci_key_id" BYTEA NOT NULL,
    "eid" CHAR(32),
    "euicc_public_key" BYTEA,
    "iccid" VARCHAR(20),
    "smdp_signature2" BYTEA,
    "euicc_otpk" BYTEA,
    "bound_package" BYTEA,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "rsp_session_pkey" PRIMARY KEY ("transaction_id")
);

-- CreateTable
CREATE TABLE "notification" (
    "eid" CHAR(32) NOT NULL,
    "seq_number" INTEGER NOT NULL,
    "event" VARCHAR(16) NOT NULL,
    "iccid" VARCHAR(20),
    "octets" BYTEA NOT NULL,
    "outcome" VARCHAR(64) NOT NULL,
    "received_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notification_pkey" PRIMARY KEY ("eid","seq_number")
);

-- CreateTable
CREATE TABLE "number_counter" (
    "name" VARCHAR(32) NOT NULL,
    "next" BIGINT NOT NULL,

    CONSTRAINT "number_counter_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "certificate_status" (
    "issuer_key_id" BYTEA NOT NULL,
    "crl" BYTEA NOT NULL,
    "number" BIGINT NOT NULL,
    "next_update" TIMESTAMPTZ(6) NOT NULL,
    "fetched_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "certificate_status_pkey" PRIMARY KEY ("issuer_key_id")
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
CREATE UNIQUE INDEX "contract_application_id_key" ON "contract"("application_id");

-- CreateIndex
CREATE INDEX "contract_state_expires_at_idx" ON "contract"("state", "expires_at");

-- CreateIndex
CREATE INDEX "contract_created_at_idx" ON "contract"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "profile_matching_id_key" ON "profile"("matching_id");

-- CreateIndex
CREATE UNIQUE INDEX "profile_contract_id_key" ON "profile"("contract_id");

-- CreateIndex
CREATE INDEX "profile_eid_state_idx" ON "profile"("eid", "state");

-- CreateIndex
CREATE INDEX "profile_profile_type_state_idx" ON "profile"("profile_type", "state");

-- CreateIndex
CREATE UNIQUE INDEX "subscription_msisdn_key" ON "subscription"("msisdn");

-- CreateIndex
CREATE UNIQUE INDEX "subscription_iccid_key" ON "subscription"("iccid");

-- CreateIndex
CREATE INDEX "subscription_created_at_idx" ON "subscription"("created_at");

-- CreateIndex
CREATE INDEX "aka_attempt_created_at_idx" ON "aka_attempt"("created_at");

-- CreateIndex
CREATE INDEX "rsp_session_expires_at_idx" ON "rsp_session"("expires_at");

-- CreateIndex
CREATE INDEX "rsp_session_iccid_eid_idx" ON "rsp_session"("iccid", "eid");

-- CreateIndex
CREATE INDEX "notification_iccid_idx" ON "notification"("iccid");

-- CreateIndex
CREATE UNIQUE INDEX "flow_step_contract_id_step_recorded_by_start_time_key" ON "flow_step"("contract_id", "step", "recorded_by", "start_time");

-- AddForeignKey
ALTER TABLE "profile" ADD CONSTRAINT "profile_contract_id_fkey" FOREIGN KEY ("contract_id") REFERENCES "contract"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscription" ADD CONSTRAINT "subscription_iccid_fkey" FOREIGN KEY ("iccid") REFERENCES "profile"("iccid") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "aka_attempt" ADD CONSTRAINT "aka_attempt_imsi_fkey" FOREIGN KEY ("imsi") REFERENCES "subscription"("imsi") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Whoever watches a contract is woken by every change of its state, whichever replica makes it.
CREATE FUNCTION announce_contract() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN PERFORM pg_notify('contract', NEW.id::text); RETURN NULL; END $$;
CREATE TRIGGER contract_changed AFTER INSERT OR UPDATE OF state, identity_proof_request, refusal_reasons ON "contract"
  FOR EACH ROW EXECUTE FUNCTION announce_contract();
