-- A session is stored when its eUICC has authenticated itself; those begun before are forgotten, and their downloads start anew.
DELETE FROM "rsp_session" WHERE "state" = 'INITIATED';
ALTER TABLE "rsp_session" DROP COLUMN "server_challenge", ALTER COLUMN "state" DROP DEFAULT;
ALTER TYPE "rsp_session_state" RENAME TO "rsp_session_state_before";
CREATE TYPE "rsp_session_state" AS ENUM ('AUTHENTICATED', 'BOUND', 'ENDED');
ALTER TABLE "rsp_session" ALTER COLUMN "state" TYPE "rsp_session_state" USING "state"::text::"rsp_session_state";
DROP TYPE "rsp_session_state_before";
