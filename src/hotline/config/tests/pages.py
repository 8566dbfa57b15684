"""Every page of the product and everybody who might open it: asked by the tests of access."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from uuid import uuid4

from django.apps import apps
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from hotline.cases.models import Attachment, Case, Task
from hotline.cases.services import filing, waivers
from hotline.cases.tests import builders as cases
from hotline.core import clock, health
from hotline.customers.models import Customer, CustomerNumber
from hotline.open311.models import Spent
from hotline.people.models import Person, Position
from hotline.people.services import notices
from hotline.people.tests import builders as people
from hotline.rosters.models import ShiftType

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
