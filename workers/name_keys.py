"""What a name is found by: its pinyin, the initials of it, and every part of it that ends with it."""
import os
import unicodedata
from functools import cache
from itertools import product

# A surname is read otherwise than the same sign elsewhere; where two readings are common, both find.
_SURNAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "覃": "qin tan", "朴": "piao",
    "盖": "ge gai", "翟": "zhai di", "缪": "miao", "冼": "xian", "洗": "xian", "员": "yun", "种": "chong", "秘": "bi",
    "繁": "po", "召": "shao", "乜": "nie", "折": "she", "那": "na", "乐": "yue le", "宓": "mi fu", "黑": "he hei",
    "句": "gou", "祭": "zhai", "郇": "xun huan", "郗": "xi chi", "隗": "wei kui", "盛": "sheng", "谌": "chen shen",
    "佴": "nai", "幺": "yao", "牟": "mu mou", "柏": "bai bo", "薄": "bo", "褚": "chu", "重": "chong", "长": "zhang",
    "卜": "bu", "藏": "zang", "朝": "chao", "莘": "shen xin", "尉": "wei", "车": "che", "逄": "pang", "都": "du",
}  # fmt: skip
_COMPOUND = {
    "尉迟": "yu chi", "万俟": "mo qi", "单于": "chan yu", "长孙": "zhang sun", "澹台": "tan tai", "令狐": "ling hu",
    "鲜于": "xian yu", "夏侯": "xia hou", "皇甫": "huang fu", "宇文": "yu wen",
}  # fmt: skip
# Signs of given names that people read in two ways, or otherwise than the library.
_GIVEN = {
    "乐": "le yue", "重": "chong zhong", "朝": "chao zhao", "长": "chang zhang", "晟": "sheng cheng", "茜": "qian xi",
    "行": "xing hang", "盛": "sheng cheng", "藏": "cang zang", "莘": "xin shen", "莞": "guan wan", "卜": "bu",
    "单": "dan shan", "曾": "zeng ceng", "覃": "tan qin",
}  # fmt: skip
_UNKNOWN_TO_THE_LIBRARY = {"\U00020bb7": "ji"}
_V = str.maketrans("üǖǘǚǜ", "vvvvv")
# So many readings of one name are enough, and one of a name of so many signs.
_MOST = 6
_LONGEST = 24


@cache
def _sign(sign: str) -> str:
    """Letters and figures stay, in one form; signs that Python has not met yet are letters of names."""
    plain = unicodedata.normalize("NFKC", sign).lower().translate(_V)
    parts = unicodedata.normalize("NFD", plain) if len(plain) == 1 and plain < "\u2000" else plain
    return "".join(c for c in parts if unicodedata.category(c)[:2] in _KEPT)


_KEPT = {"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "Cn", "Co"}


def folded(text: str) -> str:
    """As names are compared: without spaces, dots, tones and other signs, small letters, ü as v."""
    return "".join(map(_sign, text))


@cache
def _library(sign: str) -> str:
    """The most usual reading, or nothing. Loaded by whoever writes names, since it takes 14 MB that readers need not."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # words of the language are no help with names
    from pypinyin import Style, pinyin

    readings = pinyin(sign, style=Style.NORMAL, errors="ignore")
    return folded(readings[0][0]) if readings else ""


def _of_sign(sign: str, table: dict[str, str]) -> list[str]:
    if sign.isascii():
        return [sign]
    known = table.get(sign) or _UNKNOWN_TO_THE_LIBRARY.get(sign)
    return known.split() if known else [_library(sign)]


def _readings(name: str) -> list[list[str]]:
    """For each sign of a folded name the ways to read it."""
    compound = _COMPOUND.get(name[:2])
    if compound:
        return [[part] for part in compound.split()] + [_of_sign(sign, _GIVEN) for sign in name[2:]]
    return [_of_sign(sign, _GIVEN if at else _SURNAMES) for at, sign in enumerate(name)]


def syllables_of(name: str) -> tuple[tuple[str, ...], ...]:
    """How a name may be read: its most usual readings, each sign by sign."""
    plain = folded(name)
    if len(plain) > _LONGEST:
        return (tuple(r[0] for r in _readings(plain)),)
    return tuple(list(product(*_readings(plain)))[:_MOST])


def keys_of(name: str) -> str:
    """All that a name is found by the beginning of, joined by spaces: pinyin and initials first, then its parts.

    The first key is also what lists are sorted by.
    """
    plain = folded(name)
    ways = syllables_of(name)
    read = ["".join(way) for way in ways] + ["".join(part[:1] for part in way) for way in ways]
    ends = [plain] + [plain[at:] for at in range(1, len(plain) - 1) if not plain[at].isascii()]
    # A name without a single letter is found by no key, yet nobody is without keys.
    return " ".join(dict.fromkeys(key for key in (*read, *ends) if key)) or "-"
