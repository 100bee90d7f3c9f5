-- AlterTable
ALTER TABLE "verification" DROP COLUMN "id_photo",
ADD COLUMN     "capture_id" BYTEA,
ADD COLUMN     "chain_head" BYTEA,
ADD COLUMN     "colours" VARCHAR(64) NOT NULL DEFAULT '',
ADD COLUMN     "last_frame_at_ms" BIGINT NOT NULL DEFAULT -1,
ADD COLUMN     "prompt_expires_at" TIMESTAMPTZ(6),
ADD COLUMN     "prompt_nonce" BYTEA,
ADD COLUMN     "prompt_number" INTEGER NOT NULL DEFAULT 0,
ALTER COLUMN "motions" SET DEFAULT '';

-- CreateTable
CREATE TABLE "capture_segment" (
    "verification_id" UUID NOT NULL,
    "prompt_number" INTEGER NOT NULL,
    "segment" BYTEA NOT NULL,

    CONSTRAINT "capture_segment_pkey" PRIMARY KEY ("verification_id","prompt_number")
);

-- AddForeignKey
ALTER TABLE "capture_segment" ADD CONSTRAINT "capture_segment_verification_id_fkey" FOREIGN KEY ("verification_id") REFERENCES "verification"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
