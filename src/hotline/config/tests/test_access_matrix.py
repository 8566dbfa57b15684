"""Every page for every position: what `access_matrix.csv` says, never an error, nothing changed by looking.

The matrix is read by people: a line a page, a column a position. A page that is missing there fails the test.
HOTLINE_WRITE_MATRIX=1 writes what the product answers now; look at the difference before you commit it.
"""

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from hotline.cases.models import Attachment, Case, CaseEvent, Task, Waiver
from hotline.cases.services import filing, waivers
from hotline.cases.tests import builders as cases
from hotline.core import clock, health
from hotline.customers.models import Customer, CustomerNumber
from hotline.open311.models import Spent
from hotline.people.models import Notice, Person, Position
from hotline.people.services import notices
from hotline.people.tests import builders as people
from hotline.rosters.models import ShiftType

MATRIX = Path(__file__).with_name("access_matrix.csv")
# Pages of other packages, which guard themselves, and what only a stranger opens.
FOREIGN = ("account_", "mfa_")
POSITIONS = [position for position in Position.values if position != Position.SYSTEM]
COLUMNS = ["nobody", *POSITIONS]
# What a page must never do, whoever asks.
FINE = {200, 204, 301, 302, 400, 401, 403, 404, 405, 409, 410, 422}


def names() -> Iterator[str]:
    """Every named page of ours."""

    def walk(entries: list[URLPattern | URLResolver], space: str) -> Iterator[str]:
        for entry in entries:
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, f"{space}{entry.namespace}:" if entry.namespace else space)
            else:
                yield f"{space}{entry.name}"

    return (name for name in walk(get_resolver().url_patterns, "") if not name.startswith(FOREIGN))


@dataclass
class World:
    """One centre with everything that a page may show, one person in every position, and a second centre."""

    persons: dict[str, Person]
    arguments: dict[str, dict[str, object]]


def world(*, strange: bool) -> World:
    """People of one centre and the addresses of its rows, or (`strange`) of another centre's rows."""
    town = cases.town()
    walk = cases.Walk(town, cases.report(town)).dispatched()
    asked = cases.report(town)
    filing.ask_verify(case_id=asked.pk, version=1, by=town.operator, at=cases.NINE + cases.MINUTE)
    at_home = cases.town() if strange else town
    persons = people.everybody(at_home.centre)
    persons |= {
        Position.OPERATOR: at_home.operator,
        Position.FIELD_SUPERVISOR: at_home.field,
        Position.DEPARTMENT_CLERK: at_home.clerk,
        Position.SHIFT_LEADER: at_home.leader,
        Position.DISPATCHER: at_home.dispatcher,
    }
    return World(persons, _arguments(town, walk.case, Task.objects.get(case=asked)))


def _arguments(town: cases.Town, case: Case, task: Task) -> dict[str, dict[str, object]]:
    """Something real for every argument of an address; an area above gives its own in `tests/matrix.py`."""
    customer = Customer.objects.create(centre=town.centre, name="王小云", since=cases.NINE, changed_at=cases.NINE)
    CustomerNumber.objects.create(customer=customer, e164="+8619900001234")
    file = Attachment.objects.create(
        id=uuid4(), case=case, event_seq=1, kind="evidence", name="单.pdf", media_type="application/pdf", size=9,
        sha256="0" * 64, by=town.operator, at=cases.NINE,
    )  # fmt: skip
    holding = case.holdings.order_by("span")[0]
    waiver = waivers.ask_waiver(
        holding_id=holding.pk, reason_code="system", reason="中断", evidence_id=file.pk, by=town.operator,
        at=cases.NINE + cases.HOUR,
    )  # fmt: skip
    notice = notices.notify(to=town.operator, text="hello", by=town.leader, at=cases.NINE)
    shift = ShiftType.objects.filter(centre=town.centre)[0]
    post = town.second.posts.all()[0]
    by_name: dict[str, dict[str, object]] = {
        "people": {"pk": town.second.pk, "post_id": post.pk, "token": "nothing"},
        "people:open_notice": {"pk": notice.pk},
        "customers": {"pk": customer.pk},
        "rosters": {"pk": shift.pk, "person_id": town.second.pk, "day": "2026-03-10"},
        "cases": {
            "number": case.number, "action": "note", "act": "accept", "gate": "filing", "key": "new", "pk": task.pk,
            "part": "all", "code": "C0101", "kind": "standard", "category_id": town.condition.category_id,
            "condition_id": town.condition.pk,
        },
        "cases:condition": {"pk": town.condition.pk},
        "cases:of_customer": {"pk": customer.pk},
        "cases:file": {"key": file.pk},
        "cases:preview": {"key": file.pk},
        "cases:waiver_ask": {"pk": holding.pk},
        "cases:waiver_decide": {"pk": waiver.pk},
        "cases:indicator_list": {"key": "filing_rate", "part": "all"},
        "cases:hand_task": {"number": task.case.number},
    }  # fmt: skip
    for area in apps.get_app_configs():
        if (
            area.name.startswith("hotline.")
            and find_spec(f"{area.name}.tests")
            and find_spec(f"{area.name}.tests.matrix")
        ):
            by_name |= import_module(f"{area.name}.tests.matrix").arguments(town, case)
    return by_name


