-- Rule 5: for every trip, who got on = who got off + who is explained; with one person open a trip cannot close.

CREATE FUNCTION dispatch_is_settled(the_trip bigint, the_registration bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM dispatch_explanation WHERE trip_id = the_trip AND registration_id = the_registration)
      OR (SELECT count(DISTINCT direction) = 2 FROM dispatch_scan
           WHERE trip_id = the_trip AND registration_id = the_registration AND direction IN ('on', 'off'))
$$;

CREATE FUNCTION dispatch_trip_closes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE someone record;
BEGIN
  PERFORM dispatch_sees_commits();
  SELECT r.ref INTO someone
    FROM (SELECT registration_id FROM dispatch_scan WHERE trip_id = NEW.id
          UNION
          SELECT a.registration_id
            FROM dispatch_seatbooking b
            JOIN dispatch_plan p ON p.id = b.plan_id AND p.state = 'published'
            JOIN dispatch_assignment a ON a.id = b.assignment_id
           WHERE b.trip_id = NEW.id AND b.held) expected
    JOIN workers_registration r ON r.id = expected.registration_id
   WHERE NOT dispatch_is_settled(NEW.id, r.id)
   LIMIT 1;
  IF FOUND THEN
    PERFORM dispatch_fail('trip_closes_only_when_nobody_is_open',
      format('trip %s: person %s was not seen both getting on and getting off, and is not explained', NEW.ref, someone.ref));
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER trip_closes AFTER UPDATE OF state ON transport_trip
  FOR EACH ROW WHEN (NEW.state = 'closed' AND OLD.state <> 'closed') EXECUTE FUNCTION dispatch_trip_closes();

-- Nobody comes onto a trip once it is closed, neither by a change of the plan nor by another plan. The lock makes a closing
-- wait that is under way, as for scans below.
CREATE FUNCTION dispatch_check_closed_trips(the_plan bigint, touched bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE someone record;
BEGIN
  PERFORM FROM transport_trip WHERE id IN (
    SELECT b.trip_id FROM dispatch_seatbooking b JOIN dispatch_assignment a ON a.id = b.assignment_id
     WHERE b.plan_id = the_plan AND b.held AND (touched IS NULL OR a.registration_id = ANY (touched)))
    ORDER BY id FOR SHARE;
  SELECT t.ref AS trip, r.ref INTO someone
    FROM dispatch_seatbooking b
    JOIN transport_trip t ON t.id = b.trip_id AND t.state = 'closed'
    JOIN dispatch_assignment a ON a.id = b.assignment_id
    JOIN workers_registration r ON r.id = a.registration_id
   WHERE b.plan_id = the_plan AND b.held AND (touched IS NULL OR a.registration_id = ANY (touched))
     AND NOT dispatch_is_settled(t.id, r.id)
   LIMIT 1;
  IF FOUND THEN
    PERFORM dispatch_fail('closed_trip_stays_as_it_was',
      format('trip %s is closed, and person %s was not on it', someone.trip, someone.ref));
  END IF;
END $$;

CREATE FUNCTION dispatch_trip_stays_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dispatch_fail('closed_trip_stays_as_it_was',
    format(CASE TG_OP WHEN 'INSERT' THEN 'trip %s would begin closed' ELSE 'trip %s is closed' END, NEW.ref));
  RETURN NULL;
END $$;
CREATE TRIGGER trip_begins_open AFTER INSERT ON transport_trip
  FOR EACH ROW WHEN (NEW.state = 'closed') EXECUTE FUNCTION dispatch_trip_stays_closed();
CREATE TRIGGER trip_stays_closed AFTER UPDATE OF state ON transport_trip
  FOR EACH ROW WHEN (OLD.state = 'closed' AND NEW.state <> 'closed') EXECUTE FUNCTION dispatch_trip_stays_closed();

CREATE FUNCTION dispatch_closed_trip_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE its record;
BEGIN
  PERFORM dispatch_sees_commits();
  -- The lock makes a scan wait for a closing that is under way, and the closing for the scan.
  FOR its IN SELECT ref, state FROM transport_trip WHERE id IN (OLD.trip_id, NEW.trip_id) ORDER BY id FOR SHARE LOOP
    IF its.state = 'closed' THEN
      PERFORM dispatch_fail('closed_trip_stays_as_it_was', format('trip %s is closed', its.ref));
    END IF;
  END LOOP;
  RETURN NULL;
END $$;

CREATE TRIGGER scan_on_an_open_trip AFTER INSERT OR UPDATE OR DELETE ON dispatch_scan
  FOR EACH ROW EXECUTE FUNCTION dispatch_closed_trip_stays();
CREATE TRIGGER explanation_on_an_open_trip AFTER INSERT OR UPDATE OR DELETE ON dispatch_explanation
  FOR EACH ROW EXECUTE FUNCTION dispatch_closed_trip_stays();
