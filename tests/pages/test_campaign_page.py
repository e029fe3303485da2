"""The campaign page: what needs its reader, starting and watching a run, what came out."""
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone, translation

from dispatch.models import Run
from dispatch.queries import access, campaign
from dispatch.views.campaigns import needs
from laborbridge.audit.models import Entry
from tests import factories as make

from .scene import Scene


def planner_of(one: object) -> object:
    planner = make.make_planner(one, language="en")
    return access.sight(planner, one.pk)


def said(one: object) -> list[str]:
    sight = planner_of(one)
    with translation.override("en"):
        return [need.words for need in needs(campaign.standing(sight), one.pk)]


def test_an_empty_campaign_asks_for_a_list(db: None) -> None:
    assert said(make.make_campaign()) == ["Nobody is registered yet. Bring a list in first."]


def test_registered_people_ask_for_a_run(db: None) -> None:
    one = make.make_campaign()
    make.make_registration(one)
    make.make_registration(one, outcome="own_means")
    assert said(one) == ["1 person is registered and has not been matched yet."]


def test_a_failed_run_says_why(db: None) -> None:
    one = make.make_campaign()
    make.make_run(one, state="failed", failure="the disk is full")
    assert said(one) == ["The last run failed: the disk is full"]


def test_a_first_draft_asks_to_be_published(db: None) -> None:
    one = make.make_campaign()
    plan = make.make_plan(one, run=make.make_run(one))
    make.place_person(plan, make.make_registration(one), make.make_posting(one))
    assert said(one) == ["Plan 1 places 1 person and is not published. Nobody has a seat until it is."]


def test_who_is_left_and_who_came_later_and_who_is_unverified(db: None) -> None:
    one = make.make_campaign()
    plan = make.make_plan(one, run=make.make_run(one))
    make.leave_person(plan, make.make_registration(one))
    make.publish(plan)
    make.make_registration(one)
    make.make_employer(one, verified=False)
    assert said(one) == [
        "1 person is left in plan 1; the most frequent reason: every vehicle that would be in time is full (1).",
        "1 person has been registered since the newest plan and is not in it.",
        "1 employer has not been verified; its postings are neither shown nor matched.",
    ]


def test_a_run_that_is_done_asks_for_nothing(db: None) -> None:
    one = make.make_campaign()
    plan = make.make_plan(one, run=make.make_run(one))
    make.place_person(plan, make.make_registration(one), make.make_posting(one))
    make.publish(plan)
    assert said(one) == []


def test_a_run_whose_worker_died_is_said_to_be_taken_up_again(scene: Scene) -> None:
    run = make.make_run(scene.campaign, state="queued", attempts=1)
    text = scene.client("planner").get(reverse("run-progress", args=[run.pk])).content.decode()
    assert "计算进程中断，正在重新接手本批次。" in text


def test_an_employer_is_verified_once_and_it_is_on_record(scene: Scene) -> None:
    waiting = make.make_employer(scene.campaign, name="杭州待核实服饰有限公司", verified=False)
    make.make_posting(scene.campaign, employer=waiting, headcount=7)
    client = scene.client("planner")
    page = reverse("employers-to-verify", args=[scene.campaign.pk])
    (row,) = client.get(page).context["employers"]
    assert (row, row.postings, row.posts) == (waiting, 1, 7)
    for _ in range(2):
        answer = client.post(reverse("employer-verify", args=[scene.campaign.pk, waiting.pk]))
    words = [str(message) for message in get_messages(answer.wsgi_request)]
    assert words[-1] == "杭州待核实服饰有限公司已核实，无需再次核实。"
    waiting.refresh_from_db()
    assert waiting.verified_by == scene.users["planner"]
    assert Entry.objects.filter(action="employer verified", subject_id=waiting.pk).count() == 1
    assert list(client.get(page).context["employers"]) == []


def test_the_second_of_two_starts_says_so(scene: Scene) -> None:
    client = scene.client("planner")
    for _ in range(2):
        answer = client.post(reverse("runs", args=[scene.campaign.pk]), {"seconds": 10, "seed": 7})
    assert Run.objects.filter(campaign=scene.campaign, state="queued").count() == 1
    assert Run.objects.get(state="queued").seed == 7
    words = [str(message) for message in get_messages(answer.wsgi_request)]
    assert words == ["本次行动已有一个批次正在匹配。请先等它完成，或停止它并保留最优方案，再开始新的批次。"]


