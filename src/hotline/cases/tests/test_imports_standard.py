"""The standard: all of a file or nothing, a second time without change, editions that close and open (B2.4)."""

import csv
from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.backends.postgresql.psycopg_any import DateRange

from hotline.cases.logic.standard_file import REQUIRED
from hotline.cases.models import Case, Category, Condition, ImportRow, ImportRun
from hotline.cases.services.import_standard import class_key, import_standard
from hotline.cases.tests import rooms
from hotline.core import clock
from hotline.core.access import NotAllowed

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 9)
ROW = {
    "kind": "component",
    "big_code": "01",
    "big_name": "公用设施",
    "small_code": "01",
    "small_name": "上水井盖",
    "seq": "1",
    "filing_condition": "缺失、移位",
    "closing_condition": "恢复",
    "limit_value": "2",
    "limit_unit": "urgent_hour",
    "department": "市政设施管理处",
    "gate": "yes",
    "photo": "before_after",
    "requirement": "拍清盖面",
    "radius_m": "25",
}
ROWS = [
    ROW,
    ROW | {"seq": "2", "filing_condition": "破损", "limit_value": "4", "limit_unit": "work_hour", "gate": "no"},
    ROW | {"kind": "event", "small_code": "03", "small_name": "暴露垃圾", "big_name": "市容环境", "department": ""},
]


@pytest.fixture
def leader():
    centre = rooms.centre()
    rooms.department(centre)
    return rooms.person(centre, "shift_leader")


def take(leader, rows=ROWS, days=0, **more):
    content = rows if isinstance(rows, bytes) else rooms.csv_of(rows)
    return import_standard(
        file_name="standard.csv", content=content, by=leader, at=rooms.AT + timedelta(days=days), **more
    )


def sums(run):
    return run.rows, run.new, run.changed, run.unchanged, run.refused


def state():
    """Everything a standard consists of."""
    return list(Category.objects.order_by("pk").values()), list(Condition.objects.order_by("pk").values())


def named(run):
    return [(row.line, row.column, row.reason.format(**row.params)) for row in run.named_rows.order_by("line", "pk")]


@pytest.mark.clause("B2.4")
def test_a_standard_is_taken_in(leader):
    assert sums(take(leader)) == (3, 3, 0, 0, 0)
    cover = Condition.objects.get(category__small_name="上水井盖", seq=1)
    assert (cover.limit_value, cover.limit_unit, cover.needs_gate, cover.photos) == (
        2,
        "urgent_hour",
        True,
        "before_after",
    )
    assert cover.department.name == "市政设施管理处"
    assert (cover.days.lower, cover.days.upper) == (DAY, None)
    assert (cover.category.code, cover.category.radius_m) == ("C0101", 25)
    assert cover.category.key == "ssjg shangshuijinggai gyss gongyongsheshi"
    assert Condition.objects.get(category__kind="event").department is None


def test_a_second_time_changes_nothing(leader):
    take(leader)
    before = state()
    assert sums(take(leader, days=3)) == (3, 0, 0, 3, 0)
    assert state() == before


def test_a_changed_row_closes_its_edition_and_opens_one(leader):
    take(leader)
    old = Condition.objects.get(category__kind="component", seq=1)
    changed = [ROW | {"limit_value": "3"}, *ROWS[1:]]
    assert sums(take(leader, changed, days=10)) == (3, 0, 1, 2, 0)
    old.refresh_from_db()
    new = Condition.objects.get(category=old.category, seq=1, days__startswith=DAY + timedelta(days=10))
    assert (old.days, old.limit_value) == (DateRange(DAY, DAY + timedelta(days=10)), 2)
    assert (new.days.upper, new.limit_value) == (None, 3)
    assert Condition.objects.on(DAY + timedelta(days=9)).get(category=old.category, seq=1) == old
    assert Condition.objects.on(DAY + timedelta(days=10)).get(category=old.category, seq=1) == new
    assert sums(take(leader, changed, days=10)) == (3, 0, 0, 3, 0)


def test_an_edition_of_today_that_filed_nothing_is_mended(leader):
    take(leader)
    take(leader, [ROW | {"limit_value": "3"}, *ROWS[1:]])
    assert Condition.objects.get(category__kind="component", seq=1).limit_value == 3


