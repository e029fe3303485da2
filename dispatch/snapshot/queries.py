"""What a snapshot reads, table by table: fixed-width columns without nulls, 0 for "none", in the order of ids.

Who has an outcome, what is withdrawn, unverified or cancelled is not part of the problem.
"""
from dispatch.matching.pins import Kind
from dispatch.matching.problem import Level, Mode


def _case(column: str, numbers: dict[str, int]) -> str:
    return f"CASE {column} " + " ".join(f"WHEN '{word}' THEN {n}" for word, n in numbers.items()) + " END"


_LEVEL = _case("level", {level.name.lower(): level.value for level in Level})
_MODE = _case("mode", {mode.name.lower(): mode.value for mode in Mode})
_PIN = _case("p.kind", {kind.value: n for n, kind in enumerate(Kind)})
# Who goes another way or not at all is not part of the problem, and the pins of these rest.
_PINS = """dispatch_pin p JOIN workers_registration r ON r.id = p.registration_id
             {legs} WHERE p.campaign_id = {{campaign}} AND p.lifted_at IS NULL AND r.outcome IS NULL"""


def _minutes(column: str) -> str:
    return f"(extract(epoch FROM {column}) / 60)::int - {{epoch}}"


Types = dict[str, str]

ALL: dict[str, tuple[str, Types]] = {
    "places": (
        f"SELECT id, coalesce(parent_id, 0), ({_LEVEL})::int2 FROM places_place WHERE code_list_id = {{codes}} ORDER BY id",
        {"id": "i8", "parent": "i8", "level": "i2"},
    ),
    "trades": (
        "SELECT id FROM workers_occupation WHERE code_list_id = {codes} ORDER BY id",
        {"id": "i8"},
    ),
    "workers": (
        # Somebody without a valid clearance counts as red: let in only where a rule says so.
        f"""SELECT r.id, r.township_id, coalesce(r.group_id, 0), coalesce(r.preferred_district_id, 0),
                   coalesce(k.posting_id, 0), r.min_wage, r.priority, {_minutes("r.ready_at")}, r.open_to_other,
                   coalesce(c.colour, 2)::int2,
                   coalesce(extract(year FROM age('{{first_day}}'::date, w.birth_date)), -1)::int2
              FROM workers_registration r
              JOIN workers_worker w ON w.id = r.worker_id
              LEFT JOIN jobs_reservedpost k ON k.registration_id = r.id
              LEFT JOIN (SELECT DISTINCT ON (c.registration_id) c.registration_id, c.colour
                           FROM workers_clearance c JOIN workers_registration r ON r.id = c.registration_id
                          WHERE r.campaign_id = {{campaign}}
                            AND c.valid_from <= r.ready_at AND (c.valid_until IS NULL OR c.valid_until > r.ready_at)
                          ORDER BY c.registration_id, c.valid_from DESC) c ON c.registration_id = r.id
             WHERE r.campaign_id = {{campaign}} AND r.outcome IS NULL
             ORDER BY r.id""",
        {"id": "i8", "township": "i8", "group": "i8", "district": "i8", "reserved": "i8", "min_wage": "i4",
         "priority": "i2", "ready": "i4", "open_to_other": "?", "clearance": "i2", "age": "i2"},
    ),
    "worker_trades": (
        """SELECT o.registration_id, o.occupation_id
             FROM workers_registrationoccupation o JOIN workers_registration r ON r.id = o.registration_id
            WHERE r.campaign_id = {campaign} AND r.outcome IS NULL
            ORDER BY 1, 2""",
        {"worker": "i8", "trade": "i8"},
    ),
    "groups": (
        "SELECT id, split_agreed_at IS NOT NULL FROM workers_travelgroup WHERE campaign_id = {campaign} ORDER BY id",
        {"id": "i8", "may_split": "?"},
    ),
    "jobs": (
        f"""SELECT p.id, s.place_id, s.employer_id, p.kind = 'reserved', coalesce(p.occupation_id, 0), p.headcount,
                   p.wage, {_minutes("p.start_by")}, p.minors_allowed
              FROM jobs_posting p JOIN jobs_site s ON s.id = p.site_id JOIN jobs_employer e ON e.id = s.employer_id
             WHERE p.campaign_id = {{campaign}} AND p.withdrawn_at IS NULL AND e.verified_at IS NOT NULL
             ORDER BY p.id""",
        {"id": "i8", "park": "i8", "employer": "i8", "reserved": "?", "trade": "i8", "headcount": "i4",
         "wage": "i4", "start_by": "i4", "minors_allowed": "?"},
    ),
    "trips": (
        f"""SELECT id, ({_MODE})::int2, places::int FROM transport_trip
             WHERE campaign_id = {{campaign}} AND state = 'scheduled' ORDER BY id""",
        {"id": "i8", "mode": "i2", "seats": "i4"},
    ),
    "withheld": (
        """SELECT id, unnest(escort_on || isolation_on || empty_on)::int2 FROM transport_trip
             WHERE campaign_id = {campaign} AND state = 'scheduled' AND places < seats ORDER BY 1, 2""",
        {"trip": "i8", "seat": "i2"},
    ),
    "vehicles": (
        """SELECT t.id, coalesce(t.seat_map_id, v.seat_map_id, 0), t.seats::int
             FROM transport_trip t LEFT JOIN transport_vehicle v ON v.id = t.vehicle_id
            WHERE t.campaign_id = {campaign} AND t.state = 'scheduled' ORDER BY t.id""",
        {"trip": "i8", "seat_map": "i8", "seats": "i4"},
    ),
    "calls": (
        f"""SELECT c.trip_id, c.place_id, {_minutes("c.arrive_at")}, {_minutes("c.depart_at")}
              FROM transport_call c JOIN transport_trip t ON t.id = c.trip_id
             WHERE t.campaign_id = {{campaign}} AND t.state = 'scheduled'
             ORDER BY c.trip_id, c.seq""",
        {"trip": "i8", "place": "i8", "arrive": "i4", "depart": "i4"},
    ),
    "access": (
        "SELECT from_place_id, to_place_id, minutes FROM transport_access WHERE campaign_id = {campaign} ORDER BY 1, 2",
        {"from_place": "i8", "to_place": "i8", "minutes": "i4"},
    ),
    "related": (
        """SELECT r.occupation_id, r.helps_in_id FROM workers_relatedoccupation r
             JOIN workers_occupation o ON o.id = r.occupation_id WHERE o.code_list_id = {codes} ORDER BY 1, 2""",
        {"trade": "i8", "helps_in": "i8"},
    ),
    "admits": (
        "SELECT county_id, district_id, colour FROM workers_admissionrule WHERE campaign_id = {campaign} ORDER BY 1, 2, 3",
        {"county": "i8", "district": "i8", "colour": "i2"},
    ),
    "pins": (
        # In an order that says nothing of when they were set: equal pins give an equal digest.
        f"""SELECT p.id, p.registration_id, ({_PIN})::int2, coalesce(p.posting_id, 0), coalesce(p.trip_id, 0)
              FROM {_PINS.format(legs="")} ORDER BY 2, 3, 4, 5""",
        {"id": "i8", "worker": "i8", "kind": "i2", "job": "i8", "trip": "i8"},
    ),
    "pin_legs": (
        f"""SELECT p.id, p.registration_id, (leg->>'trip')::bigint, (leg->>'board')::int2, (leg->>'alight')::int2
              FROM {_PINS.format(legs="CROSS JOIN jsonb_array_elements(p.legs) WITH ORDINALITY AS leg (leg, place)")}
             ORDER BY p.id, leg.place""",
        {"pin": "i8", "worker": "i8", "trip": "i8", "board": "i2", "alight": "i2"},
    ),
}

# The problem of a few people: what is asked of each table there, where it is not all of the campaign. No way leads anywhere.
FEW = {
    "places": "id = ANY ({places})",
    "workers": "id = ANY ({people})",
    "worker_trades": "registration_id = ANY ({people})",
    "groups": "id IN (SELECT group_id FROM workers_registration WHERE id = ANY ({people}))",
    "jobs": "id = ANY ({postings})",
    "trips": "id = ANY ({trips})",
    "withheld": "id = ANY ({trips})",
    "vehicles": "id = ANY ({trips})",
    "calls": "trip_id = ANY ({trips})",
    "access": "false",
    "admits": "county_id = ANY ({places}) AND district_id = ANY ({places})",
    "pins": "registration_id = ANY ({people})",
    "pin_legs": "registration_id = ANY ({people})",
}
