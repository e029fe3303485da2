"""Every address for every role: a new address without a row here fails the build."""
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from dispatch.queries import access

from .scene import ROLES, Scene

SIGNED_IN = set(ROLES)
SEES_CAMPAIGN = SIGNED_IN - {"stranger"}
SEES_PEOPLE = {"planner", "county", "district", "case", "liaison", "hr", "escort"}
WHOLE = {"planner"}
HAS_DAYS = {"planner", "county", "district"}
BRINGS_PEOPLE = {"planner", "county", "district", "case", "liaison", "escort"}
SENDS_LISTS = {"planner", "county", "liaison", "partner"}
# Lists of one's own office, or of one's place as a planner; the village's liaison looks at the one that others sent.
DECIDES_LISTS = {"planner", "county"}
STAFF = {"planner", "county", "district", "case"}

# Address, method, what its ids are, and who gets which answer; all others get 404, and nobody signed in 302.
TABLE: list[tuple[str, str, str, dict[int, set[str]]]] = [
    ("home", "get", "", {302: SIGNED_IN}),
    ("campaigns", "get", "", {200: SIGNED_IN}),
    ("campaign", "get", "campaign", {200: WHOLE, 302: SEES_CAMPAIGN - WHOLE}),
    ("runs", "get", "campaign", {200: WHOLE}),
    ("runs", "post", "campaign", {302: WHOLE}),
    ("trips", "get", "campaign", {200: SEES_CAMPAIGN}),
    ("people", "get", "campaign", {200: SEES_PEOPLE}),
    ("days", "get", "campaign", {200: HAS_DAYS}),
    ("day-sheet", "get", "campaign 2020-03-21", {302: HAS_DAYS}),
    ("day-sheet-roster", "get", "campaign 2020-03-21", {}),  # of a place that has to be named
    ("loads", "get", "campaign", {200: WHOLE}),
    ("loads", "post", "campaign", {422: WHOLE}),
    ("station-rules", "get", "campaign", {200: WHOLE}),
    ("station-rules", "post", "campaign", {422: WHOLE}),
    ("employers-to-verify", "get", "campaign", {200: WHOLE}),
    ("employer-verify", "post", "campaign own_employer", {302: WHOLE}),
    ("employers", "get", "campaign", {200: STAFF}),
    ("employer-arrivals", "get", "campaign own_employer", {200: STAFF}),
    ("employer-arrivals", "get", "campaign other_employer", {200: WHOLE}),
    ("places", "get", "campaign", {200: STAFF - {"district"}}),
    ("place", "get", "campaign village", {200: STAFF - {"district"}}),
    ("place", "get", "campaign other_township", {200: WHOLE}),
    ("area", "get", "campaign", {200: {"planner", "county", "district", "case"}}),
    ("village", "get", "campaign", {200: {"liaison"}}),
    ("village-eve", "get", "campaign", {200: BRINGS_PEOPLE}),
    ("village-eve-roster", "get", "campaign", {200: BRINGS_PEOPLE}),
    ("gathered", "post", "campaign", {302: BRINGS_PEOPLE}),  # an empty tap: back to the page, which says so
    ("employer", "get", "campaign", {200: {"hr"}}),
    ("escort", "get", "campaign", {200: {"escort"}}),
    ("partner", "get", "campaign", {200: {"partner"}}),
    ("roster-locks", "get", "campaign", {200: {"planner", "county", "district", "case"}}),
    ("roster-locks", "post", "campaign", {422: WHOLE}),
    ("roster-lock", "get", "own_lock", {200: {"planner", "county", "district", "case"}}),
    ("roster-lock", "get", "other_lock", {200: WHOLE}),
    ("roster-lock-object", "post", "own_lock", {409: {"planner", "county", "case"}}),
    ("roster-lock-sign", "post", "other_lock", {}),  # nobody's office must agree to it
    ("roster-lock-sign", "post", "own_lock", {409: {"planner", "county", "case"}}),
    ("roster-lock-freeze", "post", "own_lock", {409: WHOLE}),
    ("roster-lock-lift", "post", "own_lock", {409: WHOLE}),
    ("list-imports", "get", "campaign", {200: SENDS_LISTS | {"hr"}}),
    ("list-imports", "post", "campaign", {422: SENDS_LISTS | {"hr"}}),  # nothing is sent
    ("list-import", "get", "own_import", {200: SENDS_LISTS - {"partner"}}),
    ("list-import", "get", "other_import", {200: WHOLE}),
    ("list-import", "post", "own_import", {422: DECIDES_LISTS}),
    ("list-import-rows", "get", "own_import", {200: SENDS_LISTS - {"partner"}}),
    ("list-import-rows", "get", "other_import", {200: WHOLE}),
    ("list-import-confirm", "post", "own_import", {409: DECIDES_LISTS}),  # no row of it can be stored
    ("list-import-take-back", "post", "own_import", {409: DECIDES_LISTS}),
    ("list-import-file", "post", "own_import", {409: DECIDES_LISTS}),  # none was kept
    ("list-import-file", "post", "other_import", {409: WHOLE}),
    ("list-import-drop", "post", "other_import", {302: WHOLE}),
    ("list-import-drop", "post", "own_import", {302: DECIDES_LISTS}),
    ("run", "get", "run", {200: WHOLE}),
    ("run-progress", "get", "run", {200: WHOLE}),
    ("run-cancel", "post", "run", {302: WHOLE}),
    ("plan", "get", "draft", {200: WHOLE}),
    ("plan", "get", "published", {200: WHOLE}),
    ("plan-breakdown", "get", "draft", {200: WHOLE}),
    ("plan-difference", "get", "draft", {200: WHOLE}),
    ("plan-changes", "get", "draft", {200: WHOLE}),
    ("plan-changes", "get", "published", {302: WHOLE}),
    ("person-options", "get", "own", {200: WHOLE}),
    ("plan-publish", "post", "draft", {422: WHOLE}),
    ("plan-summary", "get", "published", {200: WHOLE}),
    ("plan-summary", "get", "draft", {}),
    ("plan-rosters", "get", "published", {200: WHOLE}),
    ("plan-rosters", "get", "draft", {}),
    ("plan-rosters", "post", "published", {302: WHOLE}),
    ("plan-rosters-zip", "get", "published", {}),  # none is made yet
    ("plan-rosters-cancel", "post", "published", {302: WHOLE}),
    ("plan-rosters-cancel", "post", "draft", {}),
    ("plan-county-summary", "get", "published own_county", {200: {"planner", "county"}}),
    ("plan-county-summary", "get", "published other_county", {200: WHOLE}),
    ("plan-county-summary", "get", "draft own_county", {}),
    ("plan-employer-roster", "get", "published own_employer", {200: {"planner", "county", "district"}}),
    ("plan-employer-roster", "get", "published other_employer", {200: WHOLE}),
    ("plan-village-roster", "get", "published village", {200: {"planner", "county", "district"}}),
    ("plan-village-roster", "get", "published other_home", {200: WHOLE}),
    ("village-roster", "get", "campaign", {200: {"liaison"}}),
    ("employer-roster", "get", "campaign", {200: {"hr"}}),
    ("trip-roster", "get", "own_trip", {200: {"planner", "county", "district", "case", "liaison", "escort"}}),
    ("trip-roster", "get", "other_trip", {200: WHOLE}),
    ("trip", "get", "own_trip", {200: SEES_CAMPAIGN - {"partner"}}),
    ("trip", "get", "other_trip", {200: WHOLE}),
    ("real-names", "get", "own_trip", {200: WHOLE}),
    ("real-names", "post", "own_trip", {422: WHOLE}),  # without a purpose
    ("real-names-release", "post", "own_list", {302: WHOLE}),
    ("real-names-link", "post", "own_list", {200: WHOLE}),
    ("real-names-revoke", "post", "own_list", {302: WHOLE}),
    ("real-names-close", "post", "own_list", {302: WHOLE}),
    ("carrier-trip", "get", "own_trip", {200: {"carrier"}}),
    ("carrier-trip", "get", "other_trip", {}),
    ("trip-vehicle", "get", "own_trip", {200: WHOLE}),
    ("trip-vehicle", "post", "own_trip", {422: WHOLE}),
    ("plan-change", "get", "change", {200: WHOLE}),
    ("person", "get", "own", {200: SEES_PEOPLE | {"worker"}}),
    ("person", "get", "other", {200: WHOLE}),
    ("person", "get", "left", {200: {"planner", "county", "case"}}),
    ("person-merge", "get", "own", {200: WHOLE}),
    ("person-merge", "post", "own", {422: WHOLE}),  # nobody is chosen
    ("person-merge-undo", "get", "own own_merge", {200: WHOLE}),
    ("person-merge-undo", "get", "other own_merge", {}),
    ("person-merge-undo", "post", "own own_merge", {409: WHOLE}),  # without a reason
    ("pins", "get", "campaign", {200: WHOLE}),
    ("person-pin", "post", "own", {422: WHOLE}),  # nothing is chosen
    ("person-pin", "post", "left", {422: WHOLE}),
    ("pin-lift", "post", "own_pin", {409: WHOLE}),  # without a reason
    ("back", "get", "campaign", {200: STAFF}),
    ("back-people", "get", "campaign", {200: STAFF}),
    ("register-send", "get", "campaign", {200: WHOLE}),
    ("register-send", "post", "campaign", {422: WHOLE}),  # nothing is sent
    ("returning", "get", "campaign", {200: {"hr"}}),
    ("sighting-aside", "post", "own_sighting", {302: {"planner", "county", "district", "case"}}),
    ("sighting-aside", "post", "other_sighting", {302: WHOLE}),
    ("person-place-back", "post", "own", {302: WHOLE}),  # without a reason
    ("employee-wish", "post", "own_employee", {302: {"planner", "county", "district", "case", "liaison", "hr"}}),
    ("employee-wish", "post", "other_employee", {302: WHOLE}),
    ("employer-returning", "get", "campaign own_employer", {200: STAFF | {"hr"}}),
    ("employer-returning", "get", "campaign other_employer", {200: WHOLE}),
    ("employer-returning", "post", "campaign own_employer", {422: WHOLE | {"hr"}}),  # nothing is sent
    ("questions", "get", "campaign", {200: STAFF | {"hr"}, 302: SEES_CAMPAIGN - STAFF - {"hr"}}),
    ("question", "get", "own_question", {200: WHOLE | {"county", "case"}}),
    ("question-settle", "post", "own_question", {422: WHOLE | {"county", "case"}}),  # no answer is given
    ("question-undo", "post", "own_question", {409: WHOLE | {"county", "case"}}),  # it is open
    ("question-take", "post", "own_question", {200: WHOLE | {"county", "case"}}),
    ("question-due", "post", "own_question", {422: WHOLE | {"county", "case"}}),  # without a day
    ("api-lists", "get", "campaign", {200: SENDS_LISTS | {"hr"}}),
    ("api-lists", "post", "campaign", {422: SENDS_LISTS | {"hr"}}),
    ("api-list", "get", "own_import", {200: SENDS_LISTS - {"partner"}}),
    ("api-list", "get", "other_import", {200: WHOLE}),
    ("api-list-rows", "get", "own_import", {200: SENDS_LISTS - {"partner"}}),
    ("api-list-confirm", "post", "own_import", {409: DECIDES_LISTS}),
    ("api-campaigns", "get", "", {200: SIGNED_IN}),
    ("api-trips", "get", "campaign", {200: SEES_CAMPAIGN}),
    ("api-registrations", "get", "campaign", {200: SEES_CAMPAIGN}),
    ("api-assignments", "get", "campaign", {200: SEES_CAMPAIGN}),
    ("api-run", "get", "run", {200: WHOLE}),
]
# Open to those who have not signed in. The carrier's link is its own key: 128 random bits, for one released list, within its
# time, until it is revoked; tests/realnames/test_pages.py tries it without, and looks at what it shows.
OPEN = {"sign-in", "sign-out", "set-language", "carrier-link"}


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        else:
            yield str(pattern.name)