def test_an_edition_of_today_that_filed_a_case_stays_until_tomorrow(leader):
    take(leader)
    old = Condition.objects.get(category__kind="component", seq=1)
    case = rooms.case(leader)
    Case.objects.filter(pk=case.pk).update(condition=old)
    changed = [ROW | {"limit_value": "3"}, *ROWS[1:]]
    assert sums(take(leader, changed)) == (3, 0, 1, 2, 0)
    tomorrow = DAY + timedelta(days=1)
    editions = Condition.objects.filter(category=old.category, seq=1).order_by("days")
    assert [(e.limit_value, e.days) for e in editions] == [
        (2, DateRange(DAY, tomorrow)),
        (3, DateRange(tomorrow, None)),
    ]
    assert sums(take(leader, changed)) == (3, 0, 0, 3, 0)


def test_a_renamed_class_keeps_its_editions(leader):
    take(leader)
    before = list(Condition.objects.order_by("pk").values())
    renamed = [row | {"small_name": "给水井盖"} if row["kind"] == "component" else row for row in ROWS]
    assert sums(take(leader, renamed, days=1)) == (3, 0, 2, 1, 0)
    assert list(Condition.objects.order_by("pk").values()) == before
    assert Category.objects.get(kind="component").key.startswith("jsjg jishuijinggai")


def test_rows_that_a_file_does_not_name_stay_unless_it_is_complete(leader):
    take(leader)
    assert sums(take(leader, ROWS[:1], days=5)) == (1, 0, 0, 1, 0)
    assert Condition.objects.on(DAY + timedelta(days=5)).count() == 3
    take(leader, ROWS[:1], days=5, complete=True)
    assert Condition.objects.on(DAY + timedelta(days=5)).count() == 1
    assert Condition.objects.on(DAY + timedelta(days=4)).count() == 3
    assert sums(take(leader, ROWS, days=6)) == (3, 2, 0, 1, 0)
    assert Condition.objects.on(DAY + timedelta(days=6)).count() == 3


def test_new_conditions_may_begin_earlier(leader):
    take(leader, since=date(2025, 1, 1))
    assert Condition.objects.on(date(2025, 1, 1)).count() == 3


BAD = [
    ("kind", "thing", "none of"),
    ("big_code", "", "not a code"),
    ("big_code", "01 2", "not a code"),
    ("small_code", "12345", "not a code"),
    ("small_name", "", "must not be empty"),
    ("small_name", "井" * 61, "longer than 60"),
    ("small_name", "井\n盖", "signs"),
    ("small_name", "井\x00盖", "signs"),
    ("small_name", "下水井盖", "called otherwise on line 2"),
    ("big_name", "别的", "called otherwise on line 2"),
    ("seq", "0", "whole number"),
    ("seq", "1.5", "whole number"),
    ("seq", "１", "whole number"),
    ("seq", "1", "stands on line 2 already"),
    ("filing_condition", " ", "must not be empty"),
    ("closing_condition", "", "must not be empty"),
    ("limit_value", "0", "whole number"),
    ("limit_value", "-3", "whole number"),
    ("limit_value", "99999", "whole number"),
    ("limit_unit", "hour", "none of"),
    ("department", "没有的部门", "no department"),
    ("gate", "maybe", "none of"),
    ("photo", "two", "none of"),
    ("radius_m", "far", "whole number"),
    ("requirement", "拍" * 5001, "longer than 5000"),
]


@pytest.mark.clause("B2.4")
@pytest.mark.parametrize(("column", "value", "reason"), BAD)
def test_one_bad_row_and_nothing_is_written(leader, column, value, reason):
    rows = [ROWS[0], ROWS[1] | {column: value}, *ROWS[2:]]
    run = take(leader, rows)
    assert run.refused == 1
    assert (run.new, run.changed, run.unchanged) == (0, 0, 0)
    [(line, at_column, said)] = named(run)
    assert (line, at_column) == (3, column)
    assert reason in said
    assert state() == ([], [])


