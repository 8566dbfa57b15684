"""The list of cases: filters in the address, rows as far as one may see, bulk assignment, export."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hotline.cases.models import Case, Export
from hotline.cases.queries import listing as queries
from hotline.cases.tests import builders
from hotline.core import clock
from hotline.customers.models import Customer
from hotline.people.models import Position
from hotline.people.tests import builders as people

pytestmark = pytest.mark.django_db
NOW = builders.NINE + builders.HOUR
LIST = "cases:list"


@pytest.fixture(name="town")
def _town(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return builders.town()


def sign_in(client, person):
    client.force_login(person)
    return client


def numbers(client, **filters):
    answer = client.get(reverse(LIST), filters)
    assert answer.status_code == 200
    return [row.number for row in answer.context["page"].rows]


@pytest.mark.parametrize(
    ("position", "status"),
    [
        (Position.OPERATOR, 200),
        (Position.SHIFT_LEADER, 200),
        (Position.DISPATCHER, 200),
        (Position.FIELD_SUPERVISOR, 200),
        (Position.DEPARTMENT_CLERK, 200),
        (Position.QUALITY, 200),
        (Position.HR, 403),
        (Position.SYSADMIN, 403),
    ],
)
def test_who_opens_the_list(town, client, position, status):
    sign_in(client, people.person(town.centre, position=position))
    assert client.get(reverse(LIST)).status_code == status


def test_a_list_holds_what_its_reader_may_see(town, client):
    mine = builders.report(town)
    theirs = builders.Walk(town, builders.report(town)).dispatched().case
    builders.report(builders.town())
    assert set(numbers(sign_in(client, town.operator))) == {mine.number, theirs.number}
    assert numbers(sign_in(client, town.clerk)) == [theirs.number]
    assert numbers(sign_in(client, people.person(town.centre, position=Position.FIELD_SUPERVISOR))) == []


def test_each_filter_keeps_what_it_names(town, client):
    sign_in(client, town.leader)
    category = town.condition.category
    nowhere = {"latitude": None, "longitude": None}
    plain = builders.report(town, description="路灯不亮", place="滨河路", source="letter", **nowhere)
    sent = builders.Walk(town, builders.report(town, category=category, urgent=True, secret=True)).dispatched().case
    both = {plain.number, sent.number}
    expected = [
        ({}, both),
        ({"status": "dispatched"}, {sent.number}),
        ({"status": "open"}, both),
        ({"stage": "handling"}, {sent.number}),
        ({"stage": "acceptance"}, {plain.number}),
        ({"source": "letter"}, {plain.number}),
        ({"category": category.pk}, {sent.number}),
        ({"district": town.grid.district_id}, {sent.number}),
        ({"department": town.department.pk}, {sent.number}),
        ({"operator": town.operator.pk}, both),
        ({"operator": town.second.pk}, set()),
        ({"since": "2026-03-09", "until": "2026-03-09"}, both),
        ({"until": "2026-03-08"}, set()),
        ({"since": "2026-03-10"}, set()),
        ({"urgent": "on"}, {sent.number}),
        ({"secret": "on"}, {sent.number}),
        ({"overdue": "on"}, set()),
        ({"q": "路灯"}, {plain.number}),
        ({"q": sent.number}, {sent.number}),
        ({"status": "no such status", "since": "yesterday", "category": "x"}, both),
    ]
    for filters, found in expected:
        assert set(numbers(client, **filters)) == found, filters


def test_overdue_means_due_and_not_yet_reported_done(town, client, monkeypatch):
    late = builders.Walk(town, builders.report(town)).dispatched().case
    done = builders.Walk(town, builders.report(town)).handled().case
    monkeypatch.setattr(clock, "now", lambda: late.due_at + builders.SECOND)
    sign_in(client, town.leader)
    assert numbers(client, overdue="on") == [late.number]
    assert done.number in numbers(client)


def test_sorting_and_pages(town, client):
    made = [builders.report(town, at=builders.NINE + step * builders.MINUTE).number for step in range(3)]
    sign_in(client, town.operator)
    assert numbers(client) == made[::-1]
    assert numbers(client, sort="arrived") == made
    assert numbers(client, sort="-number", rows="1", page="2") == [made[1]]
    assert numbers(client, sort="password") == made[::-1]
    for column in queries.COLUMNS:
        assert len(numbers(client, sort=column)) == 3


def test_a_list_of_many_rows_asks_the_database_as_often_as_one_of_few(town, client):
    sign_in(client, town.leader)
    builders.Walk(town, builders.report(town, category=town.condition.category)).dispatched()
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(LIST), {"rows": "500"}, headers={"HX-Request": "true"}).status_code == 200
        counts.append(len(asked))
        for _more in range(12):
            builders.Walk(town, builders.report(town, category=town.condition.category)).dispatched()
    assert counts[0] == counts[1]
    ours = [query["sql"] for query in asked.captured_queries if "cases_" in query["sql"]]
    assert len(ours) <= 3, "\n".join(ours)  # count, rows, districts of the filter
    assert counts[0] <= 8, "\n".join(query["sql"][:140] for query in asked.captured_queries)


def test_an_empty_list_says_why(town, client):
    sign_in(client, town.operator)
    assert "empty-state" in client.get(reverse(LIST)).content.decode()
    builders.report(town)
    text = client.get(reverse(LIST), {"status": "closed"}).content.decode()
    assert 'href="?"' in text


@pytest.mark.clause("A3.6")
def test_an_export_is_logged_and_holds_no_caller_and_no_formula(town, client):
    caller = Customer.objects.create(centre=town.centre, name="诸葛某", since=builders.NINE, changed_at=builders.NINE)
    builders.report(town, description="=HYPERLINK(1)", customer=caller)
    builders.report(town, description="秘密内容", secret=True)
    sign_in(client, town.leader)
    answer = client.get(reverse("cases:list_export"), {"status": "open"})
    assert answer.status_code == 200
    with ZipFile(BytesIO(answer.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        words = book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "=HYPERLINK(1)" in words
    assert "诸葛某" not in words
    assert "秘密内容" not in words
    [line] = Export.objects.all()
    assert (line.person, line.what, line.rows, line.query) == (town.leader, "cases", 2, "status=open")


def test_an_export_is_not_for_everybody_and_not_without_end(town, client, monkeypatch):
    monkeypatch.setattr(queries, "MOST_EXPORTED", 2)
    for _report in range(3):
        builders.report(town)
    assert sign_in(client, town.operator).get(reverse("cases:list_export")).status_code == 403
    assert sign_in(client, town.clerk).get(reverse("cases:list_export")).status_code == 403
    assert not Export.objects.exists()
    sign_in(client, town.leader).get(reverse("cases:list_export"))
    assert Export.objects.get().rows == 2


def assign(client, cases, to, reason="换班"):
    ids = [f"{case.pk}:{case.version}" for case in cases]
    sent = {"id": ids, "to": to.pk, "reason": reason, "next": "/cases/list?q=1"}
    return client.post(reverse("cases:list_assign"), sent)


def test_a_shift_leader_assigns_many_at_once_and_refusals_are_told_by_number(town, client):
    mine, also = builders.report(town), builders.report(town)
    gone = builders.Walk(town, builders.report(town)).dispatched().case
    answer = assign(sign_in(client, town.leader), [mine, also, gone], town.second)
    assert answer.url == "/cases/list?q=1"
    for case in (mine, also):
        assert builders.fresh(case).holding.person == town.second
    assert builders.fresh(gone).holding.unit == town.department
    told = [str(message) for message in client.get(reverse(LIST)).context["messages"]]
    assert any(gone.number in line for line in told)


def test_bulk_assignment_is_the_leaders_and_never_on_a_stale_page(town, client):
    case = builders.report(town)
    assert assign(sign_in(client, town.operator), [case], town.second).status_code == 403
    case.version -= 1
    assign(sign_in(client, town.leader), [case], town.second)
    assert builders.fresh(case).holding.person == town.operator
    assert assign(client, [], town.second).status_code == 409


def test_an_assignment_goes_nowhere_else(town, client):
    case = builders.report(town)
    ids = {"id": f"{case.pk}:{case.version}", "to": town.second.pk, "reason": "x", "next": "https://example.org/"}
    assert sign_in(client, town.leader).post(reverse("cases:list_assign"), ids).url == reverse(LIST)


def test_pickers_find_by_initials(town, client):
    sign_in(client, town.leader)
    found = client.get(reverse("cases:pick_department"), {"q": "szyhs"}).json()["options"]
    assert [one["label"] for one in found] == ["市政养护所"]
    people.person(position=Position.OPERATOR, unit=people.unit(town.centre), name="张三丰")
    found = client.get(reverse("cases:pick_operator"), {"q": "zsf"}).json()["options"]
    assert [one["label"] for one in found] == ["张三丰"]
    assert Case.objects.count() == 0
