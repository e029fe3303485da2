-- What a published plan stands on may change under it only as far as rules 2 and 3 still hold. Deferred: a change of the
-- plan in the same transaction may make room first.

CREATE FUNCTION dispatch_posting_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE live bigint := dispatch_live_plan(NEW.campaign_id);
BEGIN
  IF live IS NOT NULL THEN
    PERFORM dispatch_check_postings(live, ARRAY[NEW.id]);
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER posting_headcount_holds_its_people AFTER UPDATE OF headcount ON jobs_posting
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.headcount < OLD.headcount)
  EXECUTE FUNCTION dispatch_posting_moves();

CREATE FUNCTION dispatch_trip_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE live bigint := dispatch_live_plan(NEW.campaign_id);
BEGIN
  IF live IS NOT NULL THEN
    PERFORM dispatch_check_trips(live, ARRAY[NEW.id]);
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER trip_seats_hold_their_people AFTER UPDATE OF seats ON transport_trip
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.seats < OLD.seats)
  EXECUTE FUNCTION dispatch_trip_moves();

CREATE FUNCTION dispatch_registration_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE live bigint := dispatch_live_plan(NEW.campaign_id);
BEGIN
  IF live IS NULL THEN
    RETURN NULL;
  END IF;
  IF NEW.outcome IS NOT NULL AND EXISTS (
       SELECT FROM dispatch_assignment
        WHERE plan_id = live AND registration_id = NEW.id AND dispatch_is_live(state)) THEN
    PERFORM dispatch_fail('registration_has_an_outcome_or_an_assignment',
      format('person %s has a live assignment in the published plan', NEW.ref));
  END IF;
  PERFORM dispatch_check_groups(live, array_remove(ARRAY[NEW.group_id, OLD.group_id], NULL));
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER registration_fits_the_published_plan AFTER UPDATE OF outcome, group_id ON workers_registration
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.outcome IS DISTINCT FROM OLD.outcome OR NEW.group_id IS DISTINCT FROM OLD.group_id)
  EXECUTE FUNCTION dispatch_registration_moves();

CREATE FUNCTION dispatch_group_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE live bigint := dispatch_live_plan(NEW.campaign_id);
BEGIN
  IF live IS NOT NULL THEN
    PERFORM dispatch_check_groups(live, ARRAY[NEW.id]);
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER group_agreement_fits_the_published_plan AFTER UPDATE OF split_agreed_at ON workers_travelgroup
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.split_agreed_at IS NULL AND OLD.split_agreed_at IS NOT NULL)
  EXECUTE FUNCTION dispatch_group_moves();
