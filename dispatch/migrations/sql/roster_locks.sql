-- A lock's terms, what was frozen, and what the offices said to it.

CREATE FUNCTION dispatch_roster_lock_terms() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE leaves timestamptz;
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM dispatch_fail('roster_lock_is_never_removed', format('lock %s', OLD.id));
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF OLD.lifted_at IS NOT NULL THEN
      PERFORM dispatch_fail('lifted_roster_lock_stays_lifted', format('lock %s', OLD.id));
    END IF;
    IF (NEW.trip_id, NEW.asked_by_id, NEW.asked_at) IS DISTINCT FROM (OLD.trip_id, OLD.asked_by_id, OLD.asked_at)
       OR (NEW.locks_at <> OLD.locks_at AND EXISTS (SELECT FROM dispatch_frozenlist WHERE lock_id = OLD.id)) THEN
      PERFORM dispatch_fail('frozen_roster_lock_keeps_its_terms', format('lock %s', OLD.id));
    END IF;
  END IF;
  IF TG_OP = 'INSERT' OR NEW.locks_at <> OLD.locks_at THEN
    SELECT departs_at INTO leaves FROM transport_trip WHERE id = NEW.trip_id;
    IF leaves IS NULL OR NEW.locks_at >= leaves THEN
      PERFORM dispatch_fail('roster_lock_is_before_departure', format('the trip departs %s', coalesce(leaves::text, 'never')));
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER roster_lock_terms BEFORE INSERT OR UPDATE OR DELETE ON dispatch_rosterlock
  FOR EACH ROW EXECUTE FUNCTION dispatch_roster_lock_terms();

-- An office is not taken off the list of those who must agree once there is something to sign.
CREATE FUNCTION dispatch_roster_lock_offices() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE one bigint;
BEGIN
  PERFORM dispatch_sees_commits();
  FOREACH one IN ARRAY CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.rosterlock_id] WHEN 'DELETE' THEN ARRAY[OLD.rosterlock_id]
                       ELSE ARRAY[OLD.rosterlock_id, NEW.rosterlock_id] END LOOP
    PERFORM FROM dispatch_rosterlock WHERE id = one FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM dispatch_frozenlist WHERE lock_id = one) THEN
      PERFORM dispatch_fail('frozen_roster_lock_keeps_its_terms', format('lock %s', one));
    END IF;
  END LOOP;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER roster_lock_offices BEFORE INSERT OR UPDATE OR DELETE ON dispatch_rosterlock_offices
  FOR EACH ROW EXECUTE FUNCTION dispatch_roster_lock_offices();

-- --- what was frozen ------------------------------------------------------------------------------------------------

ALTER TABLE dispatch_frozenlist ADD COLUMN transaction xid8 NOT NULL DEFAULT pg_current_xact_id();

CREATE FUNCTION dispatch_frozen_digest(the_list bigint) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(convert_to(f.calls::text || coalesce((
           SELECT string_agg(concat_ws(' ', registration_id, board, alight, seat, posting_id, name), E'\n' ORDER BY registration_id)
             FROM dispatch_frozenseat WHERE frozen_id = f.id), ''), 'UTF8')), 'hex')
    FROM dispatch_frozenlist f WHERE f.id = the_list
$$;

CREATE FUNCTION dispatch_list_freezes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE lifted timestamptz;
BEGIN
  PERFORM dispatch_sees_commits();
  SELECT lifted_at INTO lifted FROM dispatch_rosterlock WHERE id = NEW.lock_id FOR NO KEY UPDATE;
  IF lifted IS NOT NULL THEN
    PERFORM dispatch_fail('lifted_roster_lock_freezes_nothing', format('lock %s', NEW.lock_id));
  END IF;
  IF NOT EXISTS (SELECT FROM dispatch_plan WHERE id = NEW.plan_id AND state = 'published') THEN
    PERFORM dispatch_fail('frozen_list_is_of_the_published_plan', format('plan %s', NEW.plan_id));
  END IF;
  NEW.transaction := pg_current_xact_id();
  NEW.at := now();
  RETURN NEW;
END $$;
CREATE TRIGGER list_freezes BEFORE INSERT ON dispatch_frozenlist FOR EACH ROW EXECUTE FUNCTION dispatch_list_freezes();

