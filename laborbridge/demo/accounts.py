"""One account for each kind of person, and the organisations that they belong to."""
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from laborbridge.accounts.models import Membership, Organisation, User

# Published on purpose: whoever starts the demo is told it. It opens nothing but invented data.
PASSWORD = "fangong-2020"
Kind, Role = Organisation.Kind, Membership.Role


@dataclass(frozen=True, slots=True)
class DemoOrganisation:
    """place is a code of the campaign's list; an employer is named by the campaign itself."""

    key: str
    kind: str
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class DemoAccount:
    username: str
    name: str
    organisation: str
    role: str
    who: str
    who_english: str
    look: str
    look_english: str


ORGANISATIONS = (
    DemoOrganisation("origin", Kind.BUREAU, "恩施州人力资源和社会保障局", "4228"),
    DemoOrganisation("destination", Kind.BUREAU, "杭州市人力资源和社会保障局", "3301"),
    DemoOrganisation("county", Kind.BUREAU, "利川市人力资源和社会保障局", "422802"),
    DemoOrganisation("poverty", Kind.BUREAU, "恩施州扶贫开发办公室", "4228"),
    DemoOrganisation("cdc", Kind.BUREAU, "恩施州疾病预防控制中心", "4228"),
    DemoOrganisation("village", Kind.VILLAGE, "恩施市龙凤镇龙马村", "422801100212"),
    DemoOrganisation("employer", Kind.EMPLOYER, "", ""),
    DemoOrganisation("carrier", Kind.CARRIER, "恩施州返岗运输车队（演示）", "4228"),
    DemoOrganisation("partner", Kind.PARTNER, "杭州市返岗接驳平台（演示）", "3301"),
)

ACCOUNTS = (
    DemoAccount("enshi", "田晓芳", "origin", Role.PLANNER, "输出地人社局", "origin bureau",
                "整个返岗行动：开始匹配、查看方案、发布", "the whole campaign: start a run, look at its plan, publish"),
    DemoAccount("hangzhou", "沈国平", "destination", Role.PLANNER, "输入地人社局", "destination bureau",
                "整个返岗行动，并核实两家企业", "the whole campaign, and two employers to verify"),
    DemoAccount("village", "向宗英", "village", Role.LIAISON, "村联络员", "village liaison",
                "龙马村的登记人员", "the people registered in Longma village"),
    DemoAccount("hr", "朱海燕", "employer", Role.HR, "企业人事", "employer's HR",
                "为老员工保留的岗位", "posts kept for returning employees"),
    DemoAccount("escort", "覃建华", "origin", Role.ESCORT, "随车联络员", "escort of a trip",
                "3月21日专列和一辆接驳车", "the train of 21 March and one reception bus"),
    DemoAccount("officer", "谭丽娟", "county", Role.CASE_OFFICER, "就业专员", "case officer",
                "利川市的登记人员", "the people registered in Lichuan"),
    DemoAccount("poverty", "向世安", "poverty", Role.CASE_OFFICER, "扶贫办", "poverty office",
                "会签专列名单", "signs the train's list"),
    DemoAccount("cdc", "刘冬梅", "cdc", Role.CASE_OFFICER, "疾控中心", "disease control",
                "会签专列名单", "signs the train's list"),
    DemoAccount("carrier", "冉志勇", "carrier", Role.CARRIER, "承运单位", "carrier",
                "接站车和直达车的班次", "feeder and direct buses"),
    DemoAccount("partner", "杭州接驳平台", "partner", Role.PARTNER, "伙伴地区系统", "partner region's system",
                "杭州东站的接驳车班次", "reception buses from Hangzhou East"),
    DemoAccount("worker", "", "village", Role.WORKER, "务工人员", "worker",
                "自己的登记、岗位和行程", "their own registration, post and journey"),
)


def create_users() -> dict[str, User]:
    """The accounts by user name, without memberships. Hashing is slow on purpose, so it is done once for all."""
    hashed = make_password(PASSWORD)
    return {
        a.username: User.objects.create(username=a.username, password=hashed, name=a.name or a.who) for a in ACCOUNTS
    }