def address(name: str, arguments: dict[str, dict[str, object]]) -> str:
    """The address of a page in this world."""
    area = name.split(":", maxsplit=1)[0]
    values = arguments.get(area, {}) | arguments.get(name, {})
    for possible in get_resolver_of(name):
        wanted = {key: values[key] for key in possible}
        return reverse(name, kwargs=wanted)
    raise AssertionError(name)


def get_resolver_of(name: str) -> Iterator[list[str]]:
    """The arguments that a page's address takes."""

    def walk(entries: list[URLPattern | URLResolver], space: str, got: list[str]) -> Iterator[list[str]]:
        for entry in entries:
            keys = got + list(entry.pattern.converters)
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, f"{space}{entry.namespace}:" if entry.namespace else space, keys)
            elif f"{space}{entry.name}" == name:
                yield keys

    return walk(get_resolver().url_patterns, "", [])


def browser(person: Person | None) -> Client:
    """A browser signed in as a person."""
    client = Client(raise_request_exception=False)
    if person is not None:
        client.force_login(person)
    return client


def with_row(name: str) -> bool:
    """Whether the page's address names a row."""
    return any(list(get_resolver_of(name)))


def answers(of: World, method: str = "get", *, rows_only: bool = False) -> dict[str, dict[str, int]]:
    """What every page answers to everybody."""
    found: dict[str, dict[str, int]] = {}
    addresses = {name: address(name, of.arguments) for name in sorted(set(names())) if with_row(name) or not rows_only}
    for column in COLUMNS:
        health.beat("pulse", at=clock.now(), note={"speed": 1})
        Spent.objects.all().delete()  # nobody asks so often from one address
        client = browser(of.persons.get(column))
        for name, path in addresses.items():
            if name == "people:lock" and method == "post":
                continue
            found.setdefault(name, {})[column] = getattr(client, method)(path).status_code
    return found


@pytest.fixture(autouse=True)
def _one_factor_is_enough(settings: object) -> None:
    settings.HOTLINE_MFA = "off"  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_every_page_answers_every_position_as_the_matrix_says() -> None:
    found = answers(world(strange=False))
    lines = [[name, *(str(found[name][column]) for column in COLUMNS)] for name in sorted(found)]
    if os.environ.get("HOTLINE_WRITE_MATRIX"):
        with MATRIX.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([["page", *COLUMNS], *lines])
    with MATRIX.open(encoding="utf-8") as file:
        wanted = list(csv.reader(file))[1:]
    assert [line[0] for line in lines] == [line[0] for line in wanted]
    wrong = [
        f"{line[0]} for {column}: {is_now}, the matrix says {said}"
        for line, row in zip(lines, wanted, strict=True)
        for column, is_now, said in zip(COLUMNS, line[1:], row[1:], strict=True)
        if is_now != said
    ]
    assert not wrong, "\n".join(wrong)
    assert {int(code) for line in lines for code in line[1:]} <= FINE


@pytest.mark.django_db
def test_rows_of_another_centre_are_not_there() -> None:
    """A page with a row in its address is 404 (or refused outright) for people of another centre."""
    found = answers(world(strange=True), rows_only=True)
    own = {"people:invitation", "cases:draft", "cases:desk_draft", "people:open_notice"}
    shown = [
        f"{name} for {column}"
        for name, row in found.items()
        for column, code in row.items()
        if name not in own and code == 200
        and name not in WITHOUT_ROW
        and row["nobody"] != 200  # a page for citizens and programs, of whatever centre they name
    ]  # fmt: skip
    assert not shown, "\n".join(shown)


# Addresses whose arguments name no row of a centre.
WITHOUT_ROW = {"cases:indicator_list", "messages:wording"}


@pytest.mark.django_db
def test_posting_nothing_is_never_an_error_and_looking_changes_nothing() -> None:
    of = world(strange=False)
    before = _counts()
    answers(of)
    assert _counts() == before
    codes = answers(of, "post")
    wrong = [
        f"{name} for {column}: {code}"
        for name, row in codes.items()
        for column, code in row.items()
        if code not in FINE
    ]
    assert wrong == []


def _counts() -> dict[str, int]:
    """How many rows of what people do there are."""
    connection.ensure_connection()
    return {model.__name__: model.objects.count() for model in (Case, CaseEvent, Task, Waiver, Notice, Customer)}
