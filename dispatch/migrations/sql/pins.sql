-- A pin is of one campaign, contradicts no other live one of its person, and stays as it was decided until it is lifted.

CREATE FUNCTION dispatch_pin_rides(the_legs jsonb, the_trip bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT the_legs @> jsonb_build_array(jsonb_build_object('trip', the_trip))
$$;

-- Whether both cannot be kept, whatever plan is made. To be asked both ways round.
CREATE FUNCTION dispatch_pins_contradict(a dispatch_pin, b dispatch_pin) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(CASE a.kind
    WHEN 'out' THEN b.kind <> 'out'
    WHEN 'job' THEN b.kind IN ('job', 'assignment') AND b.posting_id <> a.posting_id
                    OR b.kind = 'not-job' AND b.posting_id = a.posting_id
    WHEN 'trip' THEN b.kind = 'not-trip' AND b.trip_id = a.trip_id
    WHEN 'assignment' THEN b.kind = 'assignment' AND (b.posting_id <> a.posting_id OR b.legs <> a.legs)
                    OR b.kind = 'not-job' AND b.posting_id = a.posting_id
                    OR b.kind = 'trip' AND NOT dispatch_pin_rides(a.legs, b.trip_id)
                    OR b.kind = 'not-trip' AND dispatch_pin_rides(a.legs, b.trip_id)
  END, false)
$$;

CREATE FUNCTION dispatch_pin_in_words(the_pin dispatch_pin) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT concat_ws(' ', r.ref, p.ref, t.ref)
    FROM workers_registration r LEFT JOIN jobs_posting p ON p.id = the_pin.posting_id
    LEFT JOIN transport_trip t ON t.id = the_pin.trip_id
   WHERE r.id = the_pin.registration_id
$$;

-- The person's row is taken first: of two who pin one person at once, the later one sees what the earlier did.
CREATE FUNCTION dispatch_pin_is_made() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE other dispatch_pin;
BEGIN
  PERFORM dispatch_sees_commits();
  PERFORM FROM workers_registration WHERE id = NEW.registration_id FOR NO KEY UPDATE;
  IF NOT EXISTS (SELECT FROM workers_registration WHERE id = NEW.registration_id AND campaign_id = NEW.campaign_id)
     OR NEW.posting_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM jobs_posting WHERE id = NEW.posting_id AND campaign_id = NEW.campaign_id)
     OR NEW.trip_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM transport_trip WHERE id = NEW.trip_id AND campaign_id = NEW.campaign_id) THEN
    PERFORM dispatch_fail('pin_stays_within_its_campaign', dispatch_pin_in_words(NEW));
  END IF;
  IF jsonb_typeof(NEW.legs) <> 'array' OR jsonb_array_length(NEW.legs) > 3 OR EXISTS (
       SELECT FROM jsonb_array_elements(NEW.legs) leg
        WHERE NOT EXISTS (
              SELECT FROM transport_trip t JOIN transport_call b ON b.trip_id = t.id JOIN transport_call a ON a.trip_id = t.id
               WHERE t.id = (leg->>'trip')::bigint AND t.campaign_id = NEW.campaign_id AND b.seq < a.seq
                 AND b.seq = (leg->>'board')::int AND a.seq = (leg->>'alight')::int)) THEN
    PERFORM dispatch_fail('pin_legs_are_of_trips_and_calls', dispatch_pin_in_words(NEW));
  END IF;
  SELECT p.* INTO other FROM dispatch_pin p
   WHERE p.registration_id = NEW.registration_id AND p.lifted_at IS NULL
     AND (dispatch_pins_contradict(p, NEW) OR dispatch_pins_contradict(NEW, p))
   ORDER BY p.id LIMIT 1;
  IF FOUND THEN
    PERFORM dispatch_fail('pins_of_a_person_never_contradict', dispatch_pin_in_words(other) || ': ' || other.reason);
  END IF;
  NEW.made_at := now();
  RETURN NEW;
END $$;
CREATE TRIGGER pin_is_made BEFORE INSERT ON dispatch_pin FOR EACH ROW EXECUTE FUNCTION dispatch_pin_is_made();

CREATE FUNCTION dispatch_pin_is_only_lifted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM dispatch_fail('pin_is_never_removed', dispatch_pin_in_words(OLD));
  ELSIF OLD.lifted_at IS NOT NULL THEN
    PERFORM dispatch_fail('lifted_pin_stays_lifted', dispatch_pin_in_words(OLD));
  ELSIF to_jsonb(NEW) - '{lifted_at,lifted_by_id,lifted_why}'::text[]
        <> to_jsonb(OLD) - '{lifted_at,lifted_by_id,lifted_why}'::text[] THEN
    PERFORM dispatch_fail('pin_stays_as_it_was_decided', dispatch_pin_in_words(OLD));
  ELSIF NEW.lifted_at IS NOT NULL THEN
    NEW.lifted_at := now();
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER pin_is_only_lifted BEFORE UPDATE OR DELETE ON dispatch_pin
  FOR EACH ROW EXECUTE FUNCTION dispatch_pin_is_only_lifted();

CREATE TRIGGER pin_refusal_never_changes BEFORE UPDATE OR DELETE ON dispatch_pinrefusal
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();

DO $$
DECLARE one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['dispatch_pin', 'dispatch_pinrefusal'] LOOP
    EXECUTE format('CREATE TRIGGER table_is_never_emptied BEFORE TRUNCATE ON %I
                      FOR EACH STATEMENT EXECUTE FUNCTION dispatch_never_emptied()', one);
  END LOOP;
END $$;
