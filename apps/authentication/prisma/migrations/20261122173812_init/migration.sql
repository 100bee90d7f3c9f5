-- CreateEnum
CREATE TYPE "verification_state" AS ENUM ('ID_PHOTO_REQUESTED', 'JUDGING', 'VERIFIED', 'REFUSED', 'EXPIRED');

-- CreateTable
CREATE TABLE "verification" (
    "id" UUID NOT NULL,
    "carrier" VARCHAR(64) NOT NULL,
    "contract_id" UUID NOT NULL,
    "request_digest" BYTEA NOT NULL,
    "state" "verification_state" NOT NULL DEFAULT 'ID_PHOTO_REQUESTED',
    "eid" BYTEA NOT NULL,
    "euicc_public_key" BYTEA NOT NULL,
    "dak_digest" BYTEA NOT NULL,
    "documents" BYTEA,
    "id_photo" BYTEA,
    "identity_proof_request_id" UUID NOT NULL,
    "motions" VARCHAR(64) NOT NULL,
    "nonce" BYTEA NOT NULL,
    "identity_proof_expires_at" TIMESTAMPTZ(6) NOT NULL,
    "tries_left" INTEGER NOT NULL,
    "reasons" JSONB NOT NULL DEFAULT '[]',
    "verdict" JSONB,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decided_at" TIMESTAMPTZ(6),
    "erased_at" TIMESTAMPTZ(6),
    "judged_until" TIMESTAMPTZ(6),

    CONSTRAINT "verification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity_certificate" (
    "serial_number" VARCHAR(40) NOT NULL,
    "verification_id" UUID NOT NULL,
    "dak_digest" BYTEA NOT NULL,
    "eid_tag" BYTEA NOT NULL,
    "certificate" BYTEA,
    "attribute_openings" BYTEA,
    "issued_at" TIMESTAMPTZ(6) NOT NULL,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "acquirable_until" TIMESTAMPTZ(6) NOT NULL,
    "revoked_at" TIMESTAMPTZ(6),
    "revocation_reason" INTEGER,

    CONSTRAINT "identity_certificate_pkey" PRIMARY KEY ("serial_number")
);

-- CreateTable
CREATE TABLE "status_list" (
    "number" BIGINT NOT NULL,
    "crl" BYTEA NOT NULL,
    "this_update" TIMESTAMPTZ(6) NOT NULL,
    "next_update" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "status_list_pkey" PRIMARY KEY ("number")
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
CREATE INDEX "verification_state_created_at_idx" ON "verification"("state", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "verification_carrier_contract_id_request_digest_key" ON "verification"("carrier", "contract_id", "request_digest");

-- CreateIndex
CREATE UNIQUE INDEX "identity_certificate_verification_id_key" ON "identity_certificate"("verification_id");

-- CreateIndex
CREATE UNIQUE INDEX "identity_certificate_dak_digest_key" ON "identity_certificate"("dak_digest");

-- CreateIndex
CREATE INDEX "identity_certificate_eid_tag_idx" ON "identity_certificate"("eid_tag");

-- CreateIndex
CREATE INDEX "identity_certificate_issued_at_idx" ON "identity_certificate"("issued_at");

-- CreateIndex
CREATE UNIQUE INDEX "flow_step_contract_id_step_recorded_by_start_time_key" ON "flow_step"("contract_id", "step", "recorded_by", "start_time");

-- AddForeignKey
ALTER TABLE "identity_certificate" ADD CONSTRAINT "identity_certificate_verification_id_fkey" FOREIGN KEY ("verification_id") REFERENCES "verification"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
