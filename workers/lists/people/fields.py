"""What a list of people may say of each, by the headings that offices put over it."""
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ...reading import Field
from ...reading.shapes import Kind

_NAMES: tuple[tuple[str, Kind, bool, str | Promise, str], ...] = (
    ("name", "name", True, _("name"), "姓名 名字 人员姓名 务工人员姓名 登记人 name full_name"),
    ("identity", "identity", True, _("identity number"),
     "身份证号码 身份证号 身份证 公民身份号码 公民身份证号码 证件号码 证件号 居民身份证号码 "
     "identity_number id_number id_card"),
    ("phone", "phone", False, _("telephone"),
     "联系电话 电话 手机号码 手机号 手机 联系方式 电话号码 本人电话 联系号码 phone telephone mobile"),
    ("county", "text", False, _("county"), "县市 县 县市区 县区 县(市) 区县 county"),
    ("township", "text", False, _("township"),
     "乡镇 镇 乡 镇乡 乡镇街道 乡(镇) 乡镇(街道) 所属乡镇 所在乡镇 街道 township town"),
    ("village", "text", False, _("village"),
     "村 村(社区) 村社区 行政村 所属村 所在村 村居 村委会 社区 村名 village"),
    ("trade", "text", False, _("trade"),
     "意向工种 工种 求职意向 就业意向 意向岗位 期望岗位 求职工种 意向职业 从事工种 职业 岗位 trade trades occupation"),
    ("ready", "date", False, _("ready from"),
     "可出发时间 出发时间 可出发日期 出发日期 拟出发时间 计划出发时间 预计出发时间 返岗时间 外出时间 拟外出时间 "
     "可返岗时间 计划返岗时间 ready_date ready_from departure_date"),
    ("poor", "yes", False, _("registered-poor household"),
     "是否建档立卡 建档立卡 建档立卡户 贫困户 是否贫困户 是否建档立卡贫困户 脱贫户 是否脱贫户 "
     "是否贫困劳动力 贫困劳动力 poor_household"),
    ("single", "yes", False, _("single-income household"),
     "是否单收入家庭 单收入家庭 是否唯一收入 唯一收入来源 是否零就业家庭 零就业家庭 single_income"),
    ("sex", "text", False, _("sex"), "性别 sex gender"),
    ("wage", "number", False, _("least wage"),
     "期望工资 最低工资 期望薪资 意向工资 薪资要求 期望月薪 工资要求 期望月工资 最低月薪 least_wage wage"),
    ("group", "text", False, _("travels with"),
     "同行人 同行组号 同行人员 同行组 结伴人员 组号 同行编号 结伴同行 同行人姓名 travel_group group"),
    ("note", "text", False, _("note"), "备注 说明 其他 备注说明 note notes remark remarks"),
    ("serial", "text", False, _("serial number"), "序号 编号 no no. number serial_number"),
)
FIELDS = tuple(
    Field(key, tuple(name.replace("_", " ") for name in names.split()), kind, required, label)
    for key, kind, required, label, names in _NAMES
)
LABELS = {one.key: one.label for one in FIELDS}
