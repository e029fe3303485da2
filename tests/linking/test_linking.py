"""Whom a list's rows are linked with, what is asked, what a link brings with it, and letting go again."""
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobs.linking.candidates import Everybody, Listed, find
from jobs.models import Question, ReservedPost, ReturningEmployee
from jobs.services.linking import choose_person, let_go_of_links, relink
from jobs.services.wishes import record_wish
from tests import factories as make
from workers.services.merging import merge_workers

from .people import listed
from .scene import QIN, TAN, XIANG, TwoLists


def state(employee: ReturningEmployee) -> tuple[str, int | None]:
    employee.refresh_from_db()
    return employee.link, employee.registration_id


def test_each_shape_of_a_number_finds_its_person(lists: TwoLists) -> None:
    person = lists.register("覃凤仙", QIN, "13800001234")
    lists.register("覃凤英", TAN, "13800001235")
    for shows in ("whole", "masked", "last4"):
        employee = lists.employee("覃凤仙", QIN, "13800001234", shows=shows, firm=make.make_employer(lists.campaign))
        assert lists.link() == {"linked": 1}
        assert state(employee) == ("linked", person.pk)
        assert employee.linked_by is None
        assert employee.linked_at is not None
        assert employee.compared["name"] == "same"
        assert employee.score > 90


def test_who_is_on_no_other_list_is_linked_with_nobody(lists: TwoLists) -> None:
    lists.register("覃凤仙", QIN, "13800001234")
    stranger = lists.employee("李小梅", XIANG, "13900005678")
    assert lists.link() == {"unlinked": 1}
    assert state(stranger) == ("unlinked", None)
    assert not Question.objects.exists()


def test_somebody_of_another_campaign_is_nobodys_candidate(lists: TwoLists) -> None:
    elsewhere = make.make_campaign()
    make.make_registration(elsewhere, worker=make.make_worker(name="覃凤仙", identity=QIN), phone="13800001234")
    lists.employee("覃凤仙", QIN, "13800001234")
    assert lists.link() == {"unlinked": 1}


def test_a_doubtful_one_is_asked_of_the_bureau_that_people_leave_from(lists: TwoLists) -> None:
    question = lists.doubtful()
    assert question.owner == lists.bureau
    assert len(question.candidates) == 2
    assert question.candidates[0].keys() == {"registration", "score", "compared"}
    assert ReturningEmployee.objects.get().link == "doubtful"
    assert question.due_at is not None


def test_linking_again_asks_nothing_twice(lists: TwoLists) -> None:
    question = lists.doubtful()
    assert lists.link() == {"doubtful": 1}
    assert lists.question() == question


def test_a_later_list_links_who_was_on_no_other_and_closes_what_is_no_longer_asked(lists: TwoLists) -> None:
    question, missing = lists.doubtful(), lists.employee("向国华", XIANG)
    assert lists.link() == {"doubtful": 1, "unlinked": 1}
    person = lists.register("向国华", XIANG)
    ReturningEmployee.objects.filter(name="覃凤仙").update(name="李小梅")
    assert relink(campaign=lists.campaign, owner=lists.bureau)["linked"] == 1
    assert state(missing) == ("linked", person.pk)
    question.refresh_from_db()
    assert (question.answer, question.settled_by) == ("no_longer_so", None)
    assert question.settled_at is not None


def test_who_was_merged_is_found_by_either_entry(lists: TwoLists) -> None:
    kept, gone = lists.register("覃凤仙", QIN, "13800001234"), make.make_worker(name="覃凤先", identity=TAN)
    merge_workers(kept=kept.worker, gone=gone, why="同一人两次登记", by=lists.staff, despite=True)
    employee = lists.employee("覃凤先", TAN, shows="masked")
    assert lists.link() == {"linked": 1}
    assert state(employee) == ("linked", kept.pk)


def test_of_two_rows_of_a_firm_that_fit_one_person_the_one_that_agrees_clearly_more_is_linked(lists: TwoLists) -> None:
    person = lists.register("覃凤仙", QIN, "13800001234")
    better, other = lists.employee("覃凤仙", QIN, "13800001234"), lists.employee("覃凤仙", QIN, "13900005678", shows="last4")
    assert lists.link() == {"linked": 1, "doubtful": 1}
    assert state(better) == ("linked", person.pk)
    assert state(other) == ("doubtful", None)
    # Again, one of them is linked already.
    assert lists.link() == {"doubtful": 1}


def test_two_firms_may_claim_one_person_which_is_asked(lists: TwoLists) -> None:
    person = lists.register("覃凤仙", QIN)
    for firm in (lists.firm, make.make_employer(lists.campaign)):
        lists.employee("覃凤仙", QIN, firm=firm)
    assert lists.link() == {"linked": 2}
    assert Question.objects.get().kind == "two_claims"
    assert Question.objects.get().registration == person


@pytest.mark.parametrize("trade", ["缝纫工", ""])
def test_a_link_keeps_a_post_where_the_firm_has_one(lists: TwoLists, trade: str) -> None:
    sewing = make.make_occupation(lists.campaign, name="缝纫工")
    posting = make.make_posting(lists.campaign, employer=lists.firm, kind="reserved", occupation=sewing, headcount=1)
    if trade:
        make.make_posting(lists.campaign, employer=lists.firm, kind="reserved", headcount=5)
    people = [lists.register("覃凤仙", QIN), lists.register("向国华", XIANG)]
    employees = [lists.employee("覃凤仙", QIN, trade=trade), lists.employee("向国华", XIANG, trade=trade)]
    assert lists.link() == {"linked": 2}
    # Headcount is one: the second has a link and no post.
    assert list(ReservedPost.objects.values_list("posting", "registration")) == [(posting.pk, people[0].pk)]
    employees[0].refresh_from_db()
    assert employees[0].posting == posting


