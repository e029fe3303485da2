"""The columns that the tests' lists have."""
from workers.reading import Field

FIELDS = (
    Field("name", ("姓名", "名字", "员工姓名", "Name"), "name", True, "name"),
    Field("identity", ("身份证号", "身份证号码", "身份证", "证件号", "证件号码", "公民身份号码", "身份证后四位"),
          "identity", True, "identity number"),
    Field("phone", ("联系电话", "手机", "手机号", "手机号码", "电话", "Phone"), "phone", False, "telephone"),
    Field("township", ("乡镇", "镇"), "text", False, "township"),
    Field("village", ("村", "社区", "行政村"), "text", False, "village"),
    Field("trade", ("工种", "意向工种", "岗位", "职务"), "text", False, "trade"),
    Field("leave", ("可出发时间", "出发日期"), "date", False, "can leave on"),
    Field("poor", ("是否建档立卡", "建档立卡"), "yes", False, "registered as poor"),
    Field("age", ("年龄",), "number", False, "age"),
)
