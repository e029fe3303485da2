"""Places by the names that people write: with and without 镇, 乡, 街道, 村, 社区, 居委会, below one place of the tree."""
import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from laborbridge.places.models import Place

Level = Place.Level
_ENDINGS = {
    Level.COUNTY: re.compile(r"(自治县|自治旗|县|市|区|旗)$"),
    Level.TOWNSHIP: re.compile(r"(街道办事处|办事处|街道办|街道|民族乡|苏木|镇|乡)$"),
    Level.VILLAGE: re.compile(r"(村民委员会|居民委员会|村委会|居委会|委会|村委|居委|社区|村|嘎查)$"),
}
_BETWEEN = re.compile(r"[\s·・,,、()\-_/]+")


def written(text: str) -> str:
    """As names of places are compared."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text))


def bare(name: str, level: str) -> str:
    """Without what only says of which level it is; of 村村 and 村委会 all of it, yet never the whole name."""
    while (shorter := _ENDINGS[Level(level)].sub("", name)) and shorter != name:
        name = shorter
    return name


@dataclass(frozen=True, slots=True)
class Known:
    pk: int
    name: str
    level: str
    path: str


@dataclass(slots=True)
class Found:
    """The one place that is meant; else `like`: names to choose from, several of them meant or only near."""

    place: Known | None = None
    like: list[str] = field(default_factory=list)
    several: bool = False


class Places:
    """Counties, townships and villages at and below a root, and those above it."""

    def __init__(self, root: Place) -> None:
        self.root = root
        rows = Place.objects.filter(
            code_list=root.code_list_id, level__in=_ENDINGS, path__startswith=root.path
        ).values_list("pk", "name", "level", "path")
        above = Place.objects.filter(pk__in=[int(pk) for pk in root.path.split("/") if pk]).values_list(
            "pk", "name", "level", "path")
        self.by_id = {pk: Known(pk, name, level, path) for pk, name, level, path in (*rows, *above)}
        self._names: dict[tuple[str, str], list[Known]] = defaultdict(list)
        self._asked: dict[tuple[str, str, int], Found] = {}
        for place in self.by_id.values():
            if place.level in _ENDINGS and place.path.startswith(root.path):
                name = written(place.name)
                for key in {name, bare(name, place.level)}:
                    self._names[place.level, key].append(place)

    @staticmethod
    def same(place: Known, text: str) -> bool:
        """Whether a text names this place, perhaps with the names of others before its own."""
        name, own = written(text), written(place.name)
        return name.endswith(own) or bare(name, place.level).endswith(bare(own, place.level))

    def named(self, level: str, text: str, within: Known | None = None) -> Found:
        """The place of a level that a text names, perhaps with the names of those above it before its own."""
        asked = (level, text, within.pk if within else 0)
        if asked not in self._asked:
            self._asked[asked] = self._look_up(level, text, within)
        return self._asked[asked]

    def _look_up(self, level: str, text: str, within: Known | None) -> Found:
        below = within.path if within else ""
        name = written(text)
        for key in self._ways(level, name):
            fitting = [place for place in self._names.get((level, key), ()) if place.path.startswith(below)]
            exact = [place for place in fitting if written(place.name) == name]
            if len(exact) == 1 or len(fitting) == 1:
                return Found((exact if len(exact) == 1 else fitting)[0])
            if fitting:
                return Found(like=sorted(self.full_name(place) for place in fitting)[:3], several=True)
        return Found(like=self._near(level, name, below))

    def _ways(self, level: str, name: str) -> Iterable[str]:
        yield name
        yield bare(name, level)
        if not (levels := [at for at in _ENDINGS if at != level]):
            return
        for (above, key), _places in self._names.items():
            if above in levels and len(key) > 1 and name.startswith(key) and len(name) > len(key) + 1:
                yield name[len(key):]
                yield bare(name[len(key):], level)

    def _near(self, level: str, name: str, below: str) -> list[str]:
        names = {
            key: place.name for (at, key), places in self._names.items() if at == level
            for place in places if place.path.startswith(below)
        }
        near = difflib.get_close_matches(bare(name, level), list(names), n=6, cutoff=0.4)
        return list(dict.fromkeys(names[key] for key in near))[:3]

    def said_in(self, level: str, text: str) -> Known | None:
        """The one place of a level whose name a title holds."""
        title = written(text)
        found = {
            place.pk: place for (at, key), places in self._names.items() if at == level and len(key) > 1 and key in title
            for place in places
        }
        longest = max((len(written(place.name)) for place in found.values() if written(place.name) in title), default=0)
        whole = [place for place in found.values() if written(place.name) in title and len(written(place.name)) == longest]
        chosen = whole or list(found.values())
        return chosen[0] if len(chosen) == 1 else None

    def above(self, place: Known, level: str) -> Known | None:
        for pk in reversed(place.path.split("/")[:-1]):
            known = self.by_id.get(int(pk))
            if known is not None and known.level == level:
                return known
        return None

    def full_name(self, place: Known) -> str:
        """With the county or the township before it."""
        parents = [self.by_id.get(int(pk)) for pk in place.path.split("/")[:-2]]
        return "".join(p.name for p in parents if p and p.level in (Level.COUNTY, Level.TOWNSHIP)) + place.name
