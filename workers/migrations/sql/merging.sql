-- Two entries that are one person: never in a circle, each says who decided it, and the one that is gone goes nowhere.

CREATE FUNCTION workers_fail(rule text, said text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', said USING ERRCODE = 'check_violation', CONSTRAINT = rule, TABLE = 'workers_worker';
END $$;

-- Who an entry is in the end.
CREATE FUNCTION workers_end_of(the_worker bigint) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE here bigint := the_worker;
        onward bigint;
BEGIN
  LOOP
    SELECT merged_into_id INTO onward FROM workers_worker WHERE id = here;
    IF onward IS NULL THEN
      RETURN here;
    END IF;
    here := onward;
  END LOOP;
END $$;

-- The row is taken whole, so that it waits for who is giving it a registration, and the way to its end is held, so that of
-- two merges that close a circle together the later one sees the earlier.
CREATE FUNCTION workers_merges_in_no_circle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE here bigint := NEW.merged_into_id;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    PERFORM workers_fail('rules_are_looked_at_in_read_committed',
      format('this transaction is %s', current_setting('transaction_isolation')));
  END IF;
  PERFORM FROM workers_worker WHERE id = NEW.id FOR UPDATE;
  WHILE here IS NOT NULL LOOP
    IF here = NEW.id THEN
      PERFORM workers_fail('workers_never_merged_in_a_circle', format('%s', NEW.name));
    END IF;
    SELECT merged_into_id INTO here FROM workers_worker WHERE id = here FOR SHARE;
  END LOOP;
  RETURN NEW;
END $$;
CREATE TRIGGER worker_merges_in_no_circle BEFORE INSERT OR UPDATE OF merged_into_id ON workers_worker
  FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL) EXECUTE FUNCTION workers_merges_in_no_circle();

CREATE FUNCTION workers_merged_goes_nowhere() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE someone text;
BEGIN
  SELECT r.ref INTO someone FROM workers_registration r JOIN workers_worker w ON w.id = r.worker_id
   WHERE w.id = NEW.id AND w.merged_into_id IS NOT NULL AND r.outcome IS NULL LIMIT 1;
  IF FOUND THEN
    PERFORM workers_fail('merged_worker_has_no_open_registration', format('%s %s', NEW.name, someone));
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER merged_worker_goes_nowhere AFTER INSERT OR UPDATE OF merged_into_id ON workers_worker
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL)
  EXECUTE FUNCTION workers_merged_goes_nowhere();

-- By statement: lists of many thousands come through here. The lock is the one that their foreign keys take anyway.
CREATE FUNCTION workers_registration_is_of_who_is_there() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE someone record;
BEGIN
  PERFORM FROM workers_worker WHERE id IN (SELECT worker_id FROM changed WHERE outcome IS NULL) ORDER BY id FOR KEY SHARE;
  SELECT w.name, c.ref INTO someone FROM changed c JOIN workers_worker w ON w.id = c.worker_id
   WHERE c.outcome IS NULL AND w.merged_into_id IS NOT NULL LIMIT 1;
  IF FOUND THEN
    PERFORM workers_fail('merged_worker_has_no_open_registration', format('%s %s', someone.name, someone.ref));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER registration_is_of_who_is_there AFTER INSERT ON workers_registration
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION workers_registration_is_of_who_is_there();
CREATE FUNCTION workers_registration_goes_to() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE someone record;
BEGIN
  SELECT name, merged_into_id INTO someone FROM workers_worker WHERE id = NEW.worker_id FOR KEY SHARE;
  IF someone.merged_into_id IS NOT NULL THEN
    PERFORM workers_fail('merged_worker_has_no_open_registration', format('%s %s', someone.name, NEW.ref));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER registration_goes_to_who_is_there AFTER UPDATE OF worker_id, outcome ON workers_registration
  FOR EACH ROW WHEN (NEW.outcome IS NULL AND (NEW.worker_id <> OLD.worker_id OR OLD.outcome IS NOT NULL))
  EXECUTE FUNCTION workers_registration_goes_to();

-- merged_into and the record of it say the same, from the first commit on.
CREATE FUNCTION workers_merge_is_on_record(the_worker bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
  SELECT w.name INTO bad FROM workers_worker w
    LEFT JOIN workers_workermerge m ON m.gone_id = w.id AND m.undone_at IS NULL
   WHERE w.id = the_worker AND w.merged_into_id IS DISTINCT FROM m.kept_id;
  IF FOUND THEN
    PERFORM workers_fail('worker_merge_is_on_record', format('%s', bad.name));
  END IF;
END $$;
CREATE FUNCTION workers_merged_says_who() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM workers_merge_is_on_record(NEW.id);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER worker_merged_says_who AFTER UPDATE OF merged_into_id ON workers_worker
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.merged_into_id IS DISTINCT FROM OLD.merged_into_id)
  EXECUTE FUNCTION workers_merged_says_who();
CREATE CONSTRAINT TRIGGER worker_begins_merged_says_who AFTER INSERT ON workers_worker
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL)
  EXECUTE FUNCTION workers_merged_says_who();
CREATE FUNCTION workers_merge_has_merged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM workers_merge_is_on_record(NEW.gone_id);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER worker_merge_has_merged AFTER INSERT OR UPDATE ON workers_workermerge
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION workers_merge_has_merged();

CREATE FUNCTION workers_merge_is_only_undone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM workers_fail('worker_merge_stays_on_record', format('merge %s', OLD.id));
  ELSIF OLD.undone_at IS NOT NULL
     OR to_jsonb(NEW) - '{undone_at,undone_by_id}'::text[] <> to_jsonb(OLD) - '{undone_at,undone_by_id}'::text[] THEN
    PERFORM workers_fail('worker_merge_stays_on_record', format('merge %s', OLD.id));
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER worker_merge_is_only_undone BEFORE UPDATE OR DELETE ON workers_workermerge
  FOR EACH ROW EXECUTE FUNCTION workers_merge_is_only_undone();
