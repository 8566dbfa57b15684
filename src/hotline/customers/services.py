"""Writes of customers: register, update, numbers, secrecy, and the logged look behind the mask."""

from datetime import datetime
from enum import StrEnum

from django.db import connection, transaction

from hotline.core import audit, clock, live
from hotline.core.access import authorize
from hotline.customers import logic, queries
from hotline.customers.models import Customer, CustomerNumber, Reveal
from hotline.kernel.rules import Refusal, Refused, refuse_if
from hotline.kernel.words import gettext_noop
from hotline.people.logic import name_key
from hotline.people.models import Person

DETAILS = ("name", "salutation", "address", "note")


class What(StrEnum):
    """What can be looked at behind the mask."""

    NUMBER = "number"
    NAME = "name"
    ADDRESS = "address"


@transaction.atomic
def register(
    *,
    by: Person,
    at: datetime,
    name: str = "",
    number: str = "",
    salutation: str = "",
    address: str = "",
    note: str = "",
    is_secret: bool = False,
    is_another: bool = False,
) -> Customer:
    """Register who turns to the centre, once (A3.4).

    Whoever is known under the number by the same name, or where one of the two has no name, is that customer: what
    was missing is filled in. Another name under the same number is another person (families share a telephone) only
    when somebody says so with `is_another`.
    """
    authorize(by, "customers.register", by.centre)
    details = {"name": name, "salutation": salutation, "address": address, "note": note}
    details = {key: value.strip() for key, value in details.items()}
    line = logic.normalise(number) if number.strip() else None
    if line is None and not details["name"]:
        note = gettext_noop("Give a name or a number at least.")
        raise Refused(Refusal("A3.4", note, {"field": "name"}))
    if line is not None:
        _one_at_a_time(by.centre_id, line)
        known = _same_person(by.centre_id, line, details["name"], is_another=is_another)
        if known is not None:
            return _complete(known, details, is_secret=is_secret, at=at)
    customer = Customer.objects.create(
        centre_id=by.centre_id,
        name_key=_key(details["name"]),
        is_secret=is_secret,
        since=at,
        changed_at=at,
        **details,
    )
    if line is not None:
        _add(customer, line, is_main=True)
    return customer


@transaction.atomic
def update(*, customer_id: int, changes: dict[str, str], by: Person, at: datetime) -> Customer:
    """Put right name, salutation, address or note while talking (A3.4); the history keeps what was there."""
    customer = _locked(customer_id)
    authorize(by, "customers.update", customer)
    wrong = set(changes) - set(DETAILS)
    if wrong:
        raise ValueError(f"not a detail of a customer: {sorted(wrong)}")
    changed = [key for key, value in changes.items() if getattr(customer, key) != value.strip()]
    for key in changed:
        setattr(customer, key, changes[key].strip())
    if not customer.name and not customer.numbers.exists():
        note = gettext_noop("Give a name or a number at least.")
        raise Refused(Refusal("A3.4", note, {"field": "name"}))
    if changed:
        _save(customer, changed, at)
    return customer


@transaction.atomic
def add_number(*, customer_id: int, number: str, by: Person, at: datetime, is_main: bool = False) -> CustomerNumber:
    """Note down a further number of a customer; one that he already has stays one."""
    customer = _locked(customer_id)
    authorize(by, "customers.update", customer)
    line = logic.normalise(number)
    _one_at_a_time(customer.centre_id, line)
    known = CustomerNumber.objects.filter(customer=customer, e164=line.e164).first()
    first = not CustomerNumber.objects.filter(customer=customer).exists()
    if known is None:
        if is_main:
            CustomerNumber.objects.filter(customer=customer, is_main=True).update(is_main=False)
        known = _add(customer, line, is_main=is_main or first)
    elif is_main and not known.is_main:
        CustomerNumber.objects.filter(customer=customer, is_main=True).update(is_main=False)
        known.is_main = True
        known.save(update_fields=["is_main"])
    _save(customer, [], at)
    return known


