"""Names as keys, spans of teams."""

import pytest

from hotline.people.logic import name_key, out_of_span


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("张三", "zhangsan zs"),
        ("单小华", "shanxiaohua sxh"),
        ("欧阳 修", "ouyangxiu oyx"),
        ("尉迟恭", "yuchigong ycg"),
        ("曾国", "zengguo zg"),
        ("Ann Lee", "annlee al"),
        ("A", "a"),
        ("", ""),
    ],
)
def test_a_name_sorts_by_its_pinyin_and_is_found_by_its_initials(name, key):
    assert name_key(name) == key


@pytest.mark.clause("A2.7")
def test_twelve_to_fourteen():
    assert [size for size in range(20) if not out_of_span(size)] == [12, 13, 14]
