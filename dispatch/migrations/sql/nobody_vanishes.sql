-- Rule 5: for every trip, who got on = who got off + who is explained; with one person open a trip cannot close.

CREATE FUNCTION dispatch_trip_closes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE someone record;
BEGIN
  SELECT r.ref INTO someone
    FROM (SELECT registration_id FROM dispatch_scan WHERE trip_id = NEW.id
          UNION
          SELECT a.registration_id
            FROM dispatch_seatbooking b
            JOIN dispatch_plan p ON p.id = b.plan_id AND p.state = 'published'
            JOIN dispatch_assignment a ON a.id = b.assignment_id
           WHERE b.trip_id = NEW.id AND b.held) expected
    JOIN workers_registration r ON r.id = expected.registration_id
   WHERE NOT EXISTS (SELECT FROM dispatch_explanation x WHERE x.trip_id = NEW.id AND x.registration_id = r.id)
     AND NOT (EXISTS (SELECT FROM dispatch_scan s
                       WHERE s.trip_id = NEW.id AND s.registration_id = r.id AND s.direction = 'on')
          AND EXISTS (SELECT FROM dispatch_scan s
                       WHERE s.trip_id = NEW.id AND s.registration_id = r.id AND s.direction = 'off'))
   LIMIT 1;
  IF FOUND THEN
    PERFORM dispatch_fail('trip_closes_only_when_nobody_is_open',
      format('trip %s: person %s was not seen both getting on and getting off, and is not explained', NEW.ref, someone.ref));
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER trip_closes AFTER UPDATE OF state ON transport_trip
  FOR EACH ROW WHEN (NEW.state = 'closed' AND OLD.state <> 'closed') EXECUTE FUNCTION dispatch_trip_closes();

CREATE FUNCTION dispatch_closed_trip_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE the_trip bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.trip_id ELSE NEW.trip_id END;
        its record;
BEGIN
  -- The lock makes a scan wait for a closing that is under way, and the closing for the scan.
  SELECT ref, state INTO its FROM transport_trip WHERE id = the_trip FOR SHARE;
  IF its.state = 'closed' THEN
    PERFORM dispatch_fail('closed_trip_stays_as_it_was', format('trip %s is closed', its.ref));
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER scan_on_an_open_trip AFTER INSERT OR UPDATE OR DELETE ON dispatch_scan
  FOR EACH ROW EXECUTE FUNCTION dispatch_closed_trip_stays();
CREATE TRIGGER explanation_on_an_open_trip AFTER INSERT OR UPDATE OR DELETE ON dispatch_explanation
  FOR EACH ROW EXECUTE FUNCTION dispatch_closed_trip_stays();
