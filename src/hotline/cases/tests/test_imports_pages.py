"""The pages of the standard and of imports: who gets in, what they show, how a file is looked at before it is taken."""

import io
import json
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hotline.cases.events import ReportsUploaded
from hotline.cases.handlers import register_uploaded
from hotline.cases.models import Case, Category, Condition, District, ImportRun
from hotline.cases.queries import standard as queries
from hotline.cases.services.import_standard import import_standard
from hotline.cases.tests import rooms
from hotline.cases.tests.test_imports_districts import MAP
from hotline.cases.tests.test_imports_reports import ROWS as REPORTS
from hotline.cases.tests.test_imports_standard import ROW, ROWS
from hotline.core import clock
from hotline.core.models import Outbox

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _world(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(clock, "now", lambda: rooms.AT)
    settings.VAR = tmp_path


@pytest.fixture
def leader():
    centre = rooms.centre()
    rooms.department(centre)
    return rooms.person(centre, "shift_leader")


@pytest.fixture
def page(client, leader):
    client.force_login(leader)
    return client


@pytest.fixture
def standard(leader):
    import_standard(file_name="s.csv", content=rooms.csv_of(ROWS), by=leader, at=rooms.AT, since=date(2026, 1, 1))
    return Condition.objects.get(category__kind="component", seq=1)


def words(response):
    return response.content.decode()


@pytest.mark.clause("B3.7")
@pytest.mark.parametrize(
    ("text", "seqs"),
    [
        ("井盖", [1, 2]),
        ("ssjg", [1, 2]),
        ("SSJG", [1, 2]),
        ("shangshui", [1, 2]),
        ("bllj", [1]),
        ("shrj", []),
        ("c0101", [1, 2]),
        ("C0101-2", [2]),
        ("e0103", [1]),
        ("e01", [1]),
        ("破损", [2]),
        ("ssjg 破损", [2]),
        ("恢复", [1, 2, 1]),
        ("没有", []),
        ("%", []),
        ("'; drop", []),
    ],
)
def test_the_standard_is_found_by_words_codes_and_initials(leader, standard, text, seqs):
    assert [row.seq for row in queries.found(leader, text, clock.today())] == seqs


@pytest.mark.clause("B3.7")
def test_the_standard_is_browsed_by_class(page, standard):
    response = page.get(reverse("cases:standard"))
    assert response.status_code == 200
    assert "上水井盖" in words(response)
    assert "暴露垃圾" not in words(response)
    other = page.get(reverse("cases:standard"), {"class": "E01"})
    assert "暴露垃圾" in words(other)
    assert "上水井盖" not in words(other)


def test_a_search_answers_with_the_list_alone(page, standard):
    response = page.get(reverse("cases:standard"), {"q": "ssjg"}, headers=HTMX)
    assert "上水井盖" in words(response)
    assert "<html" not in words(response)


@pytest.mark.parametrize(
    "asked",
    [
        *({"q": "没有"}, {"q": "x" * 200}, {"q": "\x00"}),
        *({"class": "X9"}, {"class": ""}, {"class": "C\x00"}),
        *({"on": "nonsense"}, {"on": "1900-01-01"}),
    ],
)
def test_nonsense_in_the_address_is_an_empty_list_and_no_fault(page, standard, asked):
    assert page.get(reverse("cases:standard"), asked).status_code == 200


def test_an_empty_standard_says_what_to_do(page, leader):
    assert page.get(reverse("cases:standard")).status_code == 200


def test_the_standard_of_another_day(page, standard):
    Condition.objects.filter(pk=standard.pk).update(days=DateRange(date(2026, 1, 1), date(2026, 3, 1)))
    assert "缺失、移位" not in words(page.get(reverse("cases:standard")))
    assert "缺失、移位" in words(page.get(reverse("cases:standard"), {"on": "2026-02-28"}))


@pytest.mark.clause("B2.4")
def test_a_condition_is_shown_whole_with_its_editions(page, leader, standard):
    changed = [ROW | {"limit_value": "3"}, *ROWS[1:]]
    import_standard(file_name="s.csv", content=rooms.csv_of(changed), by=leader, at=rooms.AT)
    shown = words(page.get(reverse("cases:condition", args=[standard.pk])))
    for told in ("缺失、移位", "恢复", "拍清盖面", "市政设施管理处", "C0101", "破损"):
        assert told in shown
    new = Condition.objects.get(category=standard.category, seq=1, days__endswith__isnull=True)
    assert reverse("cases:condition", args=[new.pk]) in shown
    part = words(page.get(reverse("cases:condition", args=[new.pk]), headers=HTMX))
    assert "<html" not in part


def test_another_centres_condition_is_not_found(client, standard):
    client.force_login(rooms.person(rooms.centre("other"), "director"))
    assert client.get(reverse("cases:condition", args=[standard.pk])).status_code == 404
    assert client.get(reverse("cases:condition", args=[999_999_999])).status_code == 404


def test_the_standard_is_exported(page, standard):
    response = page.get(reverse("cases:standard_export"))
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["C0101", "C0101", "E0103"]


def test_five_hundred_conditions_are_as_fast_as_five(page, leader):
    rows = [
        ROW | {"small_code": f"{n // 10:02d}", "small_name": f"类{n // 10}", "seq": str(n % 10 + 1), "department": ""}
        for n in range(500)
    ]
    import_standard(file_name="s.csv", content=rooms.csv_of(rows), by=leader, at=rooms.AT)
    assert Category.objects.count() == 50
    with CaptureQueriesContext(connection) as few:
        page.get(reverse("cases:standard"), {"q": "C0101"})
    with CaptureQueriesContext(connection) as many:
        response = page.get(reverse("cases:standard"), {"q": "类"})
    assert response.status_code == 200
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("position", "sees", "imports"),
    [
        ("shift_leader", 200, 200),
        ("centre_supervisor", 200, 200),
        ("sysadmin", 200, 200),
        ("director", 200, 403),
        ("manager", 200, 403),
        ("operator", 403, 403),
        ("field_supervisor", 403, 403),
        ("department_clerk", 403, 403),
        ("hr", 403, 403),
    ],
)
def test_who_sees_imports_and_who_imports(client, leader, position, sees, imports):
    run = ImportRun.objects.create(
        centre=leader.centre, kind="standard", file_name="a", sha256="0" * 64, at=rooms.AT, by=leader
    )
    client.force_login(rooms.person(leader.centre, position))
    assert client.get(reverse("cases:imports")).status_code == sees
    assert client.get(reverse("cases:import", args=[run.pk])).status_code == sees
    assert client.get(reverse("cases:import_rows", args=[run.pk])).status_code == sees
    assert client.get(reverse("cases:import_new")).status_code == imports
    assert client.post(reverse("cases:import_do"), {}).status_code in {imports, 302 if imports == 200 else 403}


