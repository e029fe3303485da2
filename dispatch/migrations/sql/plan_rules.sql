-- Rules 2 and 3 over a plan, as functions that a publish and every recorded change call.
-- "touched" narrows the check to some registrations' postings, trips and groups; NULL means the whole plan.

CREATE FUNCTION dispatch_fail(rule text, said text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', said USING ERRCODE = 'check_violation', CONSTRAINT = rule, TABLE = 'dispatch_assignment';
END $$;

-- A transaction that keeps to the snapshot of its beginning would not see what others committed while it waited for a lock.
CREATE FUNCTION dispatch_sees_commits() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    PERFORM dispatch_fail('rules_are_looked_at_in_read_committed',
      format('this transaction is %s', current_setting('transaction_isolation')));
  END IF;
END $$;

CREATE FUNCTION dispatch_is_live(state text) RETURNS boolean LANGUAGE sql IMMUTABLE AS
$$ SELECT state IN ('planned', 'told', 'confirmed', 'boarded') $$;

CREATE FUNCTION dispatch_is_going(state text) RETURNS boolean LANGUAGE sql IMMUTABLE AS
$$ SELECT state IN ('planned', 'told', 'confirmed', 'boarded', 'completed') $$;

CREATE FUNCTION dispatch_check_postings(the_plan bigint, touched bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
  SELECT p.ref, p.headcount, count(*) AS people INTO bad
    FROM dispatch_assignment a JOIN jobs_posting p ON p.id = a.posting_id
   WHERE a.plan_id = the_plan AND dispatch_is_live(a.state) AND (touched IS NULL OR a.posting_id = ANY (touched))
   GROUP BY p.id HAVING count(*) > p.headcount LIMIT 1;
  IF FOUND THEN
    PERFORM dispatch_fail('posting_never_more_assignments_than_posts',
      format('posting %s has %s posts and would have %s people', bad.ref, bad.headcount, bad.people));
  END IF;
END $$;

CREATE FUNCTION dispatch_check_trips(the_plan bigint, touched bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
  SELECT t.ref, t.seats, part, count(*) AS people INTO bad
    FROM dispatch_seatbooking b JOIN transport_trip t ON t.id = b.trip_id
   CROSS JOIN LATERAL generate_series(b.board, b.alight - 1) AS part
   WHERE b.plan_id = the_plan AND b.held AND (touched IS NULL OR b.trip_id = ANY (touched))
   GROUP BY t.id, part HAVING count(*) > t.seats LIMIT 1;
  IF FOUND THEN
    PERFORM dispatch_fail('trip_never_more_people_than_seats',
      format('trip %s has %s seats and would carry %s people after call %s', bad.ref, bad.seats, bad.people, bad.part));
  END IF;
  SELECT t.ref, b.seat INTO bad
    FROM dispatch_seatbooking b JOIN transport_trip t ON t.id = b.trip_id
   WHERE b.plan_id = the_plan AND b.held AND b.seat >= t.seats AND (touched IS NULL OR b.trip_id = ANY (touched))
   LIMIT 1;
  IF FOUND THEN
    PERFORM dispatch_fail('seat_exists_on_its_trip', format('trip %s has no seat %s', bad.ref, bad.seat + 1));
  END IF;
END $$;

CREATE FUNCTION dispatch_check_groups(the_plan bigint, touched bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
  -- A person's way: the legs in order and the place of the job. All members of a group have the same one, or none has any.
  WITH members AS (
    SELECT r.id, r.group_id, g.ref
      FROM workers_registration r JOIN workers_travelgroup g ON g.id = r.group_id
     WHERE g.split_agreed_at IS NULL AND r.outcome IS NULL AND r.campaign_id = (SELECT campaign_id FROM dispatch_plan WHERE id = the_plan)
       AND (touched IS NULL OR r.group_id = ANY (touched))
  ), legs AS (
    SELECT b.assignment_id, string_agg(format('%s:%s:%s', b.trip_id, b.board, b.alight), ';' ORDER BY b.leg) AS way
      FROM dispatch_seatbooking b
     WHERE b.plan_id = the_plan AND b.held
       AND (touched IS NULL OR b.assignment_id IN (
             SELECT a.id FROM dispatch_assignment a JOIN members m ON m.id = a.registration_id WHERE a.plan_id = the_plan))
     GROUP BY b.assignment_id
  ), ways AS (
    SELECT m.group_id, m.ref, CASE WHEN a.id IS NULL THEN '' ELSE format('%s|%s', s.place_id, l.way) END AS way
      FROM members m
      LEFT JOIN dispatch_assignment a
             ON a.plan_id = the_plan AND a.registration_id = m.id AND dispatch_is_going(a.state)
      LEFT JOIN jobs_posting p ON p.id = a.posting_id
      LEFT JOIN jobs_site s ON s.id = p.site_id
      LEFT JOIN legs l ON l.assignment_id = a.id
  )
  SELECT ref INTO bad FROM ways GROUP BY group_id, ref HAVING count(DISTINCT way) > 1 LIMIT 1;
  IF FOUND THEN
    PERFORM dispatch_fail('group_goes_together_or_not_at_all',
      format('group %s would be split without its members'' recorded agreement', bad.ref));
  END IF;
END $$;

CREATE FUNCTION dispatch_check_people(the_plan bigint, touched bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
  -- What a live assignment depends on besides seats and posts: the person, the posting, the employer, the trips.
  SELECT r.ref, p.ref AS posting,
         CASE WHEN r.campaign_id <> l.campaign_id OR p.campaign_id <> l.campaign_id
                THEN 'assignment_stays_within_its_campaign'
              WHEN w.birth_date > c.first_day - interval '16 years' THEN 'worker_under_16_is_never_matched'
              WHEN w.birth_date > c.first_day - interval '18 years' AND NOT p.minors_allowed
                THEN 'worker_under_18_only_where_the_posting_allows'
              WHEN e.verified_at IS NULL THEN 'posting_of_unverified_employer_is_never_matched'
              WHEN p.withdrawn_at IS NOT NULL THEN 'posting_withdrawn_is_never_matched'
              WHEN r.outcome IS NOT NULL THEN 'registration_with_an_outcome_is_never_matched'
              WHEN p.kind = 'reserved' AND NOT EXISTS (
                     SELECT FROM jobs_reservedpost k WHERE k.posting_id = p.id AND k.registration_id = r.id)
                THEN 'reserved_post_only_for_whom_it_is_kept'
         END AS rule
    INTO bad
    FROM dispatch_assignment a
    JOIN dispatch_plan l ON l.id = a.plan_id
    JOIN campaigns_campaign c ON c.id = l.campaign_id
    JOIN workers_registration r ON r.id = a.registration_id
    JOIN workers_worker w ON w.id = r.worker_id
    JOIN jobs_posting p ON p.id = a.posting_id
    JOIN jobs_site s ON s.id = p.site_id
    JOIN jobs_employer e ON e.id = s.employer_id
   WHERE a.plan_id = the_plan AND dispatch_is_live(a.state) AND (touched IS NULL OR a.registration_id = ANY (touched))
     AND (r.campaign_id <> l.campaign_id OR p.campaign_id <> l.campaign_id
          OR w.birth_date > c.first_day - interval '18 years' AND (NOT p.minors_allowed
             OR w.birth_date > c.first_day - interval '16 years')
          OR e.verified_at IS NULL OR p.withdrawn_at IS NOT NULL OR r.outcome IS NOT NULL
          OR p.kind = 'reserved' AND NOT EXISTS (
               SELECT FROM jobs_reservedpost k WHERE k.posting_id = p.id AND k.registration_id = r.id))
   LIMIT 1;
  IF FOUND THEN
    PERFORM dispatch_fail(bad.rule, format('person %s in posting %s', bad.ref, bad.posting));
  END IF;

  SELECT t.ref INTO bad
    FROM dispatch_seatbooking b
    JOIN dispatch_assignment a ON a.id = b.assignment_id
    JOIN transport_trip t ON t.id = b.trip_id
    JOIN dispatch_plan l ON l.id = b.plan_id
   WHERE b.plan_id = the_plan AND b.held AND dispatch_is_live(a.state)
     AND (touched IS NULL OR a.registration_id = ANY (touched))
     AND (t.state = 'cancelled' OR t.campaign_id <> l.campaign_id)
   LIMIT 1;
  IF FOUND THEN
    PERFORM dispatch_fail('trip_cancelled_carries_nobody', format('trip %s does not run in this campaign', bad.ref));
  END IF;
END $$;
