"""What a person at a telephone sees of himself: his state, the call before him, who calls, what he was told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext

from hotline.customers.logic import written
from hotline.customers.models import Customer, CustomerNumber
from hotline.customers.queries import Card, card, with_numbers
from hotline.people.models import Person, Position
from hotline.people.queries import matches
from hotline.telephony.logic.words import THIRD_LABELS, Reason, Role, State, ThirdEnd, Watching
from hotline.telephony.models import (
    Call,
    Member,
    Offer,
    Phone,
    PhoneState,
    Queue,
    RestReason,
    Segment,
    SegmentKind,
    Supervision,
)
from hotline.telephony.models.setup import LEADS, SENDS_OUT
from hotline.telephony.queries.calls import masked, reason_name
from hotline.telephony.queries.floor import Engine, engine, state_of
from hotline.telephony.queries.phones import OWN_DEVICES, kind_of
from hotline.telephony.queries.supervision import Said, latest_of

THIRD_FOR = timedelta(seconds=20)  # how long it stands there what became of a third
TOLD_FOR = timedelta(minutes=2)  # how long a word from a superior stays above the work
MOST_NAMED = 30  # colleagues of one list in a dialog; the others are found by name
WITH_CALL = {State.RINGING, State.TALKING, State.WRAP_UP}


@dataclass(frozen=True, slots=True)
class Third:
    """Somebody who is asked into the talk, as its person, or he himself (`is_me`), sees it."""

    name: str
    is_up: bool
    is_conference: bool
    is_me: bool


@dataclass(frozen=True, slots=True)
class Watched:
    """Whose talk a superior takes part in, and how."""

    person: Person
    how: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is on the line, as far as the person may know."""

    call: Call
    number: str
    customer: Card | None
    owner: str
    earlier: int  # calls of the same number before this one
    on_hold: bool
    third: Third | None = None
    third_said: str = ""  # what lately became of one
    is_auto: bool = False  # the person himself has asked for it: his telephone picks itself up


@dataclass(frozen=True, slots=True)
class Desk:
    """The telephone as its person sees it."""

    state: State
    reason: str
    since: datetime | None
    due_at: datetime | None
    caller: Caller | None
    told: list[Said]
    engine: Engine
    reasons: list[tuple[str, str]] = field(default_factory=list)
    watched: Watched | None = None
    phone: str = "none"  # its kind, as `queries.phones.kind_of` says

    @property
    def has_own_device(self) -> bool:
        """Whether a telephone of his own stands on the desk: he picks up there, and no window holds the line."""
        return self.phone in OWN_DEVICES and not self.engine.simulated

    @property
    def signs_in_here(self) -> bool:
        """Whether the bar itself signs in at the telephone, and no window of the browser does."""
        return self.engine.simulated or self.has_own_device

    @property
    def may_call_out(self) -> bool:
        """Whether a number can be dialled now."""
        return self.state in {State.READY, State.NOT_READY, State.WRAP_UP}


def serves(person: Person) -> bool:
    """Whether he is entered in a queue at all: without it there is nothing to show."""
    return Member.objects.filter(person=person, queue__is_active=True).exists()


def has_phone(person: Person) -> bool:
    """Whether a telephone is of use to him: he serves a queue, or leads people who do and may listen in (A2.3)."""
    return person.standing.is_any(*LEADS, Position.TEAM_LEADER) or serves(person)


def has_desk_phone(person: Person) -> bool:
    """Whether a telephone stands on his desk: he signs in by the bar, whether he serves a queue or not."""
    return kind_of(Phone.objects.filter(person=person).first()) in OWN_DEVICES


def is_at_phone(person: Person) -> bool:
    """Whether he is signed in at his telephone, whether he serves a queue or not."""
    row = state_of(person)
    return row is not None and row.state != State.OFFLINE


def number_of(person: Person, call: str, contact: str) -> str | None:
    """The whole number of a call, or of a customer's number, that the person may see; None where there is none."""
    if call.isdecimal():
        row = Call.objects.visible_to(person).filter(pk=int(call[:18])).first()
        return row.number if row is not None and row.number else None
    if not contact.isdecimal():
        return None
    mine = CustomerNumber.objects.filter(customer__in=Customer.objects.visible_to(person))
    return mine.filter(pk=int(contact[:18])).values_list("e164", flat=True).first()


def sends_outside(person: Person) -> bool:
    """Whether he may bring numbers outside into a talk."""
    return person.standing.is_any(*SENDS_OUT)


def desk(person: Person, at: datetime) -> Desk:
    """Everything that the bar above the work shows: nine queries with a caller, five without."""
    row = state_of(person)
    state = State(row.state) if row else State.OFFLINE
    reasons = list(
        RestReason.objects.filter(centre=person.centre_id, is_active=True).values_list("code", "name").order_by("code")
    )
    return Desk(
        state=state,
        reason=reason_name(row.reason, dict(reasons)) if row and row.reason else "",
        since=row.span.lower if row else None,
        due_at=row.due_at if row and state is State.WRAP_UP else None,
        caller=_caller(person, state, row.call_ref, at) if row and row.call_ref and state in WITH_CALL else None,
        watched=_watched(person, row) if row and row.reason == Reason.WATCHING else None,
        told=latest_of(person, at - TOLD_FOR),
        engine=engine(person.centre_id, at),
        reasons=reasons,
        phone=kind_of(Phone.objects.filter(person=person).first()),
    )


