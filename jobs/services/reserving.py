"""A post for whom an employer wants back: made with the link, where the employer keeps posts and nobody else claims them."""
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Count

from workers.models import ListRow

from ..models import Posting, ReservedPost, ReturningEmployee

Wish = ReturningEmployee.Wish


def reserve(employees: Sequence[ReturningEmployee]) -> list[int]:
    """Reserved posts for linked employees, in the caller's transaction; the ids of those that were made.

    Without a fitting posting that has a free post, or where somebody else claims the person, the link stands alone.
    """
    wanted = [e for e in employees if e.registration_id and e.wish in (Wish.OPEN, Wish.RETURNS)]
    people = {e.registration_id for e in wanted if e.registration_id}
    kept = set(ReservedPost.objects.filter(registration__in=people).values_list("registration", flat=True))
    claimed = _claimed_twice(people)
    postings, room = _reserved_postings({e.employer_id for e in wanted})
    made, placed = [], []
    for employee in wanted:
        person, posting = employee.registration_id, _fitting(employee, postings.get(employee.employer_id, []))
        if person is None or posting is None or room[posting.pk] < 1 or person in kept | claimed:
            continue
        room[posting.pk] -= 1
        employee.posting = posting
        made.append(ReservedPost(posting=posting, registration_id=person))
        placed.append(employee)
    ReturningEmployee.objects.bulk_update(placed, ["posting"], batch_size=500)
    posts = [post.pk for post in ReservedPost.objects.bulk_create(made)]
    _remember({e.row_id: post for e, post in zip(placed, posts, strict=True) if e.row_id})
    return posts


def _remember(made: Mapping[int, int]) -> None:
    """A list that is taken back takes the posts along that came with its links, and no others."""
    rows = list(ListRow.objects.filter(pk__in=made))
    for row in rows:
        row.values["post"] = made[row.pk]
    ListRow.objects.bulk_update(rows, ["values"], batch_size=500)


def let_go_of_posts(reserved: Iterable[int]) -> None:
    """Posts that were made with a link go with it."""
    ReservedPost.objects.filter(pk__in=list(reserved)).delete()


def _claimed_twice(people: set[int]) -> set[int]:
    """Whom more than one employer wants back: what becomes of them is decided elsewhere."""
    claims = ReturningEmployee.objects.filter(registration__in=people).exclude(wish__in=(Wish.REFUSES, Wish.ELSEWHERE))
    counted = claims.values("registration").annotate(n=Count("employer", distinct=True)).filter(n__gt=1)
    return set(counted.values_list("registration", flat=True))


def _reserved_postings(employers: set[int]) -> tuple[dict[int, list[Posting]], dict[int, int]]:
    """Reserved postings by employer, locked, and how many of each one's posts nobody has."""
    locked = list(Posting.objects.select_for_update(of=("self",)).filter(
        site__employer__in=employers, kind=Posting.Kind.RESERVED, withdrawn_at=None
    ).select_related("site", "occupation").order_by("pk"))
    taken = dict(ReservedPost.objects.filter(posting__in=locked).values_list("posting").annotate(n=Count("pk")))
    found: dict[int, list[Posting]] = defaultdict(list)
    for posting in locked:
        found[posting.site.employer_id].append(posting)
    return found, {posting.pk: posting.headcount - taken.get(posting.pk, 0) for posting in locked}


def _fitting(employee: ReturningEmployee, postings: Sequence[Posting]) -> Posting | None:
    """The posting that the list names; else the only one of the trade; else the only one."""
    if employee.posting_id is not None:
        return next((p for p in postings if p.pk == employee.posting_id), None)
    trade = employee.trade
    of_trade = [p for p in postings if trade and p.occupation and _same_trade(trade, p.occupation.name)]
    fitting = of_trade or postings
    return fitting[0] if len(fitting) == 1 else None


def _same_trade(listed: str, known: str) -> bool:
    return listed in known or known in listed