@transaction.atomic
def set_secret(*, customer_id: int, is_secret: bool, reason: str, by: Person, at: datetime) -> Customer:
    """Keep secret who this is, at the customer's wish, or end that, with the reason in the history."""
    customer = _locked(customer_id)
    with audit.because(reason.strip()):
        authorize(by, "customers.update", customer)
    if not is_secret and not reason.strip():
        note = gettext_noop("Say why secrecy ends.")
        raise Refused(Refusal("A3.6", note, {"field": "reason"}))
    if customer.is_secret != is_secret:
        customer.is_secret = is_secret
        _save(customer, ["is_secret"], at)
    return customer


@transaction.atomic
def reveal(*, customer_id: int, what: What, reason: str, by: Person, at: datetime) -> str:
    """Look behind the mask: the value, and a line in the log that says who, whose, what, why and when (A3.6)."""
    customer = Customer.objects.select_related("centre").get(pk=customer_id)
    authorize(by, "customers.reveal", customer)
    list(Person.objects.select_for_update(no_key=True).filter(pk=by.pk).values_list("pk"))  # one look at a time
    refuse_if(_reveal_refusals(by, reason.strip(), at))
    Reveal.objects.create(person=by, customer=customer, what=what.value, reason=reason.strip(), at=at)
    live.touch(f"reveals:{customer.centre_id}", f"customer:{customer.pk}")
    return _value(customer, what)


def _reveal_refusals(by: Person, reason: str, at: datetime) -> list[Refusal]:
    most = logic.REVEALS_A_DAY.on(clock.local_day(at))
    found = []
    if not reason:
        found.append(Refusal("A3.6", gettext_noop("Say why you need to see it."), {"field": "reason"}))
    if queries.reveals_today(by, at) >= most:
        note = gettext_noop("You have looked {most} times today; ask your shift leader.")
        found.append(Refusal("A3.6", note, {"most": most}))
    return found


def _value(customer: Customer, what: What) -> str:
    match what:
        case What.NUMBER:
            rows = customer.numbers.order_by("-is_main", "pk")
            return ", ".join(logic.written(row.e164, row.extension) for row in rows)
        case What.NAME:
            return customer.name
        case What.ADDRESS:
            return customer.address


def _one_at_a_time(centre_id: int, line: logic.Number) -> None:
    """Hold the number until the transaction ends: a second registration of it waits and then finds the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 34))", [f"{centre_id}:{line.e164}"])


def _same_person(centre_id: int, line: logic.Number, name: str, *, is_another: bool) -> Customer | None:
    known = queries.same_number(centre_id, line.e164)
    key = _key(name)
    for customer in known:
        if customer.name_key == key or not name or (not customer.name and not is_another):
            return _locked(customer.pk)
    if known and not is_another:
        note = gettext_noop(
            "This number is already known under another name: choose that customer, or say it is another person."
        )
        raise Refused(Refusal("A3.4", note, {"field": "number"}))
    return None


def _complete(customer: Customer, details: dict[str, str], *, is_secret: bool, at: datetime) -> Customer:
    """Fill in what was missing; what is there is changed by `update` alone."""
    missing = [key for key, value in details.items() if value and not getattr(customer, key)]
    for key in missing:
        setattr(customer, key, details[key])
    if is_secret and not customer.is_secret:
        customer.is_secret = True
        missing.append("is_secret")
    if missing:
        _save(customer, missing, at)
    return customer


def _locked(customer_id: int) -> Customer:
    return Customer.objects.select_for_update(of=("self",)).get(pk=customer_id)


def _save(customer: Customer, changed: list[str], at: datetime) -> None:
    if "name" in changed:
        customer.name_key = _key(customer.name)
        changed = [*changed, "name_key"]
    customer.changed_at = at
    customer.save(update_fields=[*changed, "changed_at"])
    live.touch(f"customer:{customer.pk}")


def _add(customer: Customer, line: logic.Number, *, is_main: bool) -> CustomerNumber:
    return CustomerNumber.objects.create(
        customer=customer, e164=line.e164, kind=line.kind.value, extension=line.extension, is_main=is_main
    )


def _key(name: str) -> str:
    return name_key(name)[:200] if name else ""
