"""What an employer's list may say of each employee, by the headings that firms put over it; and what is said of its rows."""
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workers.lists.faults import as_remarks
from workers.lists.remarks import Remark, Weight
from workers.reading import Field, identities, phones
from workers.reading.shapes import Kind

_NAMES: tuple[tuple[str, Kind, bool, str | Promise, str], ...] = (
    ("name", "name", True, _("name"), "姓名 名字 员工姓名 职工姓名 人员姓名 返岗人员 返岗员工 员工 name full_name employee"),
    ("identity", "identity", False, _("identity number"),
     "身份证号码 身份证号 身份证 公民身份号码 证件号码 证件号 身份证后四位 身份证后4位 身份证号后四位 身份证号后4位 "
     "身份证号码后四位 身份证号码后4位 身份证末四位 身份证尾号 证件后四位 后四位 身份证号(隐去中间) identity_number "
     "id_number id_card last_four"),
    ("phone", "phone", False, _("telephone"),
     "联系电话 手机号码 手机号 手机 电话 联系方式 电话号码 本人电话 联系号码 phone telephone mobile"),
    ("trade", "text", False, _("trade"),
     "岗位 返岗岗位 工种 职务 岗位名称 所在岗位 原岗位 职位 工作岗位 从事工种 trade job position"),
    ("home", "text", False, _("home"),
     "家庭住址 家庭地址 户籍地址 户籍地 户籍所在地 籍贯 住址 老家 老家地址 现居住地 现住址 所在地 乡镇 村 县市 地址 "
     "home address hometown"),
    ("posting", "text", False, _("posting"), "岗位编号 岗位代码 招聘编号 职位编号 需求编号 posting posting_number"),
    ("note", "text", False, _("note"), "备注 说明 其他 备注说明 note notes remark remarks"),
    ("department", "text", False, _("department"), "部门 车间 班组 所属部门 所在部门 产线 department workshop"),
    ("staff_number", "text", False, _("staff number"), "工号 员工编号 职工编号 员工号 staff_number employee_number"),
    ("serial", "text", False, _("serial number"), "序号 编号 no no. number serial_number"),
)
FIELDS = tuple(
    Field(key, tuple(name.replace("_", " ") for name in names.split()), kind, required, label)
    for key, kind, required, label, names in _NAMES
)

TOLD, LOOK, REJECTS = Weight.TOLD, Weight.LOOK, Weight.REJECTS
# Codes are one for all kinds of lists; what rejects a registration leaves an employee whom somebody has to look at.
OWN = "employee_"
REMARKS = {
    **as_remarks(identities.FAULTS, LOOK, OWN),
    **as_remarks(("identity_zeros_added",), TOLD, OWN),
    **as_remarks(("identity_ends_in_noughts",), LOOK, OWN),
    **as_remarks((code for code in phones.FAULTS if code not in identities.FAULTS), LOOK, OWN),
    **as_remarks(phones.REMARKS, TOLD, OWN),
    **as_remarks(("name_has_digits", "name_signs", "name_too_short", "name_too_long"), REJECTS, OWN),
    OWN + "no_name": Remark(_("There is no name. Write it and send the row again."), REJECTS),
    OWN + "name_needed": Remark(
        _("The cell under “%(column)s” holds a formula or an error. Write the name itself and send the row again."),
        REJECTS),
    OWN + "only_a_name": Remark(
        _("There is neither an identity number nor a telephone, and a name alone links nobody for certain."), LOOK),
    OWN + "again": Remark(_("The same person as in line %(line)s (%(sheet)s)."), TOLD, True),
    OWN + "posting_unknown": Remark(
        _("The firm has no reserved posting “%(value)s”. The employee was taken without it."), LOOK, True),
}