def test_every_bad_row_is_named(leader):
    take(leader)
    before = state()
    rows = [ROWS[0] | {"limit_value": "x"}, ROWS[1], ROWS[2] | {"kind": "?"}]
    run = take(leader, rows)
    assert [(line, column) for line, column, _said in named(run)] == [(2, "limit_value"), (4, "kind")]
    assert run.rows == 3
    assert state() == before


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "header lacks"),
        (b"kind,seq\nevent,1\n", "header lacks"),
        (rooms.csv_of(ROWS).splitlines()[0], "no rows"),
        (rooms.csv_of([ROW | {"colour": "red"}]), "nobody knows: colour"),
        (rooms.csv_of(ROWS).replace(b"seq", b"kind", 1), "header lacks seq"),
        (rooms.csv_of(ROWS).replace("上".encode(), b"\xff\xfe"), "not UTF-8 text (line 2)"),
        (rooms.csv_of(ROWS).decode().encode("gb18030"), "not UTF-8 text (line 2)"),
        (rooms.csv_of(ROWS) + b'"open', "breaks off"),
        (b"PK\x03\x04\x14\x00\x00\x00", "header lacks"),
        (b",".join(name.encode() for name in sorted(REQUIRED)) + b",seq\n", "names seq twice"),
    ],
)
def test_a_file_that_is_no_standard_is_refused_as_a_whole(leader, content, reason):
    run = take(leader, content)
    [(line, _column, said)] = named(run)
    assert line == 0
    assert reason in said
    assert state() == ([], [])


def test_a_row_of_another_length_is_named(leader):
    run = take(leader, rooms.csv_of(ROWS) + b"event,01,x\n")
    assert named(run) == [(5, "", "The row has 3 columns where the header has 15.")]
    assert state() == ([], [])


def test_who_may_not_import(leader):
    for position in ("operator", "hr", "dispatcher", "field_supervisor"):
        with pytest.raises(NotAllowed):
            take(rooms.person(leader.centre, position))
    assert not ImportRun.objects.exists()


def test_another_centres_standard_is_its_own(leader):
    take(leader)
    other = rooms.person(rooms.centre("other"), "shift_leader")
    rows = [row | {"department": ""} for row in ROWS]
    assert sums(take(other, rows)) == (3, 3, 0, 0, 0)
    assert Condition.objects.filter(category__centre=leader.centre).count() == 3


def test_a_class_is_found_by_pinyin():
    assert class_key("暴露垃圾", "市容环境") == "bllj baolulaji srhj shironghuanjing"
    assert len(class_key("长" * 60, "长" * 60)) <= 240


@pytest.mark.clause("B2.4")
def test_a_citys_whole_standard_is_taken_in(leader):
    content = rooms.shared("standards/yuncheng_filing_closing_standards.csv").read_bytes()
    assert sums(take(leader, content)) == (519, 519, 0, 0, 0)
    assert Category.objects.count() == 190
    assert sums(take(leader, content)) == (519, 0, 0, 519, 0)
    units = Counter(Condition.objects.values_list("limit_unit", flat=True))
    assert units == {"urgent_hour": 42, "urgent_day": 4, "work_hour": 61, "work_day": 412}
    cover = Condition.objects.get(category__small_name="上水井盖", seq=1)
    assert "第二十三条" in cover.legal_basis
    assert cover.supervising.startswith("运城市城市管理局")


def test_our_own_standard_is_taken_in(leader):
    folder = rooms.PROJECT / "tools" / "content"
    for row in csv.DictReader((folder / "departments.csv").read_text("utf-8").splitlines()):
        if row["name"] != "市政设施管理处":
            rooms.department(leader.centre, row["name"])
    content = (folder / "standard.csv").read_bytes()
    run = take(leader, content)
    assert (run.refused, named(run)) == (0, [])
    assert run.new == run.rows > 50


@pytest.fixture
def file(tmp_path):
    def put(rows):
        path = tmp_path / "standard.csv"
        path.write_bytes(rooms.csv_of(rows))
        return str(path)

    return put


def test_the_command_says_what_it_did(leader, file, capsys):
    call_command("import_standard", file(ROWS), by=leader.username, since=date(2025, 1, 1))
    assert "3 rows, 3 new, 0 changed, 0 unchanged, 0 refused" in capsys.readouterr().out
    with pytest.raises(CommandError, match="nothing was written"):
        call_command("import_standard", file([ROW | {"seq": "x"}]), by=leader.username)
    assert "refused line 2, seq: “x” is not a whole number from 1 to 999. (C0101-x)" in capsys.readouterr().out
    for wrong in (["nowhere.csv"], [file(ROWS), "--by", "nobody"], [file(ROWS), "--centre", "nowhere"]):
        with pytest.raises(CommandError):
            call_command("import_standard", *wrong)


def test_the_run_is_kept_with_the_hash_of_the_file(leader):
    run = take(leader)
    assert (run.kind, run.file_name, run.by, run.at) == ("standard", "standard.csv", leader, rooms.AT)
    assert len(run.sha256) == 64
    assert not ImportRow.objects.exists()
    assert clock.local_day(run.at) == DAY
