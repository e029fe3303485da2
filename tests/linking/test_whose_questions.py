"""Who works for a county decides about its people, and about nobody else's."""
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jobs.models import Question
from jobs.services.doubles import SETTLING
from jobs.services.linking import choose_person
from jobs.services.questions import settle
from laborbridge.accounts.models import User
from laborbridge.places.models import Place
from tests import factories as make
from tests.registers.lists import make_employee, make_import, make_register, make_row, make_sighting

from .scene import TwoLists

ROLES = ("planner", "case_officer")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def county(lists: TwoLists) -> tuple[Place, Place]:
    """A county of where people leave from, and a township in it."""
    one = make.make_place("county", parent=lists.campaign.origin)
    return one, make.make_place("township", parent=one)


def about_each(lists: TwoLists, township: Place) -> list[Question]:
    """Of every kind one, about people of a township."""
    person, other = (make.make_registration(lists.campaign, township=township) for _ in range(2))
    employee = make_employee(lists.firm, person)
    unlinked = make_employee(lists.firm)
    seen = make_sighting(make_register(lists.campaign))
    row = make_row(make_import(lists.campaign, kind="people"), values={"name": "覃某"})
    same = [{"registration": person.pk, "worker": person.worker_id, "score": 80, "compared": {}}]
    asked = [
        ("which_person", {"employee": unlinked}, same), ("which_person", {"sighting": seen}, same),
        ("same_person", {"worker": other.worker}, same), ("same_person", {"row": row}, same),
        ("two_claims", {"registration": person}, []), ("dates", {"registration": person}, []),
        ("refuses", {"employee": employee}, []),
    ]
    return [Question.objects.create(campaign=lists.campaign, owner=lists.bureau, kind=kind, candidates=candidates, **about)
            for kind, about, candidates in asked]


@pytest.mark.parametrize("role", ROLES)
def test_a_county_sees_the_questions_about_its_own_people_alone(lists: TwoLists, role: str) -> None:
    here, township = county(lists)
    there, elsewhere = county(lists)
    own, foreign = about_each(lists, township), about_each(lists, elsewhere)
    client = signed_in(make.make_member(role, organisation=lists.bureau, place=here))
    assert [client.get(reverse("question", args=[q.pk])).status_code for q in own] == [200] * 7
    assert [client.get(reverse("question", args=[q.pk])).status_code for q in foreign] == [404] * 7
    listed = client.get(reverse("questions", args=[lists.campaign.pk])).context["rows"]
    assert {question.pk for question, _title in listed} == {q.pk for q in own}
    whole = signed_in(lists.staff)
    assert [whole.get(reverse("question", args=[q.pk])).status_code for q in own + foreign] == [200] * 14
    assert there.pk != here.pk


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("verb", ["question-settle", "question-undo", "question-take", "question-due"])
def test_nobody_decides_for_another_county(lists: TwoLists, role: str, verb: str) -> None:
    here, _township = county(lists)
    _there, elsewhere = county(lists)
    client = signed_in(make.make_member(role, organisation=lists.bureau, place=here))
    for question in about_each(lists, elsewhere):
        given = client.post(reverse(verb, args=[question.pk]), {"answer": "let_go", "due": "2020-03-25"})
        assert given.status_code == 404
    assert not Question.objects.exclude(settled_at=None, assignee=None).exists()


def test_who_works_for_no_place_sees_all_of_the_office(lists: TwoLists) -> None:
    _here, township = county(lists)
    client = signed_in(make.make_member("case_officer", organisation=lists.bureau))
    assert {client.get(reverse("question", args=[q.pk])).status_code for q in about_each(lists, township)} == {200}


def test_a_link_to_another_countys_person_is_not_taken_back(lists: TwoLists) -> None:
    here, township = county(lists)
    _there, elsewhere = county(lists)
    for place in (township, elsewhere):
        lists.register("覃凤仙", township=place)
    lists.employee("覃凤仙")
    lists.link()
    question = lists.question()
    client = signed_in(make.make_member(organisation=lists.bureau, place=here))
    assert client.get(reverse("question", args=[question.pk])).status_code == 200
    linked = next(c["registration"] for c in question.candidates
                  if lists.campaign.registrations.get(pk=c["registration"]).township == elsewhere)
    choose_person(question=question, registration=linked, by=lists.staff)
    assert client.post(reverse("question-undo", args=[question.pk])).status_code == 404
    question.refresh_from_db()
    assert question.settled_at is not None


def test_two_entries_are_parted_again_by_who_sees_both(lists: TwoLists) -> None:
    here, township = county(lists)
    _there, elsewhere = county(lists)
    mine, theirs = (make.make_registration(lists.campaign, township=place) for place in (township, elsewhere))
    question = Question.objects.create(
        campaign=lists.campaign, owner=lists.bureau, kind="same_person", worker=mine.worker,
        candidates=[{"registration": theirs.pk, "worker": theirs.worker_id, "score": 80, "compared": {}}])
    settle(question=question, settling=SETTLING, answer="two_people", by=lists.staff)
    client = signed_in(make.make_member(organisation=lists.bureau, place=here))
    assert client.get(reverse("question", args=[question.pk])).status_code == 200
    assert client.post(reverse("question-undo", args=[question.pk])).status_code == 404
    assert signed_in(lists.staff).post(reverse("question-undo", args=[question.pk])).status_code == 200


def test_a_countys_list_takes_as_many_queries_for_seven_as_for_fourteen(lists: TwoLists) -> None:
    here, township = county(lists)
    client = signed_in(make.make_member(organisation=lists.bureau, place=here))
    counts = []
    for _ in range(2):
        about_each(lists, township)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("questions", args=[lists.campaign.pk]))
        counts.append(len(queries))
    assert counts[0] == counts[1]