def address(scene: Scene, name: str, of: str) -> str:
    """Each word names a row of the scene, or stands for itself."""
    return reverse(name, args=[getattr(scene, one).pk if hasattr(scene, one) else one for one in of.split()])


def test_every_address_has_a_row() -> None:
    assert set(names(get_resolver().url_patterns)) == {name for name, *_ in TABLE} | OPEN


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_table_says(scene: Scene, role: str) -> None:
    client = scene.client(role)
    wrong = []
    for name, method, of, answers in TABLE:
        wanted = next((status for status, roles in answers.items() if role in roles), 404)
        given = getattr(client, method)(address(scene, name, of)).status_code
        if given != wanted:
            wrong.append(f"{method} {name} of {of or 'all'}: {given}, not {wanted}")
    assert wrong == []


@pytest.mark.parametrize(("name", "method", "of", "_answers"), TABLE)
def test_nobody_gets_in_without_signing_in(
    scene: Scene, name: str, method: str, of: str, _answers: dict[int, set[str]]
) -> None:
    response = getattr(scene.client("nobody"), method)(address(scene, name, of))
    if name.startswith("api-"):
        assert response.status_code == 403
    else:
        assert response.status_code == 302
        assert response["Location"].startswith("/sign-in?")


PEOPLE = {
    "planner": {"own", "other", "left"}, "county": {"own", "left"}, "case": {"own", "left"}, "district": {"own"},
    "liaison": {"own"}, "hr": {"own"}, "escort": {"own"}, "worker": {"own"}, "carrier": set(), "partner": set(),
}
TRIPS = dict.fromkeys(PEOPLE, {"own_trip"}) | {"planner": {"own_trip", "other_trip"}, "partner": set()}


