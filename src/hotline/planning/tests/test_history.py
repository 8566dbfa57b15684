"""Files of past amounts: read whole or not at all, each bad row named."""

import io
from datetime import date, time

import openpyxl
import pytest

from hotline.cases.logic.tables import Bad
from hotline.planning.logic.history import Amount, read

pytestmark = pytest.mark.clause("A1.4")
DAY = date(2026, 3, 9)


def test_five_minutes_add_up_to_their_half_hour():
    text = "date,time,calls,aht\n2026-03-09,08:30,10,100\n2026-03-09,08:35,30,200\n2026-03-09,9:00,5,\n"
    plan = read("calls.csv", text.encode())
    assert plan.cells == {(DAY, 17): Amount(40, 175), (DAY, 18): Amount(5)}
    assert not plan.faults


def test_chinese_headers_and_workbooks_are_read():
    book = openpyxl.Workbook()
    for row in (["日期", "时段", "话务量"], [DAY, time(8, 30), 12.0], [DAY, "09:00", 7]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    assert read("历史.xlsx", out.getvalue()).cells == {(DAY, 17): Amount(12), (DAY, 18): Amount(7)}


def test_every_bad_row_is_named_with_line_column_and_reason():
    text = "date,time,amount\n2026-13-01,08:30,1\n2026-03-09,25:00,1\n2026-03-09,08:30,-1\n2026-03-09,08:30,2\n"
    text += "2026-03-09,08:30,3\n2026-03-09,08:30\n"
    faults = read("x.csv", text.encode()).faults
    assert sorted((fault.line, fault.column) for fault in faults) == [
        (2, "date"),
        (3, "time"),
        (4, "amount"),
        (6, "time"),
        (7, ""),
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.csv", b"date,time\n"),
        ("x.csv", b"\xff\xfe"),
        ("x.xlsx", b"no zip"),
        ("x.csv", b""),
        ("x.csv", b"a,b,c\n1,2,3\n"),
    ],
)
def test_what_is_no_such_table_is_refused_whole(name, content):
    with pytest.raises(Bad):
        read(name, content)
