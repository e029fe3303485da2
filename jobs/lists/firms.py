"""Which employer of a campaign another office means by a firm's name: the same name but for the form of the company."""
import re
import unicodedata
from collections.abc import Iterable

from laborbridge.campaigns.models import Campaign

from ..models import Employer

# As registered and as people shorten it; the longest first.
_FORM = re.compile(
    r"(?:有限责任公司|股份有限公司|集团有限公司|有限公司|集团公司|股份公司|责任公司|公司|集团|co\.?,?\s*ltd\.?|limited|ltd\.?)$")
_SIGNS = re.compile(r"[\s()（）\[\]【】·.,，。、\-_—'\"“”]+")


def normal_firm(name: str) -> str:
    """Narrow, without signs, and without the form of the company at its end."""
    text = unicodedata.normalize("NFKC", name).casefold().strip()
    while (shorter := _FORM.sub("", text).strip(" ,.-")) != text and shorter:
        text = shorter
    return _SIGNS.sub("", text)


class Firms:
    """The campaign's employers by name; one that two employers share means neither."""

    def __init__(self, campaign: Campaign) -> None:
        self._by_name: dict[str, int | None] = {}
        for pk, name in Employer.objects.filter(campaign=campaign).order_by("pk").values_list("pk", "name"):
            key = normal_firm(name)
            self._by_name[key] = None if key in self._by_name else pk

    def employer(self, name: str) -> int | None:
        return self._by_name.get(normal_firm(name)) if name else None

    def known(self, names: Iterable[str]) -> int:
        return sum(self.employer(name) is not None for name in names)
