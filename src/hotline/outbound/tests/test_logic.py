"""Hours, pacing, what follows a call, forms and lists: by examples and by Hypothesis, without a database."""

import io
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.logic.tables import Bad
from hotline.customers.logic import normalise
from hotline.kernel.workclock import ZONE, DayKind
from hotline.outbound.logic import following, hours, lists, pacing, scripts
from hotline.outbound.logic.hours import Closed, Window
from hotline.outbound.logic.terms import TERMS
from hotline.outbound.logic.words import Kind, Outcome, Standing

MONDAY = date(2026, 3, 9)
TERM = TERMS.on(MONDAY)
MINUTE = timedelta(minutes=1)
WINDOW = Window(time(9), time(20), MONDAY, date(2026, 3, 20))
KINDS = {date(2026, 3, 11): DayKind.HOLIDAY, date(2026, 3, 14): DayKind.MAKE_UP}


def kind_on(day):
    usual = DayKind.OFF if day.weekday() >= 5 else DayKind.WORKING
    return KINDS.get(day, usual)


def at(day, hour, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=ZONE)


# ---------------------------------------------------------------- hours


@pytest.mark.clause("A3.14")
@pytest.mark.parametrize(
    ("moment", "why"),
    [
        (at(8, 10), Closed.NOT_YET),
        (at(9, 8, 59), Closed.HOURS),
        (at(9, 9), None),
        (at(9, 19, 59), None),
        (at(9, 20), Closed.HOURS),
        (at(11, 10), Closed.HOLIDAY),
        (at(14, 10), None),  # a Saturday on which people work
        (at(15, 10), Closed.REST_DAY),
        (at(21, 10), Closed.OVER),
    ],
)
def test_nobody_is_called_outside_the_hours(moment, why):
    assert hours.closed(WINDOW, TERM, kind_on(moment.date()), moment) is why


def test_the_bounds_hold_though_a_campaign_says_otherwise():
    wide = Window(time(5), time(23, 30), MONDAY, on_rest_days=True)
    assert hours.closed(wide, TERM, DayKind.WORKING, at(10, 7, 59)) is Closed.HOURS
    assert hours.closed(wide, TERM, DayKind.OFF, at(15, 8)) is None
    assert hours.closed(wide, TERM, DayKind.WORKING, at(10, 21)) is Closed.HOURS
    assert hours.next_opening(Window(time(21), time(22), MONDAY), TERM, kind_on, at(9, 9)) is None


moments = st.integers(0, 25 * 24 * 60 - 1).map(lambda minutes: at(1, 0) + minutes * MINUTE)