def test_a_time_that_is_not_offered_starts_nothing(scene: Scene) -> None:
    before = Run.objects.count()
    scene.client("planner").post(reverse("runs", args=[scene.campaign.pk]), {"seconds": 7})
    assert Run.objects.count() == before


def test_a_live_run_renews_itself_and_a_finished_one_stops(scene: Scene) -> None:
    run = make.make_run(scene.campaign, state="running", phase="writing", share_done=0.4, placed=1071)
    url = reverse("run-progress", args=[run.pk])
    text = scene.client("planner").get(url).content.decode()
    assert f'hx-get="{url}"' in text
    assert 'hx-trigger="every 1s"' in text
    assert "写入方案" in text
    assert "<dd>1,071</dd>" in text
    assert "run-actions" not in text
    Run.objects.filter(pk=run.pk).update(state="stopped", phase="")
    text = scene.client("planner").get(url).content.decode()
    assert "hx-trigger" not in text
    assert 'id="run-actions" class="actions" hx-swap-oob="true"' in text
    assert "已停止，保留最优方案" in text


def test_a_run_that_nobody_takes_up_says_so(scene: Scene) -> None:
    run = make.make_run(scene.campaign, state="queued")
    url = reverse("run-progress", args=[run.pk])
    assert "等待计算进程" in scene.client("planner").get(url).content.decode()
    Run.objects.filter(pk=run.pk).update(requested_at=timezone.now() - timedelta(minutes=1))
    assert "尚无计算进程接手本批次" in scene.client("planner").get(url).content.decode()


def test_a_run_can_be_stopped(scene: Scene) -> None:
    run = make.make_run(scene.campaign, state="running")
    scene.client("planner").post(reverse("run-cancel", args=[run.pk]))
    run.refresh_from_db()
    assert run.cancel_requested_by == scene.users["planner"]


def test_publishing_needs_a_reason(scene: Scene) -> None:
    answer = scene.client("planner").post(reverse("plan-publish", args=[scene.draft.pk]), {"note": "  "})
    assert answer.status_code == 422
    assert "请简要说明发布本方案的原因。" in answer.content.decode()
    scene.draft.refresh_from_db()
    assert scene.draft.state == "draft"


def test_a_reason_that_is_too_long_is_kept_and_told_its_limit(scene: Scene) -> None:
    answer = scene.client("planner").post(reverse("plan-publish", args=[scene.draft.pk]), {"note": "因" * 401})
    assert answer.status_code == 422
    assert "请用1至400字说明发布本方案的原因，将记录在案。" in answer.content.decode()
    assert "因" * 401 in answer.content.decode()


@pytest.mark.parametrize(("asked", "words"), [
    ({"seconds": "20", "seed": "abc"}, "Seed: Enter a whole number."),
    ({"seconds": "20", "seed": "-1"}, "Seed: Ensure this value is greater than or equal to 0."),
    ({"seed": "1"}, "Time limit: This field is required."),
])
def test_a_start_that_cannot_be_says_which_setting_is_wrong(scene: Scene, asked: dict[str, str], words: str) -> None:
    client = scene.client("planner")
    client.post(reverse("set-language"), {"language": "en"})
    answer = client.post(reverse("runs", args=[scene.campaign.pk]), asked)
    assert [str(message) for message in get_messages(answer.wsgi_request)] == [words]
    assert not Run.objects.filter(campaign=scene.campaign, state="queued").exists()


def test_what_a_draft_would_change(scene: Scene) -> None:
    answer = scene.client("planner").get(reverse("plan-difference", args=[scene.draft.pk]))
    figures = answer.context["moved"]
    assert (figures.added, figures.dropped, figures.other_post, figures.other_journey, figures.unchanged) == (
        1, 2, 0, 0, 0,
    )


def test_a_plan_broken_down_by_county_and_employer(scene: Scene) -> None:
    context = scene.client("planner").get(reverse("plan-breakdown", args=[scene.published.pk])).context
    home = scene.village.parent.parent
    assert [(row.name, row.placed, row.total) for row in context["counties"]] == [
        (home.name, 1, 2), (scene.other.township.parent.name, 1, 1),
    ]
    assert [(row.placed, row.total) for row in context["employers"]] == [(1, 10), (1, 10)]
