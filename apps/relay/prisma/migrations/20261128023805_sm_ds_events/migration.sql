-- AlterTable
ALTER TABLE "es11_session" ALTER COLUMN "server_challenge" DROP NOT NULL;

-- AlterTable
ALTER TABLE "event" ADD COLUMN     "function_call" VARCHAR(64),
ADD COLUMN     "root_event_id" VARCHAR(64);

-- CreateTable
CREATE TABLE "event_owner" (
    "owner" VARCHAR(64) NOT NULL,
    "events" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "event_owner_pkey" PRIMARY KEY ("owner")
);

-- CreateTable
CREATE TABLE "forwarding" (
    "root_event_id" VARCHAR(64) NOT NULL,
    "eid" CHAR(32) NOT NULL,
    "wanted" BOOLEAN NOT NULL DEFAULT true,
    "settled" BOOLEAN NOT NULL DEFAULT false,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(6) NOT NULL,
    "leased_until" TIMESTAMPTZ(6) NOT NULL DEFAULT '-infinity',

    CONSTRAINT "forwarding_pkey" PRIMARY KEY ("root_event_id")
);

-- CreateIndex
CREATE INDEX "forwarding_settled_due_at_idx" ON "forwarding"("settled", "due_at");

-- CreateIndex
CREATE UNIQUE INDEX "event_root_event_id_key" ON "event"("root_event_id");

-- Who has events already is counted; from here on the triggers do.
INSERT INTO "event_owner" ("owner", "events") SELECT "owner", count(*) FROM "event" GROUP BY "owner";

CREATE FUNCTION count_registered_events() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO event_owner (owner, events) SELECT owner, count(*) FROM registered GROUP BY owner ORDER BY owner
      ON CONFLICT (owner) DO UPDATE SET events = event_owner.events + EXCLUDED.events;
    RETURN NULL;
  END $$;
CREATE TRIGGER events_registered AFTER INSERT ON "event"
  REFERENCING NEW TABLE AS registered FOR EACH STATEMENT EXECUTE FUNCTION count_registered_events();

-- An event that is gone, for whatever reason, is to be gone at the root SM-DS too.
CREATE FUNCTION settle_removed_events() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE event_owner SET events = event_owner.events - gone.events
      FROM (SELECT owner, count(*) AS events FROM removed GROUP BY owner) gone WHERE event_owner.owner = gone.owner;
    UPDATE forwarding SET wanted = false, settled = false, attempts = 0, due_at = '-infinity'
      FROM removed WHERE forwarding.root_event_id = removed.root_event_id;
    RETURN NULL;
  END $$;
CREATE TRIGGER events_removed AFTER DELETE ON "event"
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION settle_removed_events();

-- Registers an event: 'registered', 'repeated' for one that is there with the same values, 'known' for an EventID or key
-- that stands for something else, 'full' at a limit. The owner's row is locked first, here and by whoever removes, so
-- that limits hold however many register at once; the lock on the EID makes `sequence` the order of commits.
-- p_same_call_only: only the call that registered it counts as a repetition.
CREATE FUNCTION register_event(
  p_owner text, p_event_id text, p_eid text, p_rsp_server_address text, p_dak_digest bytea, p_with_certificate boolean,
  p_contract_id uuid, p_now timestamptz, p_expires_at timestamptz, p_function_call text, p_same_call_only boolean,
  p_root_event_id text, p_events_per_eid integer, p_events_per_owner integer
) RETURNS text LANGUAGE plpgsql AS $$
  DECLARE
    own integer;
    known event%ROWTYPE;
  BEGIN
    INSERT INTO event_owner (owner) VALUES (p_owner) ON CONFLICT DO NOTHING;
    SELECT events INTO own FROM event_owner WHERE owner = p_owner FOR UPDATE;
    SELECT * INTO known FROM event WHERE owner = p_owner AND event_id = p_event_id;
    IF FOUND AND known.expires_at <= p_now THEN
      DELETE FROM event WHERE owner = p_owner AND event_id = p_event_id;
      own := own - 1;
    ELSIF FOUND THEN
      RETURN CASE WHEN known.eid = p_eid AND known.rsp_server_address = p_rsp_server_address
          AND known.dak_digest IS NOT DISTINCT FROM p_dak_digest AND known.with_certificate = p_with_certificate
          AND (known.root_event_id IS NULL) = (p_root_event_id IS NULL)
          AND (NOT p_same_call_only OR known.function_call = p_function_call)
        THEN 'repeated' ELSE 'known' END;
    END IF;
    IF own >= p_events_per_owner THEN RETURN 'full'; END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(p_eid, 0));
    IF (SELECT count(*) FROM event WHERE eid = p_eid AND expires_at > p_now) >= p_events_per_eid THEN RETURN 'full'; END IF;
    INSERT INTO event (owner, event_id, eid, rsp_server_address, dak_digest, with_certificate, contract_id, created_at,
        expires_at, function_call, root_event_id)
      VALUES (p_owner, p_event_id, p_eid, p_rsp_server_address, p_dak_digest, p_with_certificate, p_contract_id, p_now,
        p_expires_at, p_function_call, p_root_event_id)
      ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN RETURN 'known'; END IF;
    IF p_root_event_id IS NOT NULL THEN
      INSERT INTO forwarding (root_event_id, eid, due_at) VALUES (p_root_event_id, p_eid, '-infinity');
    END IF;
    RETURN 'registered';
  END $$;

-- Removes one event of its owner; false when there is none.
CREATE FUNCTION delete_event(p_owner text, p_event_id text, p_eid text, p_now timestamptz)
RETURNS boolean LANGUAGE plpgsql AS $$
  DECLARE was_pending boolean;
  BEGIN
    PERFORM FROM event_owner WHERE owner = p_owner FOR UPDATE;
    DELETE FROM event WHERE owner = p_owner AND event_id = p_event_id AND eid = p_eid
      RETURNING expires_at > p_now INTO was_pending;
    RETURN coalesce(was_pending, false);
  END $$;

-- Removes up to p_limit lapsed events of one owner; says how many.
CREATE FUNCTION remove_lapsed_events(p_owner text, p_now timestamptz, p_limit integer)
RETURNS integer LANGUAGE plpgsql AS $$
  DECLARE gone integer;
  BEGIN
    PERFORM FROM event_owner WHERE owner = p_owner FOR UPDATE;
    DELETE FROM event WHERE owner = p_owner AND event_id IN (
      SELECT event_id FROM event WHERE owner = p_owner AND expires_at <= p_now ORDER BY expires_at LIMIT p_limit);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
  END $$;
