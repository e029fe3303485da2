"""Names as a labour bureau in the west of Hubei meets them, the awkward ones among them included."""
from .draws import Draws


def _table(weighted: str) -> tuple[str, ...]:
    """Read "向 30 田 28 ...": each name as often as its weight says, so that one draw takes one by weight."""
    words = weighted.split()
    pairs = zip(words[::2], words[1::2], strict=True)
    return tuple(name for name, weight in pairs for _ in range(int(weight)))


def _words(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


# The surnames of the Tujia and Miao counties stand beside those that are frequent all over the country.
SURNAMES = _table(
    "向 46 田 44 谭 42 李 40 张 38 王 36 黄 34 刘 32 杨 32 陈 30 覃 26 周 22 吴 20 冉 18 胡 16 朱 15 徐 15 何 14"
    " 罗 14 孙 12 赵 12 廖 12 彭 12 唐 11 郑 10 肖 10 谢 10 邓 10 曾 9 滕 9 余 9 龙 9 石 9 秦 9 牟 9 姚 8 蒋 8"
    " 崔 7 宋 7 许 7 文 7 袁 7 侯 7 贺 6 颜 6 尹 6 郭 6 马 6 高 6 林 6 夏 6 冯 6 沈 5 汪 5 万 5 杜 5 邱 5 舒 5"
    " 熊 5 金 4 雷 4 曹 4 鲁 4 孟 3 庹 3 瞿 3 佘 3 麻 3 柳 3 康 3 郎 2 晏 2 占 2 欧阳 2 司徒 1 上官 1 诸葛 1"
)
_FEMALE = _words(
    "秀英 桂英 玉兰 玉梅 春梅 冬梅 红梅 腊梅 桂香 桂花 菊香 菊花 秋菊 春桃 翠兰 翠英 翠娥 金兰 银香 爱华 爱群"
    " 明珍 明英 艳红 红艳 海燕 小燕 春燕 丽娟 丽华 晓丽 晓琴 晓芳 小芳 小玲 美玲 玲玲 婷婷 雨婷 诗雨 思雨 雨欣"
    " 欣怡 佳怡 静怡 雅婷 雪梅 雪琴 雪莲 慧敏 慧芳 敏 芳 丽 燕 娟 琴 霞 艳 玲 静 红 萍 兰 芬 莉 蓉 倩 瑶 雪 凤"
    " 珍 凤英 凤莲 发秀 大秀 先菊 宗英 永珍 世兰 光翠 昌菊 家秀 清香 传芳 远秀 成英 代菊 绍芳 延翠 元珍 祖英 自芳"
    " 业琼 维琼 兴莲 本翠 正群 国香"
)
_MALE = _words(
    "建国 建军 建华 国强 国庆 国平 志强 志刚 志勇 志明 永红 永清 永刚 光荣 光明 光辉 明华 明亮 明军 大军 大勇"
    " 大鹏 小军 小平 小勇 小兵 春生 秋生 冬生 水生 金生 云飞 云龙 家旺 家兴 家宝 文武 文斌 文杰 俊杰 俊峰 浩然"
    " 子轩 宇航 鹏程 海波 海涛 江涛 伟 军 勇 斌 涛 波 杰 磊 辉 刚 平 飞 林 松 超 亮 华 浩 成 发祥 先进"
    " 宗义 永胜 世平 光全 昌龙 家富 清平 传友 远军 成龙 代兵 绍军 延安 元清 祖发 自强 业成 维民 兴旺 本忠 正国"
    " 国雄 德顺 德福 仁义 学文 学军 友才 章华 胜利 和平"
)
# Characters that fonts, keyboards and old systems lack: two of them lie outside the Basic Multilingual Plane.
_RARE = _words("䶮 𬭚 㛃 堃 喆 昇 𫖮 翀 赟 犇")
_SYLLABLES = _words("阿卜杜 买买提 热合曼 依明 图尔荪 古丽 努尔 沙吾提 帕提曼 吾布力 艾合买提 木拉提")
_YI_CLANS = _words("吉克 阿侯 沙马 曲比 勒格 吉木 阿苏")
_YI_GIVEN = _words("阿果 木牛 拉铁 伍果 尔古 石布 阿依 子呷")


def _minority_name(draws: Draws) -> str:
    """A name with the interpunct: two parts of a Yi name, or up to 20 characters of a Uyghur one."""
    if draws.below(2):
        return f"{_YI_CLANS[draws.below(len(_YI_CLANS))]}·{_YI_GIVEN[draws.below(len(_YI_GIVEN))]}"
    size = len(_SYLLABLES)
    parts = ["".join(_SYLLABLES[draws.below(size)] for _ in range(draws.below(2) + 1)) for _ in range(2)]
    whole = "·".join([*parts, _SYLLABLES[draws.below(size)]] if draws.below(3) == 0 else parts)
    return whole[:20].rstrip("·")


def surname(draws: Draws) -> str:
    return SURNAMES[draws.below(len(SURNAMES))]


def name(draws: Draws, family: str, male: bool) -> str:
    """A whole name of two to twenty characters for somebody of this family."""
    odd = draws.below(400)
    if odd == 0:
        return _minority_name(draws)
    given = _MALE if male else _FEMALE
    chosen = given[draws.below(len(given))]
    return family + (_RARE[draws.below(len(_RARE))] + chosen[1:] if odd == 1 else chosen)


_VILLAGE_FIRST = _words(
    "龙 凤 青 白 红 大 小 金 银 石 水 麻 柏 桂 茶 竹 双 天 黄 长 新 老 高 清 云 马 杨 桃 梨 枫"
)
_VILLAGE_SECOND = _words("凤 山 坪 坝 溪 河 湾 岩 桥 坡 堡 园 树 垭 槽 池 口 寨 塘 龙 洞 岭 田 井 沟")


def village_names(draws: Draws) -> tuple[str, ...]:
    """Three to twelve village names, all different, as a township without a list of its own gets them."""
    wanted, found = 3 + draws.below(10), dict[str, None]()
    first, second = draws.below(len(_VILLAGE_FIRST)), draws.below(len(_VILLAGE_SECOND))
    while len(found) < wanted:
        one, two = _VILLAGE_FIRST[first % len(_VILLAGE_FIRST)], _VILLAGE_SECOND[second % len(_VILLAGE_SECOND)]
        if one != two:
            found[f"{one}{two}村"] = None
        first, second = first + 7, second + 11
    return tuple(found)
