"""The kind of list by which other offices say whom they have seen: insured, reported to a community, passed a gate."""
import re
from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from laborbridge.accounts.models import User
from laborbridge.campaigns.models import Campaign
from laborbridge.places.models import Place
from laborbridge.web.words import day
from workers.lists.kinds import ListKind, Tell
from workers.lists.remarks import judge_afresh, remark
from workers.lists.saving import chunks_of
from workers.models import ListImport, ListRow
from workers.reading import Line, Sheet

from ..models import Register, RegisterOutcome, Sighting
from ..queries.owners import origin_bureau
from ..services.linking import link
from ..services.presence import settle_outcomes
from .firms import Firms
from .register_fields import FIELDS
from .register_rows import RegisterReader, settle_day
from .register_same import hand_over, key_of, key_of_row, said_again

Outcome = ListRow.Outcome
_ENDING = re.compile(r"(?:土家族苗族自治州|自治州|地区|[省市县区州])$")


class RegisterKind(ListKind):
    """Sightings of another office."""

    key = ListImport.Kind.REGISTER.value
    words = gettext_lazy("another office's register")
    sent_with_others = False  # the sender has to say of which office and day it is
    fields = FIELDS

    def read_row(self, sheet: Sheet, line: Line, imported: ListImport) -> ListRow:
        return RegisterReader(sheet, line, imported).read()

    def judge(self, imported: ListImport, rows: Sequence[ListRow]) -> None:
        _Chunk(imported, rows).judge()

    def store(self, imported: ListImport, by: User, tell: Tell) -> None:
        register, done = imported.register, 0
        for rows in chunks_of(imported):
            Sighting.objects.bulk_create(
                (_sighting(register, row) for row in rows if row.outcome == Outcome.NEW), batch_size=1000)
            done += len(rows)
            tell(done)
        link(Sighting.objects.filter(register=register), campaign=imported.campaign,
             owner=origin_bureau(imported.campaign) or imported.sender)
        settle_outcomes(imported.campaign, by=by)

    def take_back(self, imported: ListImport, by: User) -> list[str]:
        hand_over(imported.register)
        Sighting.objects.filter(register=imported.register).delete()
        settle_outcomes(imported.campaign, by=by)
        return []

    def told(self, imported: ListImport) -> list[str]:
        register = imported.register
        said = _("%(source)s: %(office)s, as of %(day)s.") % {
            "source": register.get_source_display(), "office": register.office, "day": day(register.as_of)}
        return [said, _what_it_does(register.source)]

    def would_take_back(self, imported: ListImport) -> list[str]:
        outcomes = RegisterOutcome.objects.filter(register=imported.register, withdrawn_at=None)
        gave = Sighting.objects.filter(pk__in=outcomes.values("sighting"))
        given = outcomes.count() - sum(len(pairs) for pairs in said_again(imported.register, gave))
        return [ngettext(
            "The rows go, with their links; %(n)s person loses the outcome that this register gave, unless somebody has"
            " changed it since.",
            "The rows go, with their links; %(n)s people lose the outcome that this register gave, unless somebody has"
            " changed it since.", given) % {"n": given}]


def _what_it_does(source: str) -> str:
    """What storing a register does, said before it is done."""
    if source == Register.Source.INSURANCE:
        return _("Insurance says that a firm employs somebody, not where they are: nobody's outcome changes.")
    if source == Register.Source.COMMUNITY:
        return _("Who is surely on it, and has no seat in the published plan, has reported the trip.")
    return _("Who is surely on it, and has no seat in the published plan, is already back.")


class _Chunk:
    """Some rows of a register beside those before them and those that the same office has sent before."""

    def __init__(self, imported: ListImport, rows: Sequence[ListRow]) -> None:
        self.rows = [row for row in rows if judge_afresh(row)]
        for row in self.rows:
            settle_day(row, as_of=imported.register.as_of, source=imported.register.source)
        self.rows = [row for row in self.rows if row.outcome != Outcome.REJECTED]
        self.firms, self.sides = Firms(imported.campaign), _Sides(imported.campaign)
        register = imported.register
        names = {row.values.get("name", "") for row in self.rows}
        stored = Sighting.objects.filter(
            register__imported__campaign=imported.campaign, register__source=register.source,
            register__office=register.office, name__in=names)
        self.known = {key_of(sighting) for sighting in stored}
        first = min((row.pk for row in self.rows), default=0)
        earlier = ListRow.objects.filter(imported=imported, pk__lt=first, values__name__in=list(names))
        self.before = {key_of_row(row): row for row in earlier.exclude(outcome=Outcome.REJECTED).order_by("-pk")}

    def judge(self) -> None:
        for row in self.rows:
            said, key = row.values, key_of_row(row)
            employer = self.firms.employer(said.get("firm", ""))
            said["employer"], said["there"] = employer, self.sides.is_there(said.get("place", ""))
            if said.get("firm") and employer is None:
                remark(row, "register_firm", value=said["firm"])
            if not said["there"]:
                remark(row, "register_elsewhere", value=said["place"])
            if key in self.known:
                remark(row, "register_known")
            elif key in self.before:
                remark(row, "register_again", line=self.before[key].line, sheet=self.before[key].sheet)
            else:
                row.outcome = Outcome.NEW
                self.before[key] = row


class _Sides:
    """Whether a place's name is one of where people leave from, and of none where they go."""

    def __init__(self, campaign: Campaign) -> None:
        self.away = _names_of(campaign.origin, Place.Level.COUNTY) - _names_of(campaign.destination, Place.Level.DISTRICT)
        self.here = _names_of(campaign.destination, None)

    def is_there(self, text: str) -> bool:
        if not text or any(name in text for name in self.here):
            return True
        return not any(name in text for name in self.away)


def _names_of(end: Place | None, level: str | None) -> set[str]:
    """Of an end of the campaign and what lies above and below it; what lies above without its ending too."""
    if end is None:
        return set()
    above = Place.objects.filter(pk__in=[int(part) for part in end.path.split("/") if part])
    below = Place.objects.filter(path__startswith=end.path).exclude(level=Place.Level.VILLAGE)
    if level:
        below = below.filter(level=level)
    full = {*above.values_list("name", flat=True), *below.values_list("name", flat=True)}
    short = {_ENDING.sub("", name) for name in above.values_list("name", flat=True)}
    return {name for name in full | short if len(name) > 1}


def _sighting(register: Register, row: ListRow) -> Sighting:
    said = row.values
    return Sighting(
        register=register, row=row, name=said["name"], phone=said.get("phone", ""),
        seen_on=date.fromisoformat(said["seen_on"]), place=said.get("place", ""), firm=said.get("firm", ""),
        employer_id=said.get("employer"), there=said["there"],
        identity_cipher=row.identity_cipher, identity_whole=row.identity_whole,
        identity_first6_last4=_bytes(said.get("first6_last4")), identity_last4=_bytes(said.get("last4")))


def _bytes(text: str | None) -> bytes | None:
    return bytes.fromhex(text) if text else None
