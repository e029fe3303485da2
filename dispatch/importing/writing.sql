-- From the staged folder to the campaign's rows, set by set. Ids are drawn in the order of the file's lines, so that
-- equal folders give rows in equal order. %(campaign)s, %(codes)s, %(by)s and %(now)s are filled in by the service.

-- Places, from the top of the tree down
ALTER TABLE in_places ADD path text;
WITH RECURSIVE tree AS (
  SELECT place, id, id || '/' AS path FROM in_places WHERE parent IS NULL
  UNION ALL SELECT c.place, c.id, tree.path || c.id || '/' FROM in_places c JOIN tree ON tree.place = c.parent
) UPDATE in_places SET path = tree.path FROM tree WHERE tree.place = in_places.place;
INSERT INTO places_place (id, code_list_id, code, name, level, parent_id, path, latitude, longitude)
  SELECT p.id, %(codes)s, p.place, coalesce(p.name, p.place), p.level, up.id, p.path, p.lat, p.lon
    FROM in_places p LEFT JOIN in_places up ON up.place = p.parent ORDER BY p.path;
CREATE UNIQUE INDEX ON in_places (place) INCLUDE (id);
ANALYZE in_places;

-- Trades: all that workers, jobs or the table of related ones name
CREATE TEMPORARY TABLE in_trades ON COMMIT DROP AS
  SELECT code, nextval(pg_get_serial_sequence('workers_occupation', 'id')) AS id FROM (
    SELECT unnest(occupations) AS code FROM in_workers
    UNION SELECT occupation FROM in_jobs WHERE occupation <> 'any'
    UNION SELECT occupation FROM in_related UNION SELECT related_occupation FROM in_related
    UNION SELECT occupation FROM in_occupations
    ORDER BY 1) codes;
INSERT INTO workers_occupation (id, code_list_id, code, name)
  SELECT t.id, %(codes)s, t.code, coalesce(o.name, t.code)
    FROM in_trades t LEFT JOIN in_occupations o ON o.occupation = t.code ORDER BY t.id;
INSERT INTO workers_relatedoccupation (occupation_id, helps_in_id)
  SELECT a.id, b.id FROM in_related r JOIN in_trades a ON a.code = r.occupation
    JOIN in_trades b ON b.code = r.related_occupation ORDER BY 1, 2;
ANALYZE in_trades;

-- Employers, their sites, their postings
CREATE TEMPORARY TABLE in_employers ON COMMIT DROP AS
  SELECT employer, nextval(pg_get_serial_sequence('jobs_employer', 'id')) AS id, name FROM (
    SELECT employer, coalesce(min(employer_name), employer) AS name FROM in_jobs GROUP BY 1 ORDER BY min(line)) e;
INSERT INTO jobs_employer (id, campaign_id, ref, name, verified_at, verified_by_id)
  SELECT id, %(campaign)s, employer, name, %(now)s, %(by)s FROM in_employers ORDER BY id;
CREATE TEMPORARY TABLE in_sites ON COMMIT DROP AS
  SELECT employer, park, nextval(pg_get_serial_sequence('jobs_site', 'id')) AS id FROM (
    SELECT employer, park FROM in_jobs GROUP BY 1, 2 ORDER BY min(line)) s;
INSERT INTO jobs_site (id, employer_id, place_id, gate)
  SELECT s.id, e.id, p.id, '' FROM in_sites s JOIN in_employers e USING (employer) JOIN in_places p ON p.place = s.park
   ORDER BY s.id;
INSERT INTO jobs_posting
    (id, campaign_id, site_id, ref, kind, occupation_id, headcount, wage, start_by, minors_allowed)
  SELECT j.id, %(campaign)s, s.id, j.job, j.kind, t.id, j.headcount, j.wage, j.start_by, coalesce(j.minors_allowed, false)
    FROM in_jobs j JOIN in_sites s USING (employer, park) LEFT JOIN in_trades t ON t.code = j.occupation
   ORDER BY j.line;
CREATE UNIQUE INDEX ON in_jobs (job) INCLUDE (id);
ANALYZE in_jobs;

-- People: who is known by number already stays one person
UPDATE in_people p SET worker_id = w.id FROM workers_worker w WHERE w.identity_whole = p.identity_whole;
-- Who was merged with another entry comes as that one; of several lines that are one person, the first goes.
CREATE TEMPORARY TABLE in_merged ON COMMIT DROP AS
  SELECT p.line, workers_end_of(w.id) AS worker_id FROM in_people p JOIN workers_worker w ON w.id = p.worker_id
   WHERE w.merged_into_id IS NOT NULL;
