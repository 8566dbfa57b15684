"""What may leave the house of a text: nothing that leads to a person, nothing that a page would run."""

from xml.etree import ElementTree as ET

import pytest
from defusedxml import ElementTree as SafeET
from hypothesis import given
from hypothesis import strategies as st

from hotline.open311.logic import formats, texts
from hotline.open311.logic.asking import moment_of
from hotline.open311.views.bulk import safe

MASKED = {
    "电话13800001234": "电话***",
    "138 0000 1234": "***",
    "138-0000-1234请回电": "***请回电",
    "+86 138 0000 1234": "***",
    "１３８００００１２３４": "***",
    "(0351)7654321": "***",
    "0351-7654321": "***",
    "021-66778899转801": "***转801",
    "座机7654321": "座机***",
    "身份证14010219900101123X": "身份证***",
    "卡号6222021234567890123": "卡号***",
    "邮箱wang.xy@example.com.cn。": "邮箱w***。",
    "住3号楼2单元401室": "住3号楼2单元**室",
    "车牌晋A12345占道": "车牌晋A*****占道",
    "新能源晋AD12345": "新能源晋A*****",
}
KEPT = [
    "井盖破损30cm,深1.5米",
    "人民路188号门前",
    "5 ＜ 6",
    "坐标37.900000,112.550000",
    "罚款10000元",
]


@pytest.mark.parametrize("text", MASKED)
@pytest.mark.clause("A3.6")
def test_what_leads_to_a_person_is_masked(text):
    assert texts.public(text) == MASKED[text]


@pytest.mark.parametrize("text", KEPT)
def test_what_does_not_is_kept(text):
    assert texts.public(text) == text


def test_the_callers_name_is_masked_wherever_it_stands():
    assert texts.public("王小云家门口,请找王小云", ["王小云", ""]) == "王**家门口,请找王**"
    assert texts.public("王路", ["王"]) == "王路"


@given(st.text())
def test_no_text_can_open_a_tag_or_break_a_form(text):
    shown = texts.public(text)
    assert "<" not in shown
    assert ">" not in shown
    assert "\x00" not in shown
    told = {"service_requests": [{"description": shown}]}
    read = SafeET.fromstring(formats.written("xml", "service_requests", told["service_requests"]))
    assert (read[0][0].text or "") == shown


def test_only_one_word_is_known_for_one_of_many():
    with pytest.raises(KeyError):
        formats.element("things", [1])
    assert ET.tostring(formats.element("notes", [])) == b"<notes />"


@pytest.mark.parametrize("text", ["2026-03-09T09:00:00Z", "2026-03-09T17:00:00+08:00", "2026-03-09T17:00:00 08:00"])
def test_a_moment_is_read_as_programs_write_it(text):
    from hotline.core import clock  # noqa: PLC0415 the logic itself knows no zone

    found = moment_of(text, clock.ZONE)
    assert found is not None
    assert found.isoformat() == "2026-03-09T09:00:00+00:00"
    assert moment_of("0001-01-01T00:00:00+14:00", clock.ZONE) is None


@pytest.mark.parametrize("text", ["=1+1", "+8", "-1", "@x", "\tx"])
def test_no_cell_is_a_formula(text):
    assert safe(text) == f"'{text}"
