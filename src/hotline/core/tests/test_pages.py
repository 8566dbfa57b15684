"""What views share: who is admitted, lists that stay fast, workbooks without formulas, the clock of a demonstration."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from hotline.core import access, clock, logs, pages
from hotline.core.middleware import closed_by_default
from hotline.core.models import Effect

AT = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
NASTY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")', "{=1}"]


@given(
    st.lists(st.sampled_from(NASTY) | st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])))
)
def test_no_cell_of_a_workbook_is_ever_a_formula(cells):
    answer = pages.xlsx("x", ["head"] * len(cells), [cells])
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    for column, cell in enumerate(cells, start=1):
        found = sheet.cell(2, column)
        assert found.data_type != "f"
        if cell.strip() and len(cell) == len(cell.strip()):
            assert str(found.value) == cell


def test_a_workbook_keeps_numbers_days_and_moments():
    answer = pages.xlsx("x", ["a", "b", "c", "d"], [[7, AT, AT.date(), True]])
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    number, moment, day, flag = (sheet.cell(2, column).value for column in range(1, 5))
    assert (number, flag) == (7, "True")
    assert (f"{moment:%F %T}", f"{day:%F %T}") == ("2026-03-09 09:00:00", "2026-03-09 00:00:00")


@pytest.mark.parametrize(
    ("text", "number"), [("3", 3), ("0", 1), ("-4", 1), ("x", 1), ("９", 1), ("999999", 50), (None, 1)]
)
def test_nonsense_in_an_address_is_the_default(text, number):
    assert pages.whole(text, 1, 50) == number


@pytest.mark.django_db
def test_a_page_of_a_list_costs_two_queries(django_assert_num_queries):
    Effect.objects.bulk_create([Effect(key=f"{number:03}", at=AT) for number in range(120)])
    request = RequestFactory().get("/", {"page": "2"})
    with django_assert_num_queries(2):
        shown = pages.page_of(request, Effect.objects.order_by("key"))
    assert (shown.total, shown.last, shown.first_row, shown.last_row) == (120, 3, 51, 100)


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["1", "3", "4"])
def test_rows_counted_while_they_are_found_make_the_same_page(django_assert_max_num_queries, page):
    Effect.objects.bulk_create([Effect(key=f"{number:03}", at=AT) for number in range(120)])
    request = RequestFactory().get("/", {"page": page})
    rows = Effect.objects.order_by("-key")
    with django_assert_max_num_queries(2 if page != "4" else 3):
        found = pages.page_of(request, rows, at_once=True)
    assert found == pages.page_of(request, rows)


def test_a_view_that_says_nothing_admits_nobody():
    def bare(_request):
        return HttpResponse()

    guard = closed_by_default(lambda _request: HttpResponse())
    with pytest.raises(ImproperlyConfigured):
        guard.process_view(RequestFactory().get("/"), bare, [], {})
    guard.process_view(RequestFactory().get("/"), pages.view(pages.PUBLIC)(bare), [], {})


def test_an_unknown_permission_is_an_error_and_never_a_yes():
    class Somebody:
        is_active = True

    with pytest.raises(KeyError):
        access.may(Somebody(), "nothing.of_this_name")


def test_the_clock_of_a_demonstration_runs_at_its_own_pace():
    pace = clock.parse_pace("2023-02-28T16:31:00+00:00/1000/60")
    assert pace.at(Fraction(1001)) - pace.at(Fraction(1000)) == timedelta(minutes=1)
    assert pace.at(Fraction(1000)) == datetime(2023, 2, 28, 16, 31, tzinfo=UTC)


@pytest.mark.parametrize(("at", "day"), [("2026-03-08T15:59:59", 8), ("2026-03-08T16:00:00", 9)])
def test_a_day_is_the_centres_day(at, day):
    assert clock.local_day(datetime.fromisoformat(at).replace(tzinfo=UTC)).day == day


@pytest.mark.clause("A3.6")
def test_logs_carry_no_personal_data():
    line = logs.without_people(
        None, "info", {"event": "call from 13812345678", "phone": "13812345678", "case": "20260309-0042", "name": "王"}
    )
    assert line == {"event": "call from ***", "case": "20260309-0042"}
