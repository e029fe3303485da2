"""From candidates and their weights to a decision: sure, doubtful, or nobody; the limits follow from stated error rates."""
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp

from ..models.returning import Link
from .candidates import Candidate, Everybody, Listed, chunks, count_shared, find
from .comparing import Compared, compare
from .scoring import Rarity, log_odds, score, weigh

# Of links made by themselves, the least certain is wrong once in so many; all together far more seldom.
FALSE_LINKS = 1 / 500
# Somebody is asked as soon as the right person is among the candidates once in so many times.
WORTH_ASKING = 1 / 50
# Candidates of a question, all of whom are shown: who says nobody speaks of each. What one must have beside the best one.
KEPT, WORTH_SHOWING = 3, 1 / 1_000


@dataclass(frozen=True, slots=True)
class Weighed:
    """One candidate as it compares; `share` is its probability beside all others and beside nobody."""

    registration: int
    worker: int
    compared: Compared
    weights: Mapping[str, float]
    odds: float
    share: float = 0.0

    @property
    def score(self) -> int:
        return score(self.odds)


@dataclass(frozen=True, slots=True)
class Decision:
    key: int
    within: int
    link: Link
    # Best first; of a sure one the first is meant.
    candidates: tuple[Weighed, ...] = ()

    @property
    def best(self) -> Weighed | None:
        return self.candidates[0] if self.candidates else None


def decide(everybody: Everybody, listed: Sequence[Listed]) -> list[Decision]:
    """For every row in its order whom it speaks of; two rows within one list never get the same person."""
    decisions = []
    for chunk in chunks(listed):
        found = find(everybody, chunk)
        rarity = count_shared(everybody, [row.person for row in chunk])
        decisions += [decide_one(row, found[row.key], rarity) for row in chunk]
    return one_row_for_each_person(decisions)


def decide_one(row: Listed, candidates: Sequence[Candidate], rarity: Rarity) -> Decision:
    weighed = shares(_best_of_each_person(row, candidates, rarity))
    total = sum(one.share for one in weighed)
    if total < WORTH_ASKING:
        return Decision(row.key, row.within, Link.UNLINKED)
    kept = tuple(one for one in weighed[:KEPT] if one is weighed[0] or one.share >= WORTH_SHOWING)
    best = kept[0].compared
    sure = kept[0].share >= 1 - FALSE_LINKS and best.is_more_than_a_name and not best.contradicts
    return Decision(row.key, row.within, Link.LINKED if sure else Link.DOUBTFUL, kept)


def _best_of_each_person(row: Listed, candidates: Sequence[Candidate], rarity: Rarity) -> list[Weighed]:
    """Somebody whose entries were merged is known by each of them: the entry that agrees most counts."""
    best: dict[int, Weighed] = {}
    for candidate in candidates:
        compared = compare(row.person, candidate.person)
        weights = weigh(compared, row.person, candidate.person, rarity)
        one = Weighed(candidate.registration, candidate.worker, compared, weights, log_odds(weights, rarity))
        if candidate.registration not in best or one.odds > best[candidate.registration].odds:
            best[candidate.registration] = one
    return sorted(best.values(), key=lambda one: (-one.odds, one.registration))


def shares(weighed: Sequence[Weighed]) -> list[Weighed]:
    """Each one's probability: its odds among those of all candidates and of nobody."""
    top = max((one.odds for one in weighed), default=0.0)
    scale = max(top, 0.0)
    nobody = exp(-scale)
    total = nobody + sum(exp(one.odds - scale) for one in weighed)
    return [replace(one, share=exp(one.odds - scale) / total) for one in weighed]


def one_row_for_each_person(decisions: Sequence[Decision]) -> list[Decision]:
    """Where two rows would be one person, the one that agrees clearly more has them; a person looks at the other."""
    claims: dict[tuple[int, int], list[Decision]] = defaultdict(list)
    for decision in decisions:
        if decision.link == Link.LINKED and decision.best:
            claims[decision.within, decision.best.registration].append(decision)
    unsure = {decision.key for rivals in claims.values() for decision in _without_the_right(rivals)}
    return [replace(d, link=Link.DOUBTFUL) if d.key in unsure else d for d in decisions]


def _without_the_right(rivals: Sequence[Decision]) -> Sequence[Decision]:
    if len(rivals) == 1:
        return []
    first, second, *_ = ranked = sorted(rivals, key=lambda d: -(d.best.odds if d.best else 0.0))
    assert first.best and second.best
    clear = exp(second.best.odds - first.best.odds) < FALSE_LINKS
    return ranked[1:] if clear else ranked
