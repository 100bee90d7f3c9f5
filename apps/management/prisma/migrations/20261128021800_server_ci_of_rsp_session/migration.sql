-- AlterTable
-- Until now a server had one CI, which was both the eUICC's and its own.
ALTER TABLE "rsp_session" ADD COLUMN "server_ci_key_id" BYTEA;
UPDATE "rsp_session" SET "server_ci_key_id" = "ci_key_id";
ALTER TABLE "rsp_session" ALTER COLUMN "server_ci_key_id" SET NOT NULL;
