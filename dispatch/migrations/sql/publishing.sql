-- Rule 4: a published plan changes only by a recorded change, and the record holds what was before.

ALTER TABLE dispatch_planchange ADD COLUMN transaction xid8 NOT NULL DEFAULT pg_current_xact_id();

-- Whose transaction it is and when is not for the writer to say.
CREATE FUNCTION dispatch_change_is_of_now() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.transaction := pg_current_xact_id();
  NEW.at := now();
  RETURN NEW;
END $$;
CREATE TRIGGER plan_change_is_of_now BEFORE INSERT ON dispatch_planchange
  FOR EACH ROW EXECUTE FUNCTION dispatch_change_is_of_now();

-- The recorded change that the running transaction has declared for a plan, or NULL. The time tells a transaction from one
-- of the same number in the cluster that a backup came from.
CREATE FUNCTION dispatch_declared_change(the_plan bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT max(id) FROM dispatch_planchange WHERE plan_id = the_plan AND transaction = pg_current_xact_id_if_assigned() AND at = now()
$$;

CREATE FUNCTION dispatch_require_change(the_plan bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE declared bigint := dispatch_declared_change(the_plan);
BEGIN
  PERFORM dispatch_sees_commits();
  IF declared IS NULL THEN
    PERFORM dispatch_fail('published_plan_changes_only_by_a_recorded_change',
      format('plan %s is published: say first who changes it and why', the_plan));
  END IF;
  RETURN declared;
END $$;

CREATE FUNCTION dispatch_plan_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'draft' THEN
      PERFORM dispatch_fail('plan_begins_as_a_draft', 'a plan is written as a draft and published afterwards');
    END IF;
  ELSIF TG_OP = 'DELETE' THEN
    IF OLD.state <> 'draft' THEN
      PERFORM dispatch_fail('published_plan_is_never_removed', format('plan %s was published', OLD.id));
    END IF;
  ELSIF NEW IS NOT DISTINCT FROM OLD OR (OLD.state = 'draft' AND NEW.state = 'draft') THEN
    RETURN NULL;
  ELSIF OLD.state = 'superseded' THEN
    PERFORM dispatch_fail('replaced_plan_never_changes', format('plan %s has been replaced', OLD.id));
  ELSIF NEW.state = 'draft' THEN
    PERFORM dispatch_fail('published_plan_is_no_draft_again', format('plan %s was published', OLD.id));
  ELSIF OLD.state = 'published' AND (NEW.number, NEW.run_id, NEW.created_at, NEW.published_at, NEW.published_by_id, NEW.note)
                  IS DISTINCT FROM (OLD.number, OLD.run_id, OLD.created_at, OLD.published_at, OLD.published_by_id, OLD.note) THEN
    PERFORM dispatch_fail('published_plan_keeps_who_when_and_why', format('plan %s was published', OLD.id));
  ELSE
    PERFORM dispatch_require_change(NEW.id);
    IF NEW.state = 'published' AND OLD.state <> 'published' THEN
      PERFORM dispatch_check_postings(NEW.id, NULL), dispatch_check_trips(NEW.id, NULL),
              dispatch_check_groups(NEW.id, NULL), dispatch_check_people(NEW.id, NULL),
              dispatch_check_closed_trips(NEW.id, NULL);
    END IF;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER plan_state AFTER INSERT OR UPDATE OR DELETE ON dispatch_plan
  FOR EACH ROW EXECUTE FUNCTION dispatch_plan_state();

-- Rows of plans that are no drafts, out of what a statement touched: before and after, written to the history.
CREATE FUNCTION dispatch_keep_history(the_plan bigint, the_registration bigint, was jsonb, becomes jsonb)
RETURNS void LANGUAGE sql AS $$
  INSERT INTO dispatch_assignmenthistory (change_id, registration_id, before, after)
  VALUES (dispatch_require_change(the_plan), the_registration, was, becomes)
$$;

CREATE FUNCTION dispatch_assignment_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dispatch_keep_history(n.plan_id, n.registration_id, NULL, to_jsonb(n))
     FROM inserted n JOIN dispatch_plan p ON p.id = n.plan_id AND p.state <> 'draft';
  RETURN NULL;
END $$;

CREATE FUNCTION dispatch_assignment_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dispatch_keep_history(o.plan_id, o.registration_id, to_jsonb(o), NULL)
     FROM deleted o JOIN dispatch_plan p ON p.id = o.plan_id AND p.state <> 'draft';
  RETURN NULL;
END $$;

-- Being told, confirming, boarding and arriving are the plan's course; all else changes the plan.
CREATE FUNCTION dispatch_assignment_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dispatch_keep_history(p.id, who.registration_id, to_jsonb(o), to_jsonb(n))
     FROM deleted o JOIN inserted n ON n.id = o.id
     JOIN dispatch_plan p ON p.id IN (o.plan_id, n.plan_id) AND p.state <> 'draft'
    CROSS JOIN LATERAL (SELECT o.registration_id UNION SELECT n.registration_id) who
    WHERE to_jsonb(o) - 'state' IS DISTINCT FROM to_jsonb(n) - 'state'
       OR dispatch_is_going(o.state) <> dispatch_is_going(n.state)
       OR (o.state = 'completed' AND n.state <> 'completed');
  RETURN NULL;
END $$;

CREATE TRIGGER assignment_inserted AFTER INSERT ON dispatch_assignment
  REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION dispatch_assignment_inserted();
CREATE TRIGGER assignment_updated AFTER UPDATE ON dispatch_assignment
  REFERENCING OLD TABLE AS deleted NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION dispatch_assignment_updated();
CREATE TRIGGER assignment_deleted AFTER DELETE ON dispatch_assignment
  REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION dispatch_assignment_deleted();

-- The assignment of a booking may come after it in the same transaction; its own history row names the person then.
CREATE FUNCTION dispatch_booking_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dispatch_require_change(id) FROM dispatch_plan
    WHERE state <> 'draft' AND id IN (SELECT plan_id FROM inserted);
  PERFORM dispatch_keep_history(n.plan_id, a.registration_id, NULL, to_jsonb(n))
     FROM inserted n JOIN dispatch_plan p ON p.id = n.plan_id AND p.state <> 'draft'
     JOIN dispatch_assignment a ON a.id = n.assignment_id;
  RETURN NULL;
END $$;

CREATE FUNCTION dispatch_booking_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dispatch_require_change(id) FROM dispatch_plan
    WHERE state <> 'draft' AND id IN (SELECT plan_id FROM deleted UNION SELECT plan_id FROM inserted);
  PERFORM dispatch_keep_history(p.id, a.registration_id, to_jsonb(o), to_jsonb(n))
     FROM deleted o JOIN inserted n ON n.id = o.id
     JOIN dispatch_plan p ON p.id IN (o.plan_id, n.plan_id) AND p.state <> 'draft'
     JOIN dispatch_assignment a ON a.id IN (o.assignment_id, n.assignment_id);
  RETURN NULL;
END $$;

-- The assignment may be gone already when its bookings follow it: its own history row names the person then.
CREATE FUNCTION dispatch_booking_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dispatch_require_change(o.plan_id), dispatch_keep_history(o.plan_id, a.registration_id, to_jsonb(o), NULL)
     FROM deleted o JOIN dispatch_plan p ON p.id = o.plan_id AND p.state <> 'draft'
     LEFT JOIN dispatch_assignment a ON a.id = o.assignment_id
    WHERE a.id IS NOT NULL OR dispatch_declared_change(o.plan_id) IS NULL;
  RETURN NULL;
END $$;

CREATE TRIGGER booking_inserted AFTER INSERT ON dispatch_seatbooking
  REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION dispatch_booking_inserted();
CREATE TRIGGER booking_updated AFTER UPDATE ON dispatch_seatbooking
  REFERENCING OLD TABLE AS deleted NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION dispatch_booking_updated();
CREATE TRIGGER booking_deleted AFTER DELETE ON dispatch_seatbooking
  REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION dispatch_booking_deleted();

-- Who was left at home, and why.
CREATE FUNCTION dispatch_unplaced_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dispatch_keep_history(n.plan_id, n.registration_id, NULL, to_jsonb(n))
     FROM inserted n JOIN dispatch_plan p ON p.id = n.plan_id AND p.state <> 'draft';
  RETURN NULL;
END $$;

CREATE FUNCTION dispatch_unplaced_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dispatch_keep_history(p.id, who.registration_id, to_jsonb(o), to_jsonb(n))
     FROM deleted o JOIN inserted n ON n.id = o.id
     JOIN dispatch_plan p ON p.id IN (o.plan_id, n.plan_id) AND p.state <> 'draft'
    CROSS JOIN LATERAL (SELECT o.registration_id UNION SELECT n.registration_id) who;
  RETURN NULL;
END $$;

CREATE FUNCTION dispatch_unplaced_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dispatch_keep_history(o.plan_id, o.registration_id, to_jsonb(o), NULL)
     FROM deleted o JOIN dispatch_plan p ON p.id = o.plan_id AND p.state <> 'draft';
  RETURN NULL;
END $$;

CREATE TRIGGER unplaced_inserted AFTER INSERT ON dispatch_unplaced
  REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION dispatch_unplaced_inserted();
CREATE TRIGGER unplaced_updated AFTER UPDATE ON dispatch_unplaced
  REFERENCING OLD TABLE AS deleted NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION dispatch_unplaced_updated();
CREATE TRIGGER unplaced_deleted AFTER DELETE ON dispatch_unplaced
  REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION dispatch_unplaced_deleted();

-- The triggers above find a row's before and after by its id.
CREATE FUNCTION dispatch_row_keeps_its_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dispatch_fail('row_of_a_plan_keeps_its_id', format('%s %s', TG_TABLE_NAME, OLD.id));
  RETURN NULL;
END $$;
CREATE TRIGGER plan_keeps_its_id BEFORE UPDATE OF id ON dispatch_plan
  FOR EACH ROW WHEN (NEW.id <> OLD.id) EXECUTE FUNCTION dispatch_row_keeps_its_id();
CREATE TRIGGER assignment_keeps_its_id BEFORE UPDATE OF id ON dispatch_assignment
  FOR EACH ROW WHEN (NEW.id <> OLD.id) EXECUTE FUNCTION dispatch_row_keeps_its_id();
CREATE TRIGGER booking_keeps_its_id BEFORE UPDATE OF id ON dispatch_seatbooking
  FOR EACH ROW WHEN (NEW.id <> OLD.id) EXECUTE FUNCTION dispatch_row_keeps_its_id();
CREATE TRIGGER unplaced_keeps_its_id BEFORE UPDATE OF id ON dispatch_unplaced
  FOR EACH ROW WHEN (NEW.id <> OLD.id) EXECUTE FUNCTION dispatch_row_keeps_its_id();

-- The published plan, locked. The campaign comes first: publishing holds it, and who waits for that must then see the
-- plan that was published meanwhile.
CREATE FUNCTION dispatch_live_plan(the_campaign bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE found bigint;
BEGIN
  PERFORM dispatch_sees_commits();
  PERFORM FROM campaigns_campaign WHERE id = the_campaign FOR SHARE;
  SELECT id INTO found FROM dispatch_plan WHERE campaign_id = the_campaign AND state = 'published' FOR NO KEY UPDATE;
  RETURN found;
END $$;

-- At commit, what a recorded change touched keeps rules 2, 3 and 5, whatever its kind. The plan's row is locked first, so
-- that two changes that each would fit alone cannot both pass. It hangs on the history, not on the change: constraints may be
-- made immediate before the rows come. Of a change's many rows the last one has the check run.
CREATE FUNCTION dispatch_change_keeps_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE the_plan bigint;
        people bigint[];
BEGIN
  IF EXISTS (SELECT FROM dispatch_assignmenthistory WHERE change_id = NEW.change_id AND id > NEW.id) THEN
    RETURN NULL;
  END IF;
  SELECT plan_id INTO the_plan FROM dispatch_planchange WHERE id = NEW.change_id;
  IF the_plan IS DISTINCT FROM (SELECT dispatch_live_plan(campaign_id) FROM dispatch_plan WHERE id = the_plan) THEN
    PERFORM dispatch_fail('replaced_plan_never_changes', format('plan %s has been replaced', the_plan));
  END IF;
  SELECT array_agg(DISTINCT registration_id) INTO people FROM dispatch_assignmenthistory WHERE change_id = NEW.change_id;
  PERFORM dispatch_check_people(the_plan, people), dispatch_check_closed_trips(the_plan, people);
  PERFORM dispatch_check_postings(the_plan, coalesce(array_agg(DISTINCT posting_id), '{}'))
     FROM dispatch_assignment WHERE plan_id = the_plan AND registration_id = ANY (people);
  PERFORM dispatch_check_trips(the_plan, coalesce(array_agg(DISTINCT b.trip_id), '{}'))
     FROM dispatch_seatbooking b JOIN dispatch_assignment a ON a.id = b.assignment_id
    WHERE b.plan_id = the_plan AND a.registration_id = ANY (people);
  PERFORM dispatch_check_groups(the_plan, coalesce(array_agg(DISTINCT group_id), '{}'))
     FROM workers_registration WHERE id = ANY (people) AND group_id IS NOT NULL;
  RETURN NULL;
END $$;

CREATE INDEX assignment_history_in_order ON dispatch_assignmenthistory (change_id, id);
CREATE CONSTRAINT TRIGGER change_keeps_rules AFTER INSERT ON dispatch_assignmenthistory
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dispatch_change_keeps_rules();

CREATE FUNCTION dispatch_history_is_ours() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 THEN
    PERFORM dispatch_fail('history_is_written_by_the_database', 'only a change itself writes its history');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER assignment_history_is_ours BEFORE INSERT ON dispatch_assignmenthistory
  FOR EACH STATEMENT EXECUTE FUNCTION dispatch_history_is_ours();

CREATE TRIGGER plan_change_never_changes BEFORE UPDATE OR DELETE ON dispatch_planchange
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER assignment_history_never_changes BEFORE UPDATE OR DELETE ON dispatch_assignmenthistory
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();

-- A booking belongs to the plan of its assignment and stands on calls that its trip makes.
ALTER TABLE dispatch_assignment ADD CONSTRAINT assignment_id_and_plan UNIQUE (id, plan_id);
ALTER TABLE dispatch_seatbooking
  ADD CONSTRAINT booking_in_the_plan_of_its_assignment FOREIGN KEY (assignment_id, plan_id)
      REFERENCES dispatch_assignment (id, plan_id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT booking_boards_at_a_call FOREIGN KEY (trip_id, board)
      REFERENCES transport_call (trip_id, seq) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT booking_alights_at_a_call FOREIGN KEY (trip_id, alight)
      REFERENCES transport_call (trip_id, seq) DEFERRABLE INITIALLY DEFERRED;

-- TRUNCATE passes by all triggers on rows.
CREATE FUNCTION dispatch_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dispatch_fail('table_is_never_emptied', format('%s holds what was decided and done', TG_TABLE_NAME));
  RETURN NULL;
END $$;
DO $$
DECLARE one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['dispatch_plan', 'dispatch_assignment', 'dispatch_seatbooking', 'dispatch_unplaced',
                             'dispatch_planchange', 'dispatch_assignmenthistory', 'dispatch_scan', 'dispatch_explanation',
                             'audit_entry'] LOOP
    EXECUTE format('CREATE TRIGGER table_is_never_emptied BEFORE TRUNCATE ON %I
                      FOR EACH STATEMENT EXECUTE FUNCTION dispatch_never_emptied()', one);
  END LOOP;
END $$;
