-- Which seats of a trip may be booked: one place that says it, for the matching, the lists, the drawings and the rules.
-- First the load rule leaves seats empty: every second one of a row, from the other side in the next row ("alternate"), or
-- every second row ("rows"). Of the others, escorts sit by the doors: the front seats of each coach, dealt over the coaches
-- from the first one. Isolation is at the back: the last of them. Seats beyond the map count as one more coach, in rows of
-- five where rows matter. `places` is how many people may be booked at once: with "half" the escorts are among the people of
-- whom the vehicle holds at most half as many as it has seats; the isolation seats are empty until somebody falls ill who
-- has a seat already. Below 0: more is to be withheld than there is.
DROP FUNCTION transport_seats_withheld(jsonb, integer, integer, integer);
CREATE FUNCTION transport_seats_withheld(coaches jsonb, seats integer, escorts integer, isolation integer, rule text,
                                         OUT escort_on smallint[], OUT isolation_on smallint[], OUT empty_on smallint[],
                                         OUT places integer)
LANGUAGE sql IMMUTABLE AS $$
  WITH mapped AS (
    SELECT nth, r AS row, length(replace(letters, ' ', '')) AS width
      FROM jsonb_array_elements(coalesce(coaches, '[]')) WITH ORDINALITY AS its (c, nth)
     CROSS JOIN LATERAL (
       SELECT c ->> 'letters' AS letters, r
         FROM generate_series(1, CASE jsonb_typeof(c -> 'rows') WHEN 'number' THEN (c ->> 'rows')::int ELSE 0 END) r
       UNION ALL
       SELECT letters, r FROM jsonb_array_elements_text(
         CASE jsonb_typeof(c -> 'rows') WHEN 'array' THEN c -> 'rows' ELSE '[]' END) WITH ORDINALITY AS own (letters, r)) its_rows
  ), laid AS (
    SELECT nth, row, sum(width) OVER (ORDER BY nth, row) - width AS first, width FROM mapped
    UNION ALL
    SELECT 2147483647, n + 1, its.first + 5 * n, 5
      FROM (SELECT coalesce(sum(width), 0) AS first FROM mapped) its
     CROSS JOIN LATERAL generate_series(0, greatest(0, (seats - its.first)::int + 4) / 5 - 1) n
  ), seat AS (
    SELECT (first + k)::int AS number, nth, row_number() OVER (PARTITION BY nth ORDER BY row, k) AS place,
           CASE rule WHEN 'alternate' THEN (row + k) % 2 = 1 WHEN 'rows' THEN row % 2 = 1 ELSE true END AS open
      FROM laid CROSS JOIN LATERAL generate_series(0, width - 1) k
     WHERE first + k < seats
  ), escort AS (
    SELECT number FROM seat WHERE open ORDER BY place, nth LIMIT escorts
  ), isolated AS (
    SELECT number FROM seat WHERE open AND number NOT IN (SELECT number FROM escort) ORDER BY number DESC LIMIT isolation
  )
  SELECT coalesce((SELECT array_agg(number ORDER BY number) FROM escort), '{}')::smallint[],
         coalesce((SELECT array_agg(number ORDER BY number) FROM isolated), '{}')::smallint[],
         coalesce((SELECT array_agg(number ORDER BY number) FROM seat WHERE NOT open), '{}')::smallint[],
         CASE rule WHEN 'half' THEN least(seats / 2 - escorts, seats - escorts - isolation)
                   ELSE (SELECT count(*) FROM seat WHERE open)::int - escorts - isolation END
$$;

CREATE OR REPLACE FUNCTION transport_trip_withholds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.escort_seats = 0 AND NEW.isolation_seats = 0 AND NEW.load_rule = 'full' THEN
    NEW.escort_on := '{}';
    NEW.isolation_on := '{}';
    NEW.empty_on := '{}';
    NEW.places := NEW.seats;
  ELSE
    SELECT w.escort_on, w.isolation_on, w.empty_on, w.places
      INTO NEW.escort_on, NEW.isolation_on, NEW.empty_on, NEW.places
      FROM transport_seats_withheld(
        (SELECT coaches FROM transport_seatmap WHERE id = coalesce(
           NEW.seat_map_id, (SELECT seat_map_id FROM transport_vehicle WHERE id = NEW.vehicle_id))),
        NEW.seats, NEW.escort_seats, NEW.isolation_seats, NEW.load_rule) w;
  END IF;
  RETURN NEW;
END $$;

UPDATE transport_trip SET places = 0;