UPDATE in_people p SET worker_id = first.worker_id
  FROM (SELECT DISTINCT ON (worker_id) worker_id, line FROM in_merged ORDER BY worker_id, line) first
 WHERE p.line = first.line AND NOT EXISTS (SELECT FROM in_people other WHERE other.worker_id = first.worker_id);
INSERT INTO workers_household (village_id, label)
  SELECT p.id, i.household FROM (SELECT village, household, min(line) AS line FROM in_people
                                  WHERE household IS NOT NULL GROUP BY 1, 2) i
    JOIN in_places p ON p.place = i.village ORDER BY i.line;
INSERT INTO workers_worker (id, name, name_keys, sex, birth_date, household_id,
                            identity_cipher, identity_whole, identity_first6_last4, identity_last4)
  SELECT i.worker_id, i.name, i.name_keys, i.sex, i.birth_date, h.id,
         i.identity_cipher, i.identity_whole, i.identity_first6_last4, i.identity_last4
    FROM in_people i
    LEFT JOIN in_places p ON p.place = i.village
    LEFT JOIN workers_household h ON h.village_id = p.id AND h.label = i.household
   WHERE NOT EXISTS (SELECT FROM workers_worker w WHERE w.id = i.worker_id) ORDER BY i.line;

-- Their wish to go
INSERT INTO workers_travelgroup (campaign_id, ref, split_note)
  SELECT %(campaign)s, "group", '' FROM (SELECT "group", min(line) AS line FROM in_workers
                                       WHERE "group" IS NOT NULL GROUP BY 1) g ORDER BY g.line;
INSERT INTO workers_registration
    (id, campaign_id, worker_id, ref, township_id, village_id, group_id, min_wage, priority, ready_at, open_to_other,
     preferred_district_id, contact, contact_phone, contact_name, created_at, outcome, outcome_at)
  SELECT w.id, %(campaign)s, i.worker_id, w.worker, t.id, v.id, g.id, w.min_wage, w.priority, w.ready_at, w.open_to_other,
         d.id, i.contact, i.contact_phone, i.contact_name, %(now)s,
         CASE WHEN k.merged_into_id IS NOT NULL THEN 'duplicate' END,
         CASE WHEN k.merged_into_id IS NOT NULL THEN %(now)s::timestamptz END
    FROM in_workers w
    JOIN in_people i USING (line)
    JOIN workers_worker k ON k.id = i.worker_id
    JOIN in_places t ON t.place = w.township
    LEFT JOIN in_places v ON v.place = i.village
    LEFT JOIN in_places d ON d.place = w.preferred_district
    LEFT JOIN workers_travelgroup g ON g.campaign_id = %(campaign)s AND g.ref = w."group"
   ORDER BY w.line;
INSERT INTO workers_registrationoccupation (registration_id, occupation_id)
  SELECT w.id, t.id FROM in_workers w CROSS JOIN LATERAL unnest(w.occupations) AS code JOIN in_trades t USING (code)
   ORDER BY w.line, t.id;
INSERT INTO workers_clearance (registration_id, colour, valid_from, source)
  SELECT id, clearance, least(ready_at, %(now)s), 'import' FROM in_workers ORDER BY line;
INSERT INTO jobs_reservedpost (posting_id, registration_id)
  SELECT j.id, w.id FROM in_workers w JOIN in_jobs j ON j.job = w.reserved_job ORDER BY w.line;
INSERT INTO workers_admissionrule (campaign_id, county_id, district_id, colour)
  SELECT %(campaign)s, c.id, d.id, a.clearance FROM in_admits a
    JOIN in_places c ON c.place = a.county JOIN in_places d ON d.place = a.district ORDER BY a.line;

-- Trips
INSERT INTO transport_trip (id, campaign_id, ref, mode, state, seats, escort_seats, isolation_seats, seat_map_id)
  SELECT t.id, %(campaign)s, t.trip, t.mode, 'scheduled', t.capacity,
         coalesce(t.escort_seats, 0), coalesce(t.isolation_seats, 0), m.seat_map_id
    FROM in_trips t LEFT JOIN in_seat_maps m USING (mode, capacity) ORDER BY t.line;
INSERT INTO transport_call (trip_id, seq, place_id, arrive_at, depart_at)
  SELECT t.id, s.seq, p.id, s.arrive_at, s.depart_at FROM in_stops s JOIN in_trips t USING (trip)
    JOIN in_places p ON p.place = s.place ORDER BY t.id, s.seq;
INSERT INTO transport_access (campaign_id, from_place_id, to_place_id, minutes)
  SELECT %(campaign)s, a.id, b.id, x.minutes FROM in_access x
    JOIN in_places a ON a.place = x.from_place JOIN in_places b ON b.place = x.to_place ORDER BY x.line;
