-- A ticket that no longer holds is not lost: who ended it, when and why is the recorded change that ended it.
CREATE FUNCTION dispatch_ticket_ends() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE declared bigint;
BEGIN
  SELECT dispatch_declared_change(p.id) INTO declared
    FROM transport_trip t JOIN dispatch_plan p ON p.campaign_id = t.campaign_id AND p.state = 'published'
   WHERE t.id = OLD.trip_id;
  IF declared IS NULL THEN
    PERFORM dispatch_fail('ticket_ends_only_by_a_recorded_change', btrim(format('%s %s', OLD.coach, OLD.seat)));
  END IF;
  INSERT INTO dispatch_endedticket (trip_id, registration_id, coach, seat, number, given_at, answer_id, change_id)
  VALUES (OLD.trip_id, OLD.registration_id, OLD.coach, OLD.seat, OLD.number, OLD.given_at, OLD.answer_id, declared);
  RETURN NULL;
END $$;
CREATE TRIGGER ticket_ends_only_by_a_recorded_change AFTER DELETE ON dispatch_ticket
  FOR EACH ROW EXECUTE FUNCTION dispatch_ticket_ends();

CREATE TRIGGER ended_ticket_never_changes BEFORE UPDATE OR DELETE ON dispatch_endedticket
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER table_is_never_emptied BEFORE TRUNCATE ON dispatch_endedticket
  FOR EACH STATEMENT EXECUTE FUNCTION dispatch_never_emptied();
