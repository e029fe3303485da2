-- Which seats a trip withholds: one place that says it, for the matching, the lists, the drawings and the rules.
-- Escorts sit by the doors: the front seats of each coach, dealt over the coaches from the first one. Isolation is at the
-- back: the last seats of the vehicle. Seats beyond the map count as one more coach.
CREATE FUNCTION transport_seats_withheld(coaches jsonb, seats integer, escorts integer, isolation integer,
                                         OUT escort_on smallint[], OUT isolation_on smallint[])
LANGUAGE sql IMMUTABLE AS $$
  WITH coach AS (
    SELECT nth, CASE jsonb_typeof(c -> 'rows')
                  WHEN 'number' THEN (c ->> 'rows')::int * length(replace(c ->> 'letters', ' ', ''))
                  ELSE (SELECT sum(length(replace(letters, ' ', '')))
                          FROM jsonb_array_elements_text(c -> 'rows') letters)::int
                END AS size
      FROM jsonb_array_elements(coalesce(coaches, '[]')) WITH ORDINALITY AS its (c, nth)
  ), ahead AS (
    SELECT nth, size, sum(size) OVER (ORDER BY nth) - size AS first FROM coach
    UNION ALL SELECT 2147483647, seats, coalesce(sum(size), 0) FROM coach
  ), seat AS (
    SELECT number, nth, number - first AS place
      FROM generate_series(0, seats - 1) AS number JOIN ahead ON number >= first AND number < first + size
  ), escort AS (
    SELECT number FROM seat ORDER BY place, nth LIMIT escorts
  ), isolated AS (
    SELECT number FROM seat WHERE number NOT IN (SELECT number FROM escort) ORDER BY number DESC LIMIT isolation
  )
  SELECT coalesce((SELECT array_agg(number ORDER BY number) FROM escort), '{}')::smallint[],
         coalesce((SELECT array_agg(number ORDER BY number) FROM isolated), '{}')::smallint[]
$$;

CREATE FUNCTION transport_trip_withholds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.escort_seats = 0 AND NEW.isolation_seats = 0 THEN
    NEW.escort_on := '{}';
    NEW.isolation_on := '{}';
  ELSE
    SELECT w.escort_on, w.isolation_on INTO NEW.escort_on, NEW.isolation_on
      FROM transport_seats_withheld(
        (SELECT coaches FROM transport_seatmap WHERE id = coalesce(
           NEW.seat_map_id, (SELECT seat_map_id FROM transport_vehicle WHERE id = NEW.vehicle_id))),
        NEW.seats, NEW.escort_seats, NEW.isolation_seats) w;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER trip_withholds BEFORE INSERT OR UPDATE ON transport_trip
  FOR EACH ROW EXECUTE FUNCTION transport_trip_withholds();

-- Trips that withheld seats before: see the migration.
UPDATE transport_trip SET escort_on = '{}' WHERE withheld > 0;
