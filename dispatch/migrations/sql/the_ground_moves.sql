-- What a published plan stands on may change under it only as far as rules 2 and 3 still hold. Deferred: a change of the
-- plan in the same transaction may make room first.

-- The checks below look at the plan of the row's campaign; a row that moved to another one would pass by them.
CREATE FUNCTION dispatch_row_stays_in_its_campaign() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dispatch_fail('row_stays_in_its_campaign', format('%s %s', TG_TABLE_NAME, OLD.id));
  RETURN NULL;
END $$;
CREATE TRIGGER plan_stays_in_its_campaign BEFORE UPDATE OF campaign_id ON dispatch_plan
  FOR EACH ROW WHEN (NEW.campaign_id <> OLD.campaign_id) EXECUTE FUNCTION dispatch_row_stays_in_its_campaign();
CREATE TRIGGER posting_stays_in_its_campaign BEFORE UPDATE OF campaign_id ON jobs_posting
  FOR EACH ROW WHEN (NEW.campaign_id <> OLD.campaign_id) EXECUTE FUNCTION dispatch_row_stays_in_its_campaign();
CREATE TRIGGER trip_stays_in_its_campaign BEFORE UPDATE OF campaign_id ON transport_trip
  FOR EACH ROW WHEN (NEW.campaign_id <> OLD.campaign_id) EXECUTE FUNCTION dispatch_row_stays_in_its_campaign();
CREATE TRIGGER registration_stays_in_its_campaign BEFORE UPDATE OF campaign_id ON workers_registration
  FOR EACH ROW WHEN (NEW.campaign_id <> OLD.campaign_id) EXECUTE FUNCTION dispatch_row_stays_in_its_campaign();
CREATE TRIGGER group_stays_in_its_campaign BEFORE UPDATE OF campaign_id ON workers_travelgroup
  FOR EACH ROW WHEN (NEW.campaign_id <> OLD.campaign_id) EXECUTE FUNCTION dispatch_row_stays_in_its_campaign();

CREATE FUNCTION dispatch_posting_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE live bigint := dispatch_live_plan(NEW.campaign_id);
BEGIN
  IF live IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM dispatch_check_postings(live, ARRAY[NEW.id]);
  IF NEW.site_id <> OLD.site_id THEN
    PERFORM dispatch_check_groups(live, coalesce(array_agg(DISTINCT r.group_id), '{}'))
       FROM dispatch_assignment a JOIN workers_registration r ON r.id = a.registration_id AND r.group_id IS NOT NULL
      WHERE a.plan_id = live AND a.posting_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER posting_headcount_holds_its_people AFTER UPDATE OF headcount, site_id ON jobs_posting
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.headcount < OLD.headcount OR NEW.site_id <> OLD.site_id)
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
CREATE FUNCTION dispatch_registration_arrives() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE live bigint := dispatch_live_plan(NEW.campaign_id);
BEGIN
  IF live IS NOT NULL THEN
    PERFORM dispatch_check_groups(live, ARRAY[NEW.group_id]);
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER registration_arrives_in_its_group AFTER INSERT ON workers_registration
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.group_id IS NOT NULL)
  EXECUTE FUNCTION dispatch_registration_arrives();
CREATE CONSTRAINT TRIGGER registration_fits_the_published_plan AFTER UPDATE OF outcome, group_id ON workers_registration
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.outcome IS DISTINCT FROM OLD.outcome OR NEW.group_id IS DISTINCT FROM OLD.group_id)
  EXECUTE FUNCTION dispatch_registration_moves();

CREATE FUNCTION dispatch_group_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE live bigint;
BEGIN
  FOR live IN SELECT dispatch_live_plan(campaign_id)
                FROM (SELECT DISTINCT campaign_id FROM workers_registration WHERE group_id = NEW.id ORDER BY 1) campaigns LOOP
    IF live IS NOT NULL THEN
      PERFORM dispatch_check_groups(live, ARRAY[NEW.id]);
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER group_agreement_fits_the_published_plan AFTER UPDATE OF split_agreed_at ON workers_travelgroup
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.split_agreed_at IS NULL AND OLD.split_agreed_at IS NOT NULL)
  EXECUTE FUNCTION dispatch_group_moves();
