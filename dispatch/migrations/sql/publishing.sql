-- Rule 4: a published plan changes only by a recorded change, and the record holds what was before.

ALTER TABLE dispatch_planchange ADD COLUMN transaction xid8 NOT NULL DEFAULT pg_current_xact_id();

-- The recorded change that the running transaction has declared for a plan, or NULL.
CREATE FUNCTION dispatch_declared_change(the_plan bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT max(id) FROM dispatch_planchange WHERE plan_id = the_plan AND transaction = pg_current_xact_id_if_assigned()
$$;

CREATE FUNCTION dispatch_require_change(the_plan bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE declared bigint := dispatch_declared_change(the_plan);
BEGIN
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
  ELSIF OLD.state <> 'draft' AND (NEW.campaign_id, NEW.number, NEW.score, NEW.counts)
                            IS DISTINCT FROM (OLD.campaign_id, OLD.number, OLD.score, OLD.counts) THEN
    PERFORM dispatch_require_change(NEW.id);
  ELSIF NEW.state <> OLD.state THEN
    PERFORM dispatch_require_change(NEW.id);
    IF NEW.state = 'published' THEN
      PERFORM dispatch_check_postings(NEW.id, NULL), dispatch_check_trips(NEW.id, NULL),
              dispatch_check_groups(NEW.id, NULL), dispatch_check_people(NEW.id, NULL);
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
  PERFORM dispatch_keep_history(p.id, o.registration_id, to_jsonb(o), to_jsonb(n))
     FROM deleted o JOIN inserted n ON n.id = o.id
     JOIN dispatch_plan p ON p.id IN (o.plan_id, n.plan_id) AND p.state <> 'draft'
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

CREATE FUNCTION dispatch_booking_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dispatch_keep_history(n.plan_id, a.registration_id, NULL, to_jsonb(n))
     FROM inserted n JOIN dispatch_plan p ON p.id = n.plan_id AND p.state <> 'draft'
     JOIN dispatch_assignment a ON a.id = n.assignment_id;
  RETURN NULL;
END $$;

CREATE FUNCTION dispatch_booking_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dispatch_keep_history(p.id, a.registration_id, to_jsonb(o), to_jsonb(n))
     FROM deleted o JOIN inserted n ON n.id = o.id
     JOIN dispatch_plan p ON p.id IN (o.plan_id, n.plan_id) AND p.state <> 'draft'
     JOIN dispatch_assignment a ON a.id = n.assignment_id;
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

-- The published plan, locked. The campaign comes first: publishing holds it, and who waits for that must then see the
-- plan that was published meanwhile.
CREATE FUNCTION dispatch_live_plan(the_campaign bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE found bigint;
BEGIN
  PERFORM FROM campaigns_campaign WHERE id = the_campaign FOR SHARE;
  SELECT id INTO found FROM dispatch_plan WHERE campaign_id = the_campaign AND state = 'published' FOR NO KEY UPDATE;
  RETURN found;
END $$;

-- At commit, what a recorded change touched keeps rules 2 and 3. The plan's row is locked first, so that two changes
-- that each would fit alone cannot both pass.
CREATE FUNCTION dispatch_change_keeps_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE people bigint[];
BEGIN
  IF NEW.kind IN ('publish', 'supersede') THEN
    RETURN NULL;
  END IF;
  PERFORM dispatch_live_plan(campaign_id) FROM dispatch_plan WHERE id = NEW.plan_id;
  SELECT array_agg(DISTINCT registration_id) INTO people FROM dispatch_assignmenthistory WHERE change_id = NEW.id;
  PERFORM dispatch_check_people(NEW.plan_id, coalesce(people, '{}'));
  PERFORM dispatch_check_postings(NEW.plan_id, coalesce(array_agg(DISTINCT posting_id), '{}'))
     FROM dispatch_assignment WHERE plan_id = NEW.plan_id AND registration_id = ANY (people);
  PERFORM dispatch_check_trips(NEW.plan_id, coalesce(array_agg(DISTINCT b.trip_id), '{}'))
     FROM dispatch_seatbooking b JOIN dispatch_assignment a ON a.id = b.assignment_id
    WHERE b.plan_id = NEW.plan_id AND a.registration_id = ANY (people);
  PERFORM dispatch_check_groups(NEW.plan_id, coalesce(array_agg(DISTINCT group_id), '{}'))
     FROM workers_registration WHERE id = ANY (people) AND group_id IS NOT NULL;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER change_keeps_rules AFTER INSERT ON dispatch_planchange
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dispatch_change_keeps_rules();

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
