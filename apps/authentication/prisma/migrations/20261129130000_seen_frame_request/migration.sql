-- AlterTable
ALTER TABLE "seen_frame" RENAME COLUMN "capture_id" TO "identity_proof_request_id";
