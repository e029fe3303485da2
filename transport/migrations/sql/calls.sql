-- A trip's calls run forward in time. Deferred, so that a timetable can be rewritten call by call.
CREATE FUNCTION transport_call_times_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong record;
BEGIN
  SELECT c.trip_id, c.seq INTO wrong
    FROM transport_call c
    JOIN transport_call after ON after.trip_id = c.trip_id AND after.seq = c.seq + 1
   WHERE c.trip_id = NEW.trip_id AND c.seq BETWEEN NEW.seq - 1 AND NEW.seq AND after.arrive_at < c.depart_at
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'call % of trip % comes before the call ahead of it has left', wrong.seq + 1, wrong.trip_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'call_times_in_order', TABLE = 'transport_call';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER call_times_in_order AFTER INSERT OR UPDATE ON transport_call
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION transport_call_times_in_order();

-- A trip's first departure and last arrival follow its calls.
CREATE FUNCTION transport_trip_times() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE transport_trip t SET departs_at = c.departs_at, arrives_at = c.arrives_at
    FROM (SELECT trip_id, min(depart_at) AS departs_at, max(arrive_at) AS arrives_at
            FROM transport_call WHERE trip_id IN (SELECT trip_id FROM touched) GROUP BY trip_id) c
   WHERE t.id = c.trip_id;
  RETURN NULL;
END $$;

CREATE TRIGGER trip_times_inserted AFTER INSERT ON transport_call
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION transport_trip_times();
CREATE TRIGGER trip_times_updated AFTER UPDATE ON transport_call
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION transport_trip_times();
CREATE TRIGGER trip_times_deleted AFTER DELETE ON transport_call
  REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION transport_trip_times();