@pytest.mark.parametrize("role", PEOPLE)
def test_the_getters_give_what_is_ones_own(scene: Scene, role: str) -> None:
    sight = access.sight(scene.users[role], scene.campaign.pk)
    people = {scene.own.pk: "own", scene.other.pk: "other", scene.left.pk: "left"}
    assert {people[r.pk] for r in access.registrations_visible_to(sight)} == PEOPLE[role]
    trips = {scene.own_trip.pk: "own_trip", scene.other_trip.pk: "other_trip"}
    assert {trips[t.pk] for t in access.trips_visible_to(sight)} == TRIPS[role]


@pytest.mark.parametrize("role", PEOPLE)
def test_only_those_of_the_published_plan_are_seen_in_it_and_drafts_by_the_bureau_alone(scene: Scene, role: str) -> None:
    sight = access.sight(scene.users[role], scene.campaign.pk)
    people = {scene.own.pk: "own", scene.other.pk: "other", scene.left.pk: "left"}
    seen = {people[a.registration_id] for a in access.assignments_visible_to(sight, scene.published)}
    assert seen == PEOPLE[role] - {"left"}
    drafts = {people[a.registration_id] for a in access.assignments_visible_to(sight, scene.draft)}
    assert drafts == ({"left"} if role == "planner" else set())
    assert access.plans_visible_to(sight).count() == (2 if role == "planner" else 0)


