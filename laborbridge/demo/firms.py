"""Invented firms of Hangzhou and a few near home, and the posts that they offer."""
import random
from dataclasses import dataclass
from datetime import datetime

from .land import Park, parks, rows

# Reports speak of "nearly 300 firms" whose people were on the train.
FIRMS, FIRMS_NEAR_HOME, FIRMS_TO_VERIFY = 296, 6, 2
ANY_TRADE = "any"
_FIRST = "岫沅穗暄骊澜翊禾芃汀筠琮霁棠峤沐朗珩泓屿"
_SECOND = "川禾岚舟弘序朴森澄野合延恒甬渡原启一桐坤"


@dataclass(frozen=True, slots=True)
class Firm:
    code: str
    name: str
    park: Park
    trades: tuple[str, ...]
    # How often returning employees are this firm's, compared with other firms.
    size: float
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Post:
    """One row of jobs.csv."""

    code: str
    firm: Firm
    kind: str
    trade: str
    headcount: int
    wage: int
    start_by: datetime
    minors: bool = False


def usual_wages() -> dict[str, int]:
    return {r["occupation"]: int(r["wage"]) for r in rows("occupations.csv")}


def _town_names() -> dict[str, str]:
    """What a firm's name begins with, by district."""
    own = {"330122": "桐庐", "330127": "淳安", "330182": "建德", "422801": "恩施", "422802": "利川"}
    return own | {"422822": "建始", "422827": "来凤"}


def make_firms(rng: random.Random) -> list[Firm]:
    sectors = rows("sectors.csv")
    near = [p for p in parks() if p.near_home]
    far = [p for p in parks() if not p.near_home]
    names = [one + two for one in _FIRST for two in _SECOND]
    rng.shuffle(names)
    firms = []
    for number in range(FIRMS + FIRMS_TO_VERIFY + FIRMS_NEAR_HOME):
        at_home = number >= FIRMS + FIRMS_TO_VERIFY
        park = near[number % len(near)] if at_home else rng.choices(far, [p.weight for p in far])[0]
        likely = [s for s in sectors if s["sector"] in ("garment", "electronics", "food")] if at_home else sectors
        sector = rng.choices(likely, [int(s["weight"]) for s in likely])[0]
        town = _town_names().get(park.district, "杭州")
        firms.append(
            Firm(
                code=f"F{number + 1:03d}",
                name=f"{town}{names[number]}{rng.choice(sector['suffixes'].split(';'))}",
                park=park,
                trades=tuple(sector["occupations"].split(";")),
                size=rng.paretovariate(1.15),
                verified=at_home or number < FIRMS,
            )
        )
    return firms


def keeps_posts(firm: Firm) -> bool:
    """Whether returning employees are this firm's: not near home, nor where nobody has verified the firm."""
    return firm.verified and not firm.park.near_home


def start_by(rng: random.Random) -> datetime:
    """The latest arrival: most firms begin on the morning after the train, some before it, some a few days later."""
    return rng.choices(
        [
            datetime(2020, 3, 20, 8),
            datetime(2020, 3, 21, 18),
            datetime(2020, 3, 22, 8),
            datetime(2020, 3, 23, 8),
            datetime(2020, 3, 25, 20),
        ],
        [3, 2, 64, 18, 13],
    )[0]


def open_posts(rng: random.Random, firms: list[Firm]) -> list[Post]:
    """New posts of every third firm, and all of those near home: fewer than people who look for one."""
    wages, posts = usual_wages(), list[Post]()
    for firm in firms:
        near = firm.park.near_home
        if not near and firm.verified and rng.random() > 0.27:
            continue
        for _ in range(2 if near or rng.random() < 0.25 else 1):
            trade = ANY_TRADE if rng.random() < 0.2 else rng.choice(firm.trades)
            usual = wages.get(trade, 4300) * (0.8 if near else 1)
            posts.append(
                Post(
                    code=f"K{len(posts) + 1:04d}",
                    firm=firm,
                    kind="open",
                    trade=trade,
                    headcount=min(14, max(1, int(rng.lognormvariate(1.0, 0.8)))),
                    wage=round(usual * rng.uniform(0.9, 1.15) / 100) * 100,
                    start_by=datetime(2020, 3, 30, 8) if near else start_by(rng),
                    minors=trade in ("O12", ANY_TRADE) and rng.random() < 0.3,
                )
            )
    return posts
