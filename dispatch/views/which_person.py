"""The question which registered person a row of another list is: side by side with up to three of them."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dispatch.queries import access
from dispatch.queries.access import Sight
from dispatch.queries.comparing import Mark, marks
from jobs.linking.deciding import KEPT
from jobs.models import Question, ReturningEmployee, Sighting
from jobs.services.linking import NOBODY, PERSON, choose_nobody, choose_person, said, take_choice_back
from laborbridge.accounts.models import User
from workers.models import Registration
from workers.queries.finding import masked_cipher, masked_identity

from .question_kinds import Answer, QuestionKind, register_kind


@dataclass(frozen=True, slots=True)
class Candidate:
    """A registered person beside the listed one; one whom the reader may not see is no more than a score."""

    registration: int
    score: int
    marks: Mapping[str, Mark]
    person: Registration | None
    number: str = ""
    home: str = ""
    trades: str = ""

    @property
    def differs(self) -> bool:
        return any(m.level == "broken" for m in self.marks.values())


@dataclass(frozen=True, slots=True)
class WhichPerson:
    row: ReturningEmployee | Sighting
    firm: str
    number: str
    home: str
    trade: str
    candidates: Sequence[Candidate]


def _row(question: Question) -> ReturningEmployee | Sighting:
    found = question.employee or question.sighting
    assert found is not None
    return found


def _titles(questions: Sequence[Question]) -> dict[int, str]:
    return {question.pk: f"{_row(question).name} · {_firm(question)}" for question in questions}


def _firm(question: Question) -> str:
    if question.employee:
        return question.employee.employer.name
    return question.sighting.register.office if question.sighting else ""


def _number_shown(row: ReturningEmployee | Sighting) -> str:
    """Masked as the list showed it, never more."""
    shown = row.row.values.get("shown") if row.row else None
    return str(shown) if shown else masked_cipher(row.identity_cipher)


def _home(person: Registration) -> str:
    county = person.township.parent
    places = [county if county and county.level == "county" else None, person.township, person.village]
    return " ".join(place.name for place in places if place)


def _show(sight: Sight, question: Question) -> WhichPerson:
    row, offered = _row(question), question.candidates[:KEPT]
    seen = access.registrations_visible_to(sight).filter(pk__in=[c["registration"] for c in offered])
    people = {person.pk: person for person in seen.select_related("worker", "village", "township__parent").prefetch_related(
        "occupations")}
    return WhichPerson(
        row, _firm(question), _number_shown(row), getattr(row, "home", "") or getattr(row, "place", ""),
        getattr(row, "trade", ""), [_candidate(one, people.get(one["registration"])) for one in offered],
    )


def _candidate(one: dict[str, object], person: Registration | None) -> Candidate:
    compared = one["compared"]
    assert isinstance(compared, dict)
    shown = marks(compared) if person else {}
    return Candidate(
        int(str(one["registration"])), int(str(one["score"])), shown, person,
        number=masked_identity(person.worker) if person else "", home=_home(person) if person else "",
        trades="、".join(o.name for o in person.occupations.all()) if person else "",
    )


def _answers(_question: Question, shown: WhichPerson) -> list[Answer]:
    people = [
        Answer(str(n), PERSON, _("It is %(name)s") % {"name": one.person.worker.name}, one.registration)
        for n, one in enumerate(shown.candidates, 1) if one.person is not None
    ]
    # Whoever does not see all of them cannot say that it is none.
    none = [Answer("0", NOBODY, _("Nobody of these"))] if len(people) == len(shown.candidates) else []
    return [*people, *none]


def _settle(question: Question, answer: str, choice: int | None, _fields: Mapping[str, str], by: User) -> None:
    if answer == PERSON and choice is not None:
        choose_person(question=question, registration=choice, by=by)
    else:
        choose_nobody(question=question, by=by)


def _undo(question: Question, by: User) -> None:
    take_choice_back(question=question, by=by)


register_kind(QuestionKind(
    Question.Kind.WHICH_PERSON, "questions/_which_person.html", _titles, _show, _answers, _settle, _undo, said))
