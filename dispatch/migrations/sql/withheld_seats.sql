-- Rule 2 with the seats that a trip withholds: nobody is booked on them, so no more people ride than seats less these.
CREATE OR REPLACE FUNCTION dispatch_check_trips(the_plan bigint, touched bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
  SELECT t.ref, t.seats, t.withheld, part, count(*) AS people INTO bad
    FROM dispatch_seatbooking b JOIN transport_trip t ON t.id = b.trip_id
   CROSS JOIN LATERAL generate_series(b.board, b.alight - 1) AS part
   WHERE b.plan_id = the_plan AND b.held AND (touched IS NULL OR b.trip_id = ANY (touched))
   GROUP BY t.id, part HAVING count(*) > t.seats - t.withheld ORDER BY count(*) > t.seats DESC LIMIT 1;
  IF FOUND AND bad.people > bad.seats THEN
    PERFORM dispatch_fail('trip_never_more_people_than_seats',
      format('trip %s has %s seats and would carry %s people after call %s', bad.ref, bad.seats, bad.people, bad.part));
  ELSIF FOUND THEN
    PERFORM dispatch_fail('withheld_seat_is_never_booked',
      format('trip %s withholds %s of its %s seats and would carry %s people after call %s',
             bad.ref, bad.withheld, bad.seats, bad.people, bad.part));
  END IF;
  SELECT t.ref, b.seat, b.seat < t.seats AS exists INTO bad
    FROM dispatch_seatbooking b JOIN transport_trip t ON t.id = b.trip_id
   WHERE b.plan_id = the_plan AND b.held AND (touched IS NULL OR b.trip_id = ANY (touched))
     AND (b.seat >= t.seats OR t.withheld > 0 AND (b.seat = ANY (t.escort_on) OR b.seat = ANY (t.isolation_on)))
   ORDER BY b.seat >= t.seats DESC LIMIT 1;
  IF FOUND AND NOT bad.exists THEN
    PERFORM dispatch_fail('seat_exists_on_its_trip', format('trip %s has no seat %s', bad.ref, bad.seat + 1));
  ELSIF FOUND THEN
    PERFORM dispatch_fail('withheld_seat_is_never_booked', format('trip %s withholds seat %s', bad.ref, bad.seat + 1));
  END IF;
END $$;

-- The seats follow from the trip's numbers, its map and its vehicle by a trigger, so no list of columns says when they move.
CREATE CONSTRAINT TRIGGER withheld_seats_hold_nobody AFTER UPDATE ON transport_trip
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.escort_on IS DISTINCT FROM OLD.escort_on OR NEW.isolation_on IS DISTINCT FROM OLD.isolation_on)
  EXECUTE FUNCTION dispatch_trip_moves();
