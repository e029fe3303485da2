-- Rule 2 with the load rule of a trip: no more people ride at once than it lets in, and nobody sits where it leaves a seat empty.
CREATE OR REPLACE FUNCTION dispatch_check_trips(the_plan bigint, touched bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
  SELECT t.ref, t.seats, t.withheld, t.places, part, count(*) AS people INTO bad
    FROM dispatch_seatbooking b JOIN transport_trip t ON t.id = b.trip_id
   CROSS JOIN LATERAL generate_series(b.board, b.alight - 1) AS part
   WHERE b.plan_id = the_plan AND b.held AND (touched IS NULL OR b.trip_id = ANY (touched))
   GROUP BY t.id, part HAVING count(*) > t.places
   ORDER BY count(*) > t.seats DESC, count(*) > t.seats - t.withheld DESC, t.id, part LIMIT 1;
  IF FOUND AND bad.people > bad.seats THEN
    PERFORM dispatch_fail('trip_never_more_people_than_seats',
      format('trip %s has %s seats and would carry %s people after call %s', bad.ref, bad.seats, bad.people, bad.part));
  ELSIF FOUND AND bad.people > bad.seats - bad.withheld THEN
    PERFORM dispatch_fail('withheld_seat_is_never_booked',
      format('trip %s withholds %s of its %s seats and would carry %s people after call %s',
             bad.ref, bad.withheld, bad.seats, bad.people, bad.part));
  ELSIF FOUND THEN
    PERFORM dispatch_fail('trip_load_rule_is_never_exceeded',
      format('trip %s may carry %s people at once and would carry %s after call %s',
             bad.ref, bad.places, bad.people, bad.part));
  END IF;
  SELECT t.ref, b.seat, b.seat < t.seats AS exists, b.seat = ANY (t.empty_on) AS empty INTO bad
    FROM dispatch_seatbooking b JOIN transport_trip t ON t.id = b.trip_id
   WHERE b.plan_id = the_plan AND b.held AND (touched IS NULL OR b.trip_id = ANY (touched))
     AND (b.seat >= t.seats OR t.places < t.seats
          AND (b.seat = ANY (t.escort_on) OR b.seat = ANY (t.isolation_on) OR b.seat = ANY (t.empty_on)))
   ORDER BY b.seat >= t.seats DESC LIMIT 1;
  IF FOUND AND NOT bad.exists THEN
    PERFORM dispatch_fail('seat_exists_on_its_trip', format('trip %s has no seat %s', bad.ref, bad.seat + 1));
  ELSIF FOUND AND bad.empty THEN
    PERFORM dispatch_fail('trip_load_rule_is_never_exceeded',
      format('trip %s leaves seat %s empty', bad.ref, bad.seat + 1));
  ELSIF FOUND THEN
    PERFORM dispatch_fail('withheld_seat_is_never_booked', format('trip %s withholds seat %s', bad.ref, bad.seat + 1));
  END IF;
END $$;

-- As with withheld seats: they follow from the trip's numbers, its map and its vehicle, so no list of columns says when.
CREATE CONSTRAINT TRIGGER load_rule_holds_its_people AFTER UPDATE ON transport_trip
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.places < OLD.places OR NEW.empty_on IS DISTINCT FROM OLD.empty_on)
  EXECUTE FUNCTION dispatch_trip_moves();