def test_asking_for_a_draft_by_its_number_is_refused_to_others(scene: Scene) -> None:
    person = reverse("person", args=[scene.left.pk])
    assert scene.client("case").get(f"{person}?plan={scene.draft.pk}").status_code == 404
    assert scene.client("planner").get(f"{person}?plan={scene.draft.pk}").status_code == 200


def test_a_planner_of_another_campaign_does_not_see_this_one(scene: Scene) -> None:
    from tests import factories as make

    planner = make.make_planner(make.make_campaign())
    assert list(access.campaigns_visible_to(planner)) != [scene.campaign]
    assert not access.campaigns_visible_to(planner).filter(pk=scene.campaign.pk).exists()


def test_a_manifest_shows_the_names_that_one_may_see(scene: Scene) -> None:
    from tests import factories as make

    second = make.make_registration(scene.campaign, worker=make.make_worker(name="乘客乙"))
    plan = make.make_plan(scene.campaign)
    make.place_person(plan, scene.own, scene.posting, [(scene.own_trip, 0, 1, 4)])
    make.place_person(plan, second, make.make_posting(scene.campaign), [(scene.own_trip, 0, 1, 6)])
    make.publish(plan)
    page = reverse("trip", args=[scene.own_trip.pk])
    for role, seen in (("planner", True), ("escort", True), ("liaison", False), ("hr", False)):
        text = scene.client(role).get(page).content.decode()
        assert "迪丽·木拉提" in text
        assert ("乘客乙" in text) == seen, role
    carrier = scene.client("carrier").get(page).content.decode()
    assert "迪丽·木拉提" not in carrier
    assert "乘客乙" not in carrier


def test_whoever_looks_at_a_list_of_others_is_offered_no_act(scene: Scene) -> None:
    page = reverse("list-import", args=[scene.own_import.pk])
    acts = [reverse(f"list-import-{act}", args=[scene.own_import.pk]) for act in ("confirm", "file", "drop")]
    shown = {role: scene.client(role).get(page).content.decode() for role in ("liaison", "county")}
    offered = {role: [act in text for act in acts] for role, text in shown.items()}
    assert offered == {"liaison": [False] * 3, "county": [True] * 3}


def test_an_office_decides_on_the_list_that_it_sent_itself(scene: Scene) -> None:
    office = scene.users["liaison"].memberships.get().organisation
    imported = scene.own_import
    imported.sender = office
    imported.save(update_fields=["sender"])
    assert scene.client("liaison").post(reverse("list-import-drop", args=[imported.pk])).status_code == 302