@given(moments, st.booleans(), st.integers(0, 22), st.integers(1, 12))
def test_the_next_opening_is_open_and_the_first_that_is(moment, rest, opens, length):
    window = Window(time(opens), time(min(opens + length, 23)), MONDAY, date(2026, 3, 20), rest)
    found = hours.next_opening(window, TERM, kind_on, moment)
    probes = [moment + 17 * MINUTE * step for step in range(24 * 60 * 14 // 17)]
    allowed = [one for one in probes if hours.closed(window, TERM, kind_on(one.date()), one) is None]
    if found is None:
        assert not allowed
        return
    assert found >= moment
    assert hours.closed(window, TERM, kind_on(found.date()), found) is None
    assert not [one for one in allowed if one < found]


# ---------------------------------------------------------------- abandoned calls


@pytest.mark.clause("A3.14")
@pytest.mark.parametrize(
    ("answered", "abandoned", "over"), [(0, 0, False), (100, 3, False), (100, 4, True), (33, 1, True), (34, 1, False)]
)
def test_the_cap_is_passed_by_the_first_call_above_it(answered, abandoned, over):
    assert pacing.over_cap(answered, abandoned, 30) is over


# ---------------------------------------------------------------- what follows


@pytest.mark.clause("A3.14")
@pytest.mark.parametrize(
    ("rule", "tries", "same", "wanted"),
    [
        (following.Rule(Outcome.DONE), 1, 1, following.Next(Standing.DONE)),
        (following.Rule(Outcome.REFUSED), 1, 1, following.Next(Standing.STOPPED)),
        (following.Rule(Outcome.WRONG), 1, 1, following.Next(Standing.STOPPED)),
        (following.Rule(Outcome.BARRED), 1, 1, following.Next(Standing.BARRED)),
        (following.Rule(Outcome.RETRY, 90), 1, 1, following.Next(Standing.WAITING, at(9, 11, 30))),
        (following.Rule(Outcome.RETRY, 90), 3, 1, following.Next(Standing.UNREACHED)),
        (following.Rule(Outcome.RETRY, 90, 2), 2, 2, following.Next(Standing.UNREACHED)),
        (following.Rule(Outcome.DROPPED, 5), 2, 1, following.Next(Standing.WAITING, at(9, 10, 5))),
        (following.Rule(Outcome.LATER), 9, 9, following.Next(Standing.WAITING, at(10, 15))),
    ],
)
def test_what_follows_a_call(rule, tries, same, wanted):
    found = following.after(rule, tries=tries, same=same, most_tries=3, appointment=at(10, 15), at=at(9, 10))
    assert found == wanted


@given(st.sampled_from(list(Outcome)), st.integers(1, 20), st.integers(1, 20), st.integers(1, 10), st.integers(0, 999))
def test_nobody_is_tried_for_ever_and_nobody_who_said_no_is_tried_again(outcome, tries, same, most, pause):
    rule = following.Rule(outcome, pause)
    found = following.after(rule, tries=tries, same=same, most_tries=most, appointment=at(10, 15), at=at(9, 10))
    assert (found.at is not None) == (found.standing is Standing.WAITING)
    if found.standing is Standing.WAITING:
        assert outcome is Outcome.LATER or tries < most
    if outcome in {Outcome.REFUSED, Outcome.BARRED, Outcome.WRONG, Outcome.DONE}:
        assert found.at is None


# ---------------------------------------------------------------- forms

ASKED = [
    scripts.Field("f1", "是否满意", Kind.CHOICE, required=True, options=("满意", "一般", "不满意")),
    scripts.Field("f2", "年龄", Kind.NUMBER, least=18, most=99),
    scripts.Field("f3", "哪些方面需要改进", Kind.CHOICES, options=("态度", "速度", "结果")),
    scripts.Field("f4", "愿意再次接受回访", Kind.YES_NO, required=True),
    scripts.Field("f5", "搬入日期", Kind.DATE),
    scripts.Field("f6", "意见", Kind.LONG),
]
WHOLE = {
    "f1": ["满意"], "f2": ["42"], "f3": ["结果", "态度"], "f4": ["no"], "f5": ["2026-03-01"], "f6": ["=1+1"],
}  # fmt: skip


@pytest.mark.clause("A3.14")
def test_answers_are_read_by_their_kinds():
    answers, wrong = scripts.read(ASKED, WHOLE, whole=True)
    assert not wrong
    assert answers == {
        "f1": "满意", "f2": 42, "f3": ["态度", "结果"], "f4": False, "f5": "2026-03-01", "f6": "=1+1",
    }  # fmt: skip
    again = scripts.typed_again(answers)
    assert scripts.read(ASKED, again, whole=True) == (answers, [])


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"f1": []}, "f1"),
        ({"f1": ["好"]}, "f1"),
        ({"f2": ["17"]}, "f2"),
        ({"f2": ["四十"]}, "f2"),
        ({"f3": ["态度", "价格"]}, "f3"),
        ({"f4": ["maybe"]}, "f4"),
        ({"f4": ["  "]}, "f4"),
        ({"f5": ["2026-02-30"]}, "f5"),
        ({"f6": ["长" * 4001]}, "f6"),
    ],
)
def test_an_answer_without_sense_is_named(changed, where):
    _answers, wrong = scripts.read(ASKED, {**WHOLE, **changed}, whole=True)
    assert [one.where for one in wrong] == [where]


def test_a_call_that_ended_early_keeps_what_there_is():
    answers, wrong = scripts.read(ASKED, {"f2": ["42"]}, whole=False)
    assert (answers, wrong) == ({"f2": 42}, [])


@pytest.mark.parametrize(
    ("one", "count"),
    [
        (scripts.Field("", "", Kind.TEXT), 1),
        (scripts.Field("", "满意吗", Kind.CHOICE, options=("是",)), 1),
        (scripts.Field("", "满意吗", Kind.CHOICES, options=("是", "是")), 1),
        (scripts.Field("", "几次", Kind.NUMBER, least=9, most=1), 1),
        (scripts.Field("", "几次", Kind.NUMBER, least=1, most=9), 0),
    ],
)
def test_a_question_without_sense_is_named(one, count):
    assert len(scripts.wrong_with([one])) == count


