"""What of posts, links and questions goes along when two registrations become one."""
from collections import Counter
from collections.abc import Collection, Sequence

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from workers.models import Registration
from workers.one_person import Carried, Moved, Pair, seats_of

from ..models import Question, RegisterOutcome, ReservedPost, ReturningEmployee, Sighting

MERGED = "merged"


def weights(registrations: Collection[int]) -> dict[int, int]:
    """Posts kept, employers who want the person back, registers that have seen them."""
    total: Counter[int] = Counter()
    for model in (ReservedPost, ReturningEmployee, Sighting):
        total.update(model.objects.filter(registration__in=registrations).values_list("registration", flat=True))
    return dict(total)


def carry(pairs: Sequence[Pair], gone: int, by: int | None) -> Carried:
    found = Carried()
    stays_of = {pair.duplicate: pair.stays for pair in pairs}
    people = {r.pk: r for r in Registration.objects.filter(pk__in=stays_of).select_related("campaign", "worker")}
    _posts(found, stays_of, people)
    _links(found, stays_of, people)
    found.moved += [
        _to(sighting.pk, "jobs.sighting", sighting.registration_id, stays_of)
        for sighting in Sighting.objects.filter(registration__in=stays_of).order_by("pk")
    ]
    _outcomes(found, stays_of, people)
    _questions(found, stays_of, gone, by)
    return found


def _to(pk: int, label: str, duplicate: int | None, stays_of: dict[int, int]) -> Moved:
    assert duplicate is not None
    return [label, pk, {"registration": [duplicate, stays_of[duplicate]]}]


def _posts(found: Carried, stays_of: dict[int, int], people: dict[int, Registration]) -> None:
    kept = ReservedPost.objects.filter(registration__in=[*stays_of, *stays_of.values()])
    posts = {post.registration_id: post for post in kept.select_related("posting__site__employer")}
    for duplicate, stays in stays_of.items():
        post, own = posts.get(duplicate), posts.get(stays)
        if post and not own:
            found.moved.append(_to(post.pk, "jobs.reservedpost", duplicate, stays_of))
        elif post and own:
            found.notes.append(_(
                "{campaign}: two posts are kept for {name}, {own} and {other}. The first one counts; the other is for nobody"
                " until its employer gives it back.").format(
                    campaign=people[duplicate].campaign.name, name=people[duplicate].worker.name,
                    own=own.posting.site.employer.name, other=post.posting.site.employer.name))


def _links(found: Carried, stays_of: dict[int, int], people: dict[int, Registration]) -> None:
    """An employer has each person once: where its list has both, the second row stays with the duplicate."""
    links = ReturningEmployee.objects.filter(registration__in=[*stays_of, *stays_of.values()])
    rows = list(links.select_related("employer").order_by("pk"))
    claimed = {(row.employer_id, row.registration_id) for row in rows}
    for row in rows:
        if row.registration_id not in stays_of:
            continue
        stays = stays_of[row.registration_id]
        if (row.employer_id, stays) in claimed:
            found.notes.append(_("{employer} has {name} on its list twice; both rows stay.").format(
                employer=row.employer.name, name=people[row.registration_id].worker.name))
        else:
            claimed.add((row.employer_id, stays))
            found.moved.append(_to(row.pk, "jobs.returningemployee", row.registration_id, stays_of))


def _outcomes(found: Carried, stays_of: dict[int, int], people: dict[int, Registration]) -> None:
    """What a register gave goes along where the outcome does, so that it still goes with the register's row."""
    seats = seats_of(list(stays_of.values()))
    going = {r.pk for r in Registration.objects.filter(pk__in=stays_of.values(), outcome=None)} - set(seats)
    given = RegisterOutcome.objects.filter(registration__in=stays_of, withdrawn_at=None).order_by("pk")
    found.moved += [
        _to(one.pk, "jobs.registeroutcome", one.registration_id, stays_of) for one in given
        if stays_of[one.registration_id] in going and people[one.registration_id].outcome == one.outcome
    ]


def _questions(found: Carried, stays_of: dict[int, int], gone: int, by: int | None) -> None:
    """What is asked about the duplicate, or whether it is somebody else, needs no answer any more."""
    # The two may be asked about from either side.
    both = Registration.objects.filter(pk__in=[*stays_of, *stays_of.values()]).values("worker")
    of_both = Q(kind=Question.Kind.SAME_PERSON, worker__in=both, candidates__contains=[{"worker": gone}])
    asked = Question.objects.filter(
        Q(registration__in=stays_of) | Q(worker=gone) | of_both, settled_at=None).order_by("pk")
    now = timezone.now().isoformat()
    found.moved += [
        ["jobs.question", question.pk, {"answer": ["", MERGED], "settled_at": [None, now], "settled_by": [None, by]}]
        for question in asked
    ]
