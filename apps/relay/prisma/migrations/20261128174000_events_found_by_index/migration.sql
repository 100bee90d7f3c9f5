-- The relay asks which event a contract has, for each package it carries (S30, S54).

-- CreateIndex
CREATE INDEX "event_contract_id_idx" ON "event"("contract_id");

-- As before, but that the events of an EID are found by the index: compared with a text, a column of fixed length is cast row by row,
-- and every registration looked at all events.
CREATE OR REPLACE FUNCTION register_event(
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
    IF (SELECT count(*) FROM event WHERE eid = p_eid::bpchar AND expires_at > p_now) >= p_events_per_eid THEN RETURN 'full'; END IF;
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