def test_keys_stay_with_their_questions_and_are_never_given_twice():
    first = scripts.keyed([scripts.Field("", "甲", Kind.TEXT), scripts.Field("", "乙", Kind.TEXT)], (), set())
    assert [one.key for one in first] == ["f1", "f2"]
    reworded = scripts.keyed([scripts.Field("f1", "甲甲", Kind.TEXT)], first, {"f1", "f2"})
    assert [one.key for one in reworded] == ["f1"]
    more = scripts.keyed([scripts.Field("", "丙", Kind.TEXT), *reworded], reworded, {"f1", "f2"})
    assert [one.key for one in more] == ["f3", "f1"]  # f2 was another question once
    other = scripts.keyed([scripts.Field("f1", "甲", Kind.NUMBER)], more, {"f1", "f2", "f3"})
    assert [one.key for one in other] == ["f4"]


@given(st.dictionaries(st.sampled_from([one.key for one in ASKED]), st.lists(st.text(max_size=20), max_size=3)))
def test_whatever_comes_from_a_page_is_kept_whole_or_named(typed):
    answers, wrong = scripts.read(ASKED, typed, whole=True)
    named = {one.where for one in wrong}
    assert not named & set(answers)
    assert {one.key for one in ASKED if one.required} <= named | set(answers)
    assert scripts.read(ASKED, scripts.typed_again(answers), whole=False) == (answers, [])


# ---------------------------------------------------------------- lists


def csv(*rows):
    return "\n".join(rows).encode()


@pytest.mark.clause("A3.14")
def test_a_list_keeps_each_number_once_and_every_other_column():
    plan = lists.read(
        "名单.csv", csv("姓名,手机,小区", "王小云,139 0000 1234,锦绣园", "李文,0351-6677889,", "王,+8613900001234,")
    )
    assert not plan.faults
    assert [(row.e164, row.name, dict(row.data)) for row in plan.rows] == [
        ("+8613900001234", "王小云", {"小区": "锦绣园"}),
        ("+863516677889", "李文", {"小区": ""}),
    ]
    assert (plan.again, plan.columns, plan.lines) == (1, ["小区"], 3)


@pytest.mark.clause("A3.14")
def test_each_bad_row_is_named_with_line_column_and_reason():
    plan = lists.read(
        "a.csv", csv("name,number", "甲,13900001234", "乙,66778899", "丙,", "丁", "戊" * 61 + ",13900001235")
    )
    assert [(fault.line, fault.column) for fault in plan.faults] == [(3, "number"), (4, "number"), (5, ""), (6, "name")]
    assert plan.lines == 5


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"name\nx\n",
        b"number,number\n1,2\n",
        b"number,\n1,2\n",
        b"number\n",
        b"\xff\xfe",
        b'number\n"x',
        b"PK\x03\x04",
    ],
)
def test_what_is_no_list_is_refused_as_a_whole(content):
    with pytest.raises(Bad):
        lists.read("a.csv", content)


def test_a_workbook_is_read_as_its_rows_stand():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["电话", "姓名", "备注"],
        [13900001234, "王小云", "=1+1"],
        [],
        ["13900001235", None, "两\n行"],
        ["12", "坏", ""],
    ):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    plan = lists.read("名单.xlsx", out.getvalue())
    assert [row.e164 for row in plan.rows] == ["+8613900001234", "+8613900001235"]
    assert dict(plan.rows[1].data) == {"备注": "两 行"}
    assert [(fault.line, fault.column) for fault in plan.faults] == [(5, "number")]
    with pytest.raises(Bad):
        lists.read("名单.xlsx", b"not a workbook")


def test_a_list_of_numbers_not_to_call():
    rows, faults = lists.read_barred(
        "b.csv", csv("电话,原因,截止", "13900001234,投诉,2026-12-31", "13900001235,本人要求,", "x,y,z")
    )
    assert [(row.e164, row.reason, row.until) for row in rows] == [
        ("+8613900001234", "投诉", date(2026, 12, 31)),
        ("+8613900001235", "本人要求", None),
    ]
    assert [(fault.line, fault.column) for fault in faults] == [(4, "number")]


@given(st.lists(st.tuples(st.sampled_from(["139", "138", "066"]), st.integers(0, 30)), min_size=1, max_size=60))
def test_every_row_of_a_list_is_taken_known_or_named(rows):
    numbers = [f"{head}{tail:08}" for head, tail in rows]
    plan = lists.read("a.csv", csv("number", *numbers))
    assert len(plan.rows) + plan.again + len(plan.faults) == plan.lines == len(rows)
    assert len({row.e164 for row in plan.rows}) == len(plan.rows)
    assert all(normalise(row.e164).e164 == row.e164 for row in plan.rows)
