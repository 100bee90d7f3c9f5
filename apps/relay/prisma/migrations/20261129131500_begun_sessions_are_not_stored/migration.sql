-- A session is stored when its challenge is answered; those begun before are forgotten, and who began them asks anew.
DELETE FROM "es11_session" WHERE "state" = 'INITIATED';
ALTER TABLE "es11_session" DROP COLUMN "state", DROP COLUMN "server_challenge", DROP COLUMN "ci_key_id", DROP COLUMN "created_at";
DROP TYPE "es11_session_state";
