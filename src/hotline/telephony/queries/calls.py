"""Calls as pages show them: lists, one call's story, why it went to whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext

from hotline.core import clock
from hotline.customers import logic as customers
from hotline.customers.queries import shown_name
from hotline.people.models import Person, Position
from hotline.telephony.logic.supervision import LISTENING_TOLD, Told
from hotline.telephony.logic.words import OF_LISTENERS, OF_PEOPLE, REASON_LABELS, WHY_LABELS, Reason, Role, Why
from hotline.telephony.models import Call, CallEvent, Listening, Offer, Queue, Recording, RestReason, Segment
from hotline.telephony.models.setup import LEADS

COLUMNS = {"came": "came_at", "ended": "ended_at"}
NEWEST = "-came"
DAYS = 7  # of a list without a period


@dataclass(frozen=True, slots=True)
class Line:
    """One call in a list."""

    row: Call
    number: str
    who: str
    waited: timedelta | None
    talked: timedelta | None


def masked(number: str) -> str:
    """A number behind its mask; what is no number is said to be none."""
    return customers.mask(number) if number.startswith("+") else gettext("No number")


def rows(person: Person, chosen: Mapping[str, Any], at: datetime) -> QuerySet[Call]:
    """The calls that a person may see, narrowed by what was chosen."""
    since = chosen.get("since") or (clock.local_day(at) - timedelta(days=DAYS))
    found = Call.objects.visible_since(person, clock.wall(since)).select_related("queue", "person", "customer")
    if until := chosen.get("until"):
        found = found.filter(came_at__lt=clock.wall(_after(until)))
    if queue := chosen.get("queue"):
        found = found.filter(queue=queue)
    if how := chosen.get("how"):
        found = found.filter(ended_at__isnull=True) if how == "open" else found.filter(ended_how=how)
    if text := chosen.get("q"):
        found = found.filter(_matches(text))
    return found


def _after(day: date) -> date:
    return day + timedelta(days=1)


def _matches(text: str) -> Q:
    begins = customers.beginning(text)
    digits = customers.digits_of(text)
    if digits and digits == "".join(text.split()).lstrip("+"):
        return Q(number__startswith=begins or digits) | Q(number__endswith=digits)
    return Q(person__name=text.strip()) | Q(customer__name=text.strip(), customer__is_secret=False)


def line(row: Call, person: Person) -> Line:
    """A call as this person may see it; costs no query for a row of `rows`."""
    end = row.answered_at or row.ended_at
    return Line(
        row=row,
        number=masked(row.number),
        who=shown_name(row.customer, person),
        waited=end - row.came_at if end else None,
        talked=row.ended_at - row.answered_at if row.ended_at and row.answered_at else None,
    )


def one(person: Person, pk: int) -> Call:
    """A call with everything of it, among those that the person may see."""
    return (
        Call.objects.visible_to(person)
        .select_related("queue", "person", "customer", "owner", "centre")
        .prefetch_related(
            Prefetch("segments", Segment.objects.select_related("queue", "person").order_by("began_at", "pk")),
            Prefetch("offers", Offer.objects.select_related("person", "queue").order_by("made_at", "pk")),
            Prefetch("recordings", Recording.objects.select_related("person").order_by("began_at")),
        )
        .get(pk=pk)
    )


def events_of(call: Call, person: Person) -> list[CallEvent]:
    """The log of a call, in order; of listeners as far as the person may know of them yet."""
    found = CallEvent.objects.filter(centre=call.centre_id, call_ref=call.ref).exclude(fact__in=list(OF_PEOPLE))
    rows = list(found.select_related("person").order_by("at", "id"))
    if _knows_listeners(call, person):
        return rows
    rings = {offer.ref for offer in call.offers.all() if offer.role == Role.WATCH}
    return [row for row in rows if row.fact not in OF_LISTENERS and row.data.get("offer") not in rings]


def _knows_listeners(call: Call, person: Person) -> bool:
    """Whoever is listened to learns of it when the policy says so (A2.3); those who lead know it at once."""
    at_once = LISTENING_TOLD.on(clock.local_day(call.came_at)) is Told.AT_ONCE
    return call.ended_at is not None or at_once or person.standing.is_any(*LEADS, Position.TEAM_LEADER)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who was looked at when a call was to be offered, and what was said of him."""

    name: str
    why: str
    detail: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Explained:
    """An offer with its reasons."""

    offer: Offer
    candidates: list[Candidate]
    others: list[str]


def explained(call: Call, person: Person) -> list[Explained]:
    """Why the call was offered to whom: to those who lead by name, to others only what concerns themselves."""
    knows = _knows_listeners(call, person)
    offers = [offer for offer in call.offers.all() if knows or offer.role != Role.WATCH]
    ids = {row["person"] for offer in offers for row in offer.candidates}
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
    reasons = reason_names(call.centre_id)
    leads = person.standing.is_any(*LEADS)
    found = []
    for offer in offers:
        named = [row for row in offer.candidates if leads or row["person"] in {person.pk, offer.person_id}]
        hidden = len(offer.candidates) - len(named)
        others = [
            gettext("{reason}: {count}").format(reason=gettext(WHY_LABELS[Why(why)]), count=count)
            for why, count in sorted(offer.others.items())
        ]
        if hidden:
            others.insert(0, gettext("Further colleagues looked at: {count}").format(count=hidden))
        found.append(Explained(offer, [_candidate(row, names, offer, reasons) for row in named], others))
    return found


def _candidate(row: Mapping[str, Any], names: Mapping[int, str], offer: Offer, reasons: Mapping[str, str]) -> Candidate:
    detail = ""
    if "idle_ms" in row:
        detail = gettext("free for {seconds} s").format(seconds=row["idle_ms"] // 1000)
    elif row.get("reason"):
        detail = reason_name(row["reason"], reasons)
    why = gettext(WHY_LABELS[Why(row["why"])])
    return Candidate(names.get(row["person"], "—"), why, detail, row["person"] == offer.person_id)


def reason_names(centre_id: int) -> dict[str, str]:
    """A centre's own reasons of taking no calls, by code."""
    return dict(RestReason.objects.filter(centre=centre_id).values_list("code", "name"))


def reason_name(code: str, known: Mapping[str, str] | None = None) -> str:
    """A reason of not being ready in words: the machine's own, or the centre's."""
    if code in set(Reason):
        return gettext(REASON_LABELS[Reason(code)])
    return (known or {}).get(code, code)


def listenings(recordings: list[Recording]) -> list[Listening]:
    """Who listened to these, newest first."""
    rows = Listening.objects.filter(recording__in=[row.pk for row in recordings]).select_related("person")
    return list(rows.order_by("-at", "-pk")[:50])


def queue_choices(person: Person) -> list[tuple[int, str]]:
    """The centre's queues, for a filter."""
    return list(Queue.objects.filter(centre=person.centre_id).values_list("pk", "name"))