-- Its rows are written in the transaction that froze it; after that, none is added, changed or taken away.
CREATE FUNCTION dispatch_frozen_list_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrote xid8;
BEGIN
  IF TG_TABLE_NAME = 'dispatch_frozenlist' THEN
    wrote := CASE WHEN TG_OP = 'UPDATE' AND NEW.transaction = OLD.transaction THEN OLD.transaction END;
  ELSIF TG_OP = 'INSERT' THEN
    SELECT transaction INTO wrote FROM dispatch_frozenlist WHERE id = NEW.frozen_id;
  END IF;
  IF wrote IS DISTINCT FROM pg_current_xact_id() THEN
    PERFORM dispatch_fail('frozen_list_never_changes', format('%s of %s', lower(TG_OP), TG_TABLE_NAME));
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER frozen_list_never_changes BEFORE UPDATE OR DELETE ON dispatch_frozenlist
  FOR EACH ROW EXECUTE FUNCTION dispatch_frozen_list_never_changes();
CREATE TRIGGER frozen_seat_never_changes BEFORE INSERT OR UPDATE OR DELETE ON dispatch_frozenseat
  FOR EACH ROW EXECUTE FUNCTION dispatch_frozen_list_never_changes();

CREATE FUNCTION dispatch_frozen_list_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE written record;
BEGIN
  SELECT digest, people, (SELECT count(*) FROM dispatch_frozenseat WHERE frozen_id = NEW.id) AS rows
    INTO written FROM dispatch_frozenlist WHERE id = NEW.id;
  IF written.digest <> dispatch_frozen_digest(NEW.id) OR written.people <> written.rows THEN
    PERFORM dispatch_fail('frozen_list_is_what_its_digest_says', format('list %s has %s rows', NEW.id, written.rows));
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER frozen_list_is_whole AFTER INSERT ON dispatch_frozenlist
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dispatch_frozen_list_is_whole();

-- --- what the offices say -------------------------------------------------------------------------------------------

-- The lock's row is taken first: of signing and freezing anew, the later one sees what the earlier did.
CREATE FUNCTION dispatch_office_says() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE lock_row dispatch_rosterlock%ROWTYPE;
        list_row dispatch_frozenlist%ROWTYPE;
BEGIN
  PERFORM dispatch_sees_commits();
  SELECT * INTO list_row FROM dispatch_frozenlist WHERE id = NEW.frozen_id;
  SELECT * INTO lock_row FROM dispatch_rosterlock WHERE id = list_row.lock_id FOR NO KEY UPDATE;
  IF lock_row.lifted_at IS NOT NULL THEN
    PERFORM dispatch_fail('lifted_roster_lock_is_not_signed', format('lock %s', lock_row.id));
  END IF;
  IF EXISTS (SELECT FROM dispatch_frozenlist WHERE lock_id = lock_row.id AND number > list_row.number)
     OR NEW.digest <> list_row.digest THEN
    PERFORM dispatch_fail('sign_off_is_of_the_list_that_is_frozen', format('list %s', list_row.number));
  END IF;
  IF NOT EXISTS (SELECT FROM dispatch_rosterlock_offices
                  WHERE rosterlock_id = lock_row.id AND organisation_id = NEW.organisation_id) THEN
    PERFORM dispatch_fail('sign_off_is_of_an_office_that_must_agree', format('office %s', NEW.organisation_id));
  END IF;
  IF NOT EXISTS (SELECT FROM accounts_membership WHERE user_id = NEW.by_id AND organisation_id = NEW.organisation_id
                    AND role IN ('planner', 'case_officer')) THEN
    PERFORM dispatch_fail('sign_off_is_by_a_member_of_the_office', format('user %s', NEW.by_id));
  END IF;
  IF NOT NEW.agrees AND EXISTS (SELECT FROM dispatch_signoff
                                 WHERE frozen_id = NEW.frozen_id AND organisation_id = NEW.organisation_id AND agrees) THEN
    PERFORM dispatch_fail('office_that_has_signed_does_not_object', format('office %s', NEW.organisation_id));
  END IF;
  NEW.at := now();
  RETURN NEW;
END $$;
CREATE TRIGGER office_says BEFORE INSERT ON dispatch_signoff FOR EACH ROW EXECUTE FUNCTION dispatch_office_says();

CREATE TRIGGER sign_off_never_changes BEFORE UPDATE OR DELETE ON dispatch_signoff
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();

DO $$
DECLARE one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['dispatch_rosterlock', 'dispatch_rosterlock_offices', 'dispatch_frozenlist',
                             'dispatch_frozenseat', 'dispatch_signoff'] LOOP
    EXECUTE format('CREATE TRIGGER table_is_never_emptied BEFORE TRUNCATE ON %I
                      FOR EACH STATEMENT EXECUTE FUNCTION dispatch_never_emptied()', one);
  END LOOP;
END $$;
