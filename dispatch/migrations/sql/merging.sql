-- Who becomes one person, or two again, keeps a place in a published plan only as far as the person may have it. Deferred: what
-- goes from one to the other comes in the same transaction.

CREATE FUNCTION dispatch_worker_merges() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dispatch_check_people(dispatch_live_plan(theirs.campaign_id), theirs.people)
     FROM (SELECT campaign_id, array_agg(id ORDER BY id) AS people FROM workers_registration
            WHERE worker_id IN (NEW.id, NEW.merged_into_id, OLD.merged_into_id) AND outcome IS NULL
            GROUP BY campaign_id ORDER BY campaign_id) theirs;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER merged_people_fit_the_published_plan AFTER UPDATE OF merged_into_id ON workers_worker
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.merged_into_id IS DISTINCT FROM OLD.merged_into_id)
  EXECUTE FUNCTION dispatch_worker_merges();
