"""From a rule that the database holds to the sentence that its breaker reads."""
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, OperationalError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

_SENTENCES: dict[str, str | Promise] = {}
# A lock that was not had in time; two who wait for one another, of whom the database lets one go on.
_HELD_BY_OTHERS = ("55P03", "40P01")


class RuleBroken(Exception):
    """What was asked for would break a rule; `sentences` say which and what to do, in the reader's language."""

    def __init__(self, *sentences: str, rule: str = "") -> None:
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)
        self.rule = rule


def register(sentences: Mapping[str, str | Promise]) -> None:
    """Each app tells what its constraints mean, by their names."""
    _SENTENCES.update(sentences)


def registered() -> Mapping[str, str | Promise]:
    return _SENTENCES


def broken_rule(error: Exception) -> str:
    """The name of the constraint that a database error speaks of, or an empty string."""
    diag = getattr(error.__cause__, "diag", None)
    return (diag.constraint_name or "") if diag else ""


def _sentence(error: IntegrityError) -> RuleBroken | None:
    rule = broken_rule(error)
    if rule not in _SENTENCES:
        return None
    said = error.__cause__.diag.message_primary if getattr(error.__cause__, "diag", None) else ""  # type: ignore[union-attr]
    return RuleBroken(str(_SENTENCES[rule]).format(detail=said), rule=rule)


@contextmanager
def rules_in_words(*, lock_seconds: int = 10) -> Iterator[None]:
    """An atomic block in which a broken rule, or a lock that others hold, becomes RuleBroken."""
    try:
        with transaction.atomic():
            with transaction.get_connection().cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{lock_seconds}s"])
            yield
    except IntegrityError as error:
        in_words = _sentence(error)
        if in_words is None:
            raise
        raise in_words from error
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") not in _HELD_BY_OTHERS:
            raise
        raise RuleBroken(_("Somebody else is changing the same thing right now. Try again in a minute.")) from error
