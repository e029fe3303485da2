-- Who was seen at the pick-up stays on record as it was told.
CREATE TRIGGER gathering_never_changes BEFORE UPDATE OR DELETE ON dispatch_gathering
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER table_is_never_emptied BEFORE TRUNCATE ON dispatch_gathering
  FOR EACH STATEMENT EXECUTE FUNCTION dispatch_never_emptied();

CREATE FUNCTION dispatch_gathering_within_campaign() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
  SELECT r.ref AS person, t.ref AS trip INTO bad
    FROM workers_registration r JOIN transport_trip t ON t.id = NEW.trip_id
   WHERE r.id = NEW.registration_id AND r.campaign_id <> t.campaign_id;
  IF FOUND THEN
    PERFORM dispatch_fail('gathering_stays_within_its_campaign', format('person %s, trip %s', bad.person, bad.trip));
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER gathering_stays_within_its_campaign BEFORE INSERT ON dispatch_gathering
  FOR EACH ROW EXECUTE FUNCTION dispatch_gathering_within_campaign();
