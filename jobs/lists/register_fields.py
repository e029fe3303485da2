"""What a register of another office may say of each person, by the headings that offices put over it."""
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workers.lists.remarks import Remark, Weight
from workers.reading import Field
from workers.reading.shapes import Kind

_NAMES: tuple[tuple[str, Kind, bool, str | Promise, str], ...] = (
    ("name", "name", True, _("name"),
     "姓名 名字 人员姓名 参保人姓名 参保人 报备人 报备人姓名 员工姓名 职工姓名 来访人姓名 name full_name"),
    ("identity", "identity", False, _("identity number"),
     "身份证号码 身份证号 身份证 公民身份号码 社会保障号码 社会保障号 社保号 证件号码 证件号 身份证后四位 身份证后4位 "
     "身份证号后四位 身份证号后4位 身份证号码后四位 身份证号码后4位 后四位 identity_number id_number id_card last_four"),
    ("phone", "phone", False, _("telephone"),
     "联系电话 电话 手机号码 手机号 手机 联系方式 电话号码 本人电话 phone telephone mobile"),
    ("seen", "date", False, _("day seen"),
     "日期 时间 核验时间 核验日期 通过时间 通过日期 进厂时间 进厂日期 入园时间 入园日期 刷卡时间 扫码时间 登记时间 登记日期 "
     "报备时间 报备日期 抵达时间 抵达日期 到达时间 到达日期 行程日期 返回时间 返回日期 来杭时间 来杭日期 返杭时间 返杭日期 "
     "参保时间 参保日期 参保起始日期 参保月份 缴费月份 缴费年月 费款所属期 所属期 缴费日期 date seen_on passed_on month"),
    ("place", "text", False, _("place"),
     "地点 核验地点 核验点 卡口 卡口名称 门岗 厂门 园区 社区 报备社区 所在社区 街道 乡镇街道 镇街 居住地 居住地址 现居住地 "
     "现住址 目的地 抵达地 住址 小区 place gate community"),
    ("firm", "text", False, _("firm"),
     "单位 单位名称 企业 企业名称 参保单位 参保单位名称 工作单位 用人单位 务工企业 就业企业 公司 公司名称 所属企业 "
     "firm employer company"),
    ("note", "text", False, _("note"), "备注 说明 其他 note notes remark remarks"),
    ("serial", "text", False, _("serial number"), "序号 编号 no no. number serial_number"),
)
FIELDS = tuple(
    Field(key, tuple(name.replace("_", " ") for name in names.split()), kind, required, label)
    for key, kind, required, label, names in _NAMES
)

REMARKS = {
    "register_day": Remark(
        _("“%(value)s” under “%(column)s” is no day, and the day is what a register says. Write year, month, day."),
        Weight.REJECTS, True),
    "register_later": Remark(
        _("%(day)s is after the day of this register. See which of the two is right."), Weight.REJECTS, True),
    "register_elsewhere": Remark(
        _("“%(value)s” is where people leave from, so the row says of nobody that they are back."), Weight.LOOK, True),
    "register_firm": Remark(
        _("No employer of this campaign, or more than one, is called “%(value)s”."), Weight.TOLD, True),
    "register_known": Remark(_("A stored register of the same office says this already."), Weight.TOLD, True),
    "register_again": Remark(_("The same as in line %(line)s (%(sheet)s)."), Weight.TOLD, True),
}
