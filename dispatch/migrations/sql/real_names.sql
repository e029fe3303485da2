-- Rule 6: whole identity numbers leave for a recorded purpose alone, released by a second person, and every time is on record.

-- What was asked for, who released it and who closed it stays as it was.
CREATE FUNCTION dispatch_real_names_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE'
     OR (NEW.id, NEW.trip_id, NEW.plan_id, NEW.purpose, NEW.requested_by_id, NEW.requested_at)
        IS DISTINCT FROM (OLD.id, OLD.trip_id, OLD.plan_id, OLD.purpose, OLD.requested_by_id, OLD.requested_at)
     OR (OLD.released_at IS NOT NULL AND (NEW.released_by_id, NEW.released_at, NEW.expires_at)
        IS DISTINCT FROM (OLD.released_by_id, OLD.released_at, OLD.expires_at))
     OR OLD.closed_at IS NOT NULL THEN
    PERFORM dispatch_fail('real_names_stay_as_recorded', format('real-name list %s', OLD.id));
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER real_names_stay_as_recorded BEFORE UPDATE OR DELETE ON dispatch_realnamelist
  FOR EACH ROW EXECUTE FUNCTION dispatch_real_names_stay();

CREATE FUNCTION dispatch_real_name_link_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.revoked_at IS NOT NULL
     OR (NEW.id, NEW.names_id, NEW.digest, NEW.made_by_id, NEW.made_at)
        IS DISTINCT FROM (OLD.id, OLD.names_id, OLD.digest, OLD.made_by_id, OLD.made_at) THEN
    PERFORM dispatch_fail('real_names_stay_as_recorded', format('link %s', OLD.id));
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER real_name_link_stays BEFORE UPDATE OR DELETE ON dispatch_realnamelink
  FOR EACH ROW EXECUTE FUNCTION dispatch_real_name_link_stays();

-- Numbers are given, and an answer is taken, only while the list is released and its link stands. The locks make a taking
-- wait for a closing that is under way, and the other way round.
CREATE FUNCTION dispatch_real_names_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE its record;
        link record;
BEGIN
  PERFORM dispatch_sees_commits();
  SELECT * INTO its FROM dispatch_realnamelist WHERE id = NEW.names_id FOR SHARE;
  IF its.released_at IS NULL OR its.closed_at IS NOT NULL OR its.expires_at <= now() THEN
    PERFORM dispatch_fail('real_names_given_only_while_released', format('real-name list %s', NEW.names_id));
  END IF;
  IF NEW.link_id IS NOT NULL THEN
    SELECT * INTO link FROM dispatch_realnamelink WHERE id = NEW.link_id FOR SHARE;
    IF link.revoked_at IS NOT NULL OR link.names_id <> NEW.names_id THEN
      PERFORM dispatch_fail('real_names_given_only_while_released', format('link %s', NEW.link_id));
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER real_names_given_while_released BEFORE INSERT ON dispatch_realnametaking
  FOR EACH ROW EXECUTE FUNCTION dispatch_real_names_open();
CREATE TRIGGER carrier_answers_while_released BEFORE INSERT ON dispatch_carrieranswer
  FOR EACH ROW EXECUTE FUNCTION dispatch_real_names_open();

CREATE TRIGGER real_names_taking_never_changes BEFORE UPDATE OR DELETE ON dispatch_realnametaking
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER carrier_answer_never_changes BEFORE UPDATE OR DELETE ON dispatch_carrieranswer
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();

-- 05 and 5 are one coach. A seat without a figure in it ("no seat") is none that two people could share.
CREATE FUNCTION dispatch_ticket_place(coach text, seat text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN seat ~ '[0-9]' THEN ltrim(coach, '0') || '/' || ltrim(seat, '0') END $$;

-- Two who ride a part of the trip together by the published plan are never given one seat. The trip's row is locked, so that
-- two answers that each would do alone cannot both pass. A plan that is published later is not stopped by this: people's
-- tickets stand as they were sold, and the page of the list names those that came to share a seat.
CREATE FUNCTION dispatch_ticket_seats() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
        its record;
        mine dispatch_ticket;
BEGIN
  PERFORM dispatch_sees_commits();
  -- As it is at the end: two who swap their seats pass through a moment in which both have one.
  SELECT * INTO mine FROM dispatch_ticket WHERE id = NEW.id;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  SELECT ref, state, campaign_id INTO its FROM transport_trip WHERE id = mine.trip_id FOR NO KEY UPDATE;
  IF its.state = 'closed' THEN
    PERFORM dispatch_fail('closed_trip_stays_as_it_was', format('trip %s is closed', its.ref));
  END IF;
  SELECT t.coach, t.seat INTO bad
    FROM dispatch_ticket t
    JOIN dispatch_plan p ON p.campaign_id = its.campaign_id AND p.state = 'published'
    JOIN dispatch_assignment ours ON ours.plan_id = p.id AND ours.registration_id = mine.registration_id
    JOIN dispatch_seatbooking m ON m.assignment_id = ours.id AND m.trip_id = mine.trip_id AND m.held
    JOIN dispatch_assignment theirs ON theirs.plan_id = p.id AND theirs.registration_id = t.registration_id
    JOIN dispatch_seatbooking o ON o.assignment_id = theirs.id AND o.trip_id = mine.trip_id AND o.held AND o.parts && m.parts
   WHERE t.trip_id = mine.trip_id AND t.registration_id <> mine.registration_id
     AND dispatch_ticket_place(t.coach, t.seat) = dispatch_ticket_place(mine.coach, mine.seat)
   LIMIT 1;
  IF FOUND THEN
    PERFORM dispatch_fail('ticket_seat_one_person_on_each_part', btrim(format('%s %s', bad.coach, bad.seat)));
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ticket_seat_one_person_on_each_part AFTER INSERT OR UPDATE ON dispatch_ticket
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dispatch_ticket_seats();

DO $$
DECLARE one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['dispatch_realnamelist', 'dispatch_realnamelink', 'dispatch_realnametaking',
                             'dispatch_carrieranswer', 'dispatch_ticket'] LOOP
    EXECUTE format('CREATE TRIGGER table_is_never_emptied BEFORE TRUNCATE ON %I
                      FOR EACH STATEMENT EXECUTE FUNCTION dispatch_never_emptied()', one);
  END LOOP;
END $$;