def test_no_post_is_kept_where_two_firms_claim_or_where_several_might_be_meant(lists: TwoLists) -> None:
    other = make.make_employer(lists.campaign)
    for firm in (lists.firm, other):
        make.make_posting(lists.campaign, employer=firm, kind="reserved")
        lists.employee("覃凤仙", QIN, firm=firm)
    lists.register("覃凤仙", QIN)
    lists.register("向国华", XIANG)
    third = make.make_employer(lists.campaign)
    for _ in range(2):
        make.make_posting(lists.campaign, employer=third, kind="reserved")
    lists.employee("向国华", XIANG, firm=third)
    assert lists.link() == {"linked": 3}
    assert not ReservedPost.objects.exists()


def test_registrations_that_leave_are_let_go_of_and_offered_no_longer(lists: TwoLists) -> None:
    question = lists.doubtful()
    person = lists.register("向国华", XIANG)
    employee = lists.employee("向国华", XIANG)
    lists.link()
    leaving = question.candidates[0]["registration"]
    let_go_of_links([person.pk, leaving])
    assert state(employee) == ("unlinked", None)
    assert leaving not in [c["registration"] for c in lists.question().candidates]
    # Nothing points to them: they can go.
    person.clearances.all().delete()
    person.delete()


@pytest.mark.parametrize("wish", ["returns", "refuses"])
def test_a_wish_goes_with_the_link_on_record(lists: TwoLists, wish: str) -> None:
    person, employee = lists.register("覃凤仙", QIN), lists.employee("覃凤仙", QIN)
    make.make_organisation("bureau", place=lists.campaign.destination).campaigns.add(lists.campaign)
    lists.link()
    record_wish(employee=ReturningEmployee.objects.get(), wish=wish, by=lists.staff)
    let_go_of_links([person.pk])
    employee.refresh_from_db()
    assert (employee.link, employee.wish, employee.wish_by, employee.wish_at) == ("unlinked", "open", None, None)
    assert lists.campaign.audit_entries.get(action="wish forgotten").detail["wish"] == [wish, "open"]
    assert not Question.objects.filter(settled_at=None).exists()


def test_a_wish_said_of_nobody_does_not_keep_a_list_from_being_stored(lists: TwoLists) -> None:
    person = lists.register("覃凤仙", QIN)
    said = {"wish": "returns", "wish_at": make.at(8)}
    elsewhere = lists.employee("覃凤仙", QIN, firm=make.make_employer(lists.campaign), link="linked", registration=person,
                               linked_at=make.at(8), **said)
    stale = lists.employee("覃凤仙", QIN, **said)
    assert lists.link() == {"linked": 1}
    stale.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (stale.link, stale.wish, elsewhere.wish) == ("linked", "open", "returns")
    assert Question.objects.get(settled_at=None).kind == "two_claims"


def test_nor_a_person_from_being_chosen(lists: TwoLists) -> None:
    question = lists.doubtful()
    chosen = question.candidates[0]["registration"]
    said = {"wish": "returns", "wish_at": make.at(8)}
    ReturningEmployee.objects.update(**said)
    lists.employee("覃凤仙", QIN, firm=make.make_employer(lists.campaign), link="linked", registration_id=chosen,
                   linked_at=make.at(8), **said)
    choose_person(question=question, registration=chosen, by=lists.staff)
    assert ReturningEmployee.objects.get(employer=lists.firm).wish == "open"
    assert Question.objects.get(settled_at=None).kind == "two_claims"


def test_the_queries_are_as_many_for_many_rows(lists: TwoLists) -> None:
    def queries(rows: int) -> int:
        for _ in range(rows):
            # All of one kind, so that chance does not add the asking of a question to the larger of the two.
            name, number = f"覃{make.number()}", QIN[:-6] + f"{make.number():05d}X"
            lists.register(name, number, f"138{make.number():08d}")
            lists.employee(name, number)
        with CaptureQueriesContext(connection) as seen:
            lists.link()
        return len(seen)

    queries(1)
    assert queries(1) == queries(3)


def test_candidates_are_found_by_indexes_whatever_the_campaign_holds(lists: TwoLists) -> None:
    """With scans made dear no plan reads all people or registrations: there is an index for every way."""
    lists.register("覃凤仙", QIN, "13800001234")
    everybody = Everybody.of(lists.campaign)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    with CaptureQueriesContext(connection) as seen:
        assert find(everybody, [Listed(1, listed())])[1]
    plans = "\n".join(_plan(query["sql"]) for query in seen if "workers_worker" in query["sql"])
    assert "Seq Scan on workers_" not in plans
    # By name there are two ways, and which of them is chosen hangs on what was counted of the tables last.
    for index in ("worker_identity_number_once", "worker_by_first6_last4", "worker_by_last4", "worker_by_keys",
                  "registration_by_last_digits"):
        assert index in plans, index


def _plan(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + sql)
        return "\n".join(line for (line,) in cursor.fetchall())