def test_another_centres_run_is_not_found(client, page, leader):
    look_and_take(page, "standard", rooms.csv_of(ROWS))
    run = ImportRun.objects.get()
    client.force_login(rooms.person(rooms.centre("other"), "director"))
    assert client.get(reverse("cases:import", args=[run.pk])).status_code == 404
    assert client.get(reverse("cases:import_rows", args=[run.pk])).status_code == 404
    assert "s.csv" not in words(client.get(reverse("cases:imports")))


def look(page, kind, content, **more):
    file = SimpleUploadedFile("s.csv", content)
    return page.post(reverse("cases:import_new"), {"kind": kind, "file": file} | more)


def look_and_take(page, kind, content, **more):
    """As a person does it: look at the file, then press the button under it."""
    shown = look(page, kind, content, **more)
    assert shown.status_code == 200, shown
    said = shown.context
    sent = {"kind": kind, "sha256": said["sha256"], "name": said["name"], "map_name": said["said"]["map_name"]} | more
    return page.post(reverse("cases:import_do"), sent, follow=True)


def test_a_file_is_looked_at_before_anything_is_written(page, leader):
    shown = look(page, "standard", rooms.csv_of(ROWS))
    assert len(shown.context["plan"].new) == 3
    assert not Condition.objects.exists()
    assert not ImportRun.objects.exists()
    done = look_and_take(page, "standard", rooms.csv_of(ROWS), since="2026-02-01")
    assert Condition.objects.on(date(2026, 2, 1)).count() == 3
    assert "s.csv" in words(done)