def _watched(person: Person, row: PhoneState) -> Watched | None:
    said = Supervision.objects.filter(by=person, call_ref=row.call_ref, act__in=list(Watching))
    last = said.select_related("person").order_by("-at", "-pk").first()
    return Watched(last.person, last.act) if last is not None else None


def _third(person: Person, parts: list[Segment]) -> Third | None:
    one = next((part for part in parts if part.kind == SegmentKind.THIRD and part.ended_at is None), None)
    if one is None or one.person is None:
        return None
    held = any(part.kind == SegmentKind.HOLD and part.ended_at is None for part in parts)
    return Third(
        name=written(one.number) if one.number else one.person.name,
        is_up=one.talked_at is not None,
        is_conference=one.talked_at is not None and not held,
        is_me=not one.number and one.person_id == person.pk,
    )


def _third_said(parts: list[Segment], at: datetime) -> str:
    ended = [part for part in parts if part.kind == SegmentKind.THIRD and part.ended_at is not None]
    last = max(ended, key=lambda part: part.ended_at, default=None)  # type: ignore[arg-type, return-value]
    if last is None or last.ended_at is None or at - last.ended_at > THIRD_FOR:
        return ""
    how = ThirdEnd(last.how) if last.how in set(ThirdEnd) else ThirdEnd.LEFT
    return "" if how in {ThirdEnd.RETURNED, ThirdEnd.TRANSFERRED} else gettext(THIRD_LABELS[how])


def _caller(person: Person, state: State, ref: str, at: datetime) -> Caller | None:
    call = Call.objects.filter(centre=person.centre_id, ref=ref).select_related("queue", "owner", "customer").first()
    if call is None:
        return None
    earlier = Call.objects.filter(centre=person.centre_id, number=call.number).exclude(pk=call.pk).count()
    known = with_numbers(Customer.objects.filter(pk=call.customer_id)).first() if call.customer_id else None
    parts = list(call.segments.filter(Q(ended_at__isnull=True) | Q(kind=SegmentKind.THIRD)).select_related("person"))
    rung = state is State.RINGING and Offer.objects.filter(person=person, ended_at__isnull=True).first()
    return Caller(
        call=call,
        number=masked(call.number),
        customer=card(known, person) if known else None,
        owner=call.owner.name if call.owner and call.owner_id != person.pk else "",
        earlier=earlier if call.number else 0,
        on_hold=any(part.kind == SegmentKind.HOLD and part.ended_at is None for part in parts),
        third=_third(person, parts),
        third_said=_third_said(parts, at),
        is_auto=bool(rung and rung.role in {Role.OUT, Role.WATCH}),
    )


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody at his telephone who may be called or asked now."""

    person: Person
    state: str


@dataclass(frozen=True, slots=True)
class Colleagues:
    """Those who may be called or asked now, the ready ones first, as many as a dialog can hold; how many more."""

    rows: list[Colleague]
    more: int


def colleagues(person: Person, text: str = "") -> Colleagues:
    """Everybody of the centre who is at his telephone and in no call: two queries.

    `text` is a part of the name, its initials, or the number of a person.
    """
    rows = PhoneState.objects.filter(
        centre=person.centre_id, span__upper_inf=True, state__in=[State.READY, State.NOT_READY]
    )
    states = dict(rows.exclude(person=person).exclude(reason=Reason.WATCHING).values_list("person", "state"))
    return _first_of(_named(states, text), states)


def _named(persons: Iterable[int], text: str) -> list[Person]:
    """Of these the ones who are called so, by name."""
    found = Person.objects.filter(pk__in=list(persons)).filter(matches(text) if text else Q())
    return list(found.only("name", "name_key").order_by("name_key", "pk"))


def _first_of(found: list[Person], states: Mapping[int, str]) -> Colleagues:
    rows = sorted((Colleague(one, states[one.pk]) for one in found), key=lambda one: one.state != State.READY)
    return Colleagues(rows[:MOST_NAMED], max(0, len(rows) - MOST_NAMED))


def in_hand(person: Person, pk: int) -> Call | None:
    """The call that is before this person now, whoever took it before; None when it is not his to open a report of."""
    row = state_of(person)
    if row is None or row.state not in WITH_CALL or not row.call_ref:
        return None
    return Call.objects.filter(centre=person.centre_id, ref=row.call_ref, pk=pk).select_related("customer").first()


@dataclass(frozen=True, slots=True)
class Target:
    """A queue to which a caller may be handed over, how many of those who serve it are ready, and who they are."""

    queue: Queue
    ready: int
    people: Colleagues


def targets(person: Person, text: str = "") -> list[Target]:
    """The centre's queues with the colleagues who are at their telephones, those called so: four queries."""
    states = dict(
        PhoneState.objects.filter(centre=person.centre_id, span__upper_inf=True)
        .exclude(state=State.OFFLINE.value)
        .exclude(person=person)
        .values_list("person", "state")
    )
    serving: dict[int, set[int]] = {}
    for queue_id, pk in Member.objects.filter(queue__centre=person.centre_id, person__in=list(states)).values_list(
        "queue", "person"
    ):
        serving.setdefault(queue_id, set()).add(pk)
    named = _named(states, text)
    found = []
    for queue in Queue.objects.filter(centre=person.centre_id, is_active=True):
        here = serving.get(queue.pk, set())
        ready = sum(states[pk] == State.READY for pk in here)
        found.append(Target(queue, ready, _first_of([one for one in named if one.pk in here], states)))
    return found
