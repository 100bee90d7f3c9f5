-- CreateTable
CREATE TABLE "download_name" (
    "name" TEXT NOT NULL,
    "iccid" VARCHAR(20) NOT NULL,

    CONSTRAINT "download_name_pkey" PRIMARY KEY ("name")
);

-- Orders that are there already; where two collide, the matching id keeps the name, as the eUICC is answered.
INSERT INTO "download_name" ("name", "iccid") SELECT "matching_id", "iccid" FROM "profile" WHERE "matching_id" IS NOT NULL;
INSERT INTO "download_name" ("name", "iccid") SELECT "event_id", "iccid" FROM "profile" WHERE "event_id" IS NOT NULL
  ON CONFLICT DO NOTHING;

-- One name, one order, whichever way it is given: a unique index can't tell apart two columns of different rows. The names of one
-- order are taken in their order, so that two orders that want the same two don't wait for each other.
CREATE FUNCTION keep_download_names() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP <> 'INSERT' THEN
      IF TG_OP = 'UPDATE' AND NEW.matching_id IS NOT DISTINCT FROM OLD.matching_id AND NEW.event_id IS NOT DISTINCT FROM OLD.event_id
        THEN RETURN NULL;
      END IF;
      DELETE FROM download_name WHERE name IN (OLD.matching_id, OLD.event_id) AND iccid = OLD.iccid;
    END IF;
    IF TG_OP <> 'DELETE' THEN
      INSERT INTO download_name (name, iccid)
        SELECT DISTINCT name, NEW.iccid FROM unnest(ARRAY[NEW.matching_id, NEW.event_id]) AS given (name)
        WHERE name IS NOT NULL ORDER BY name;
    END IF;
    RETURN NULL;
  END $$;
CREATE TRIGGER profile_named AFTER INSERT ON "profile" FOR EACH ROW
  WHEN (NEW.matching_id IS NOT NULL OR NEW.event_id IS NOT NULL) EXECUTE FUNCTION keep_download_names();
CREATE TRIGGER profile_renamed AFTER UPDATE OF matching_id, event_id ON "profile" FOR EACH ROW
  EXECUTE FUNCTION keep_download_names();
CREATE TRIGGER profile_unnamed AFTER DELETE ON "profile" FOR EACH ROW
  WHEN (OLD.matching_id IS NOT NULL OR OLD.event_id IS NOT NULL) EXECUTE FUNCTION keep_download_names();