def test_a_bad_file_is_shown_with_its_rows_and_no_button(page):
    content = rooms.csv_of([ROW | {"limit_value": "<b>x</b>"}, *ROWS[1:]])
    shown = look(page, "standard", content)
    assert "&lt;b&gt;x&lt;/b&gt;" in words(shown)
    assert "data-primary" not in words(shown)
    done = look_and_take(page, "standard", content)
    run = ImportRun.objects.get()
    assert (run.new, run.refused) == (0, 1)
    assert "limit_value" in words(done)
    assert not Condition.objects.exists()


def test_a_map_is_taken_by_the_page(page):
    look_and_take(page, "districts", json.dumps({"features": MAP}).encode())
    assert District.objects.count() == 2


def test_reports_go_on_in_the_background_and_the_page_tells_how_far(page, leader):
    said = {"centre": leader.centre, "big_name": "街面秩序", "small_name": "乱停放"}
    Category.objects.create(kind="event", big_code="04", small_code="03", **said)
    going = look_and_take(page, "reports", rooms.csv_of(REPORTS), map_name="nyc311")
    assert "<progress" in words(going)
    [waiting] = Outbox.objects.filter(kind="cases.ReportsUploaded")
    register_uploaded(ReportsUploaded(**waiting.payload), at=rooms.AT)
    run = ImportRun.objects.get()
    shown = page.get(reverse("cases:import", args=[run.pk]))
    assert "<progress" not in words(shown)
    assert Case.objects.count() == 5
    assert [row["line"] for row in shown.context["rows"]] == [3, 4, 5, 6]
    only = page.get(reverse("cases:import", args=[run.pk]), {"which": "refused"}, headers=HTMX)
    assert [row["line"] for row in only.context["rows"]] == [4]


def test_named_rows_are_exported_without_formulas(page):
    look_and_take(page, "standard", rooms.csv_of([ROW | {"seq": "=1+1"}]))
    response = page.get(reverse("cases:import_rows", args=[ImportRun.objects.get().pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    [row] = list(sheet.iter_rows(min_row=2, values_only=True))
    assert row[0] == 2
    assert row[2] == "seq"
    assert "=1+1" in row[3]


def test_a_system_administrator_takes_no_reports(client, leader):
    client.force_login(rooms.person(leader.centre, "sysadmin"))
    assert look(client, "reports", rooms.csv_of(REPORTS), map_name="nyc311").status_code == 422


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"kind": "standard", "sha256": "0" * 64, "name": "s.csv"},
        {"kind": "standard", "sha256": "../../settings.py", "name": "s.csv"},
        {"kind": "other", "sha256": "0" * 64, "name": "s.csv"},
    ],
)
def test_a_file_that_nobody_looked_at_is_not_taken(page, sent):
    assert page.post(reverse("cases:import_do"), sent).status_code == 302
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"kind": "standard"}, {"kind": "other", "file": SimpleUploadedFile("a", b"x")}])
def test_a_form_that_is_not_filled_says_so(page, sent):
    assert page.post(reverse("cases:import_new"), sent).status_code == 422


def test_a_run_that_was_long_ago_is_still_there(page, leader):
    for number in range(60):
        ImportRun.objects.create(
            centre=leader.centre,
            kind="standard",
            file_name=f"f{number}.csv",
            sha256="0" * 64,
            at=rooms.AT - timedelta(days=number),
            by=leader,
        )
    assert "f0.csv" in words(page.get(reverse("cases:imports")))
    assert "f59.csv" in words(page.get(reverse("cases:imports"), {"page": 2}))
