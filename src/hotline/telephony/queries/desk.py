"""What a person at a telephone sees of himself: his state, the call before him, who calls, what he was told."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hotline.customers.models import Customer
from hotline.customers.queries import Card, card, with_numbers
from hotline.people.models import Person
from hotline.telephony.logic.words import State
from hotline.telephony.models import Call, Member, PhoneState, Queue, RestReason, SegmentKind
from hotline.telephony.queries.calls import masked, reason_name
from hotline.telephony.queries.floor import Engine, engine, state_of
from hotline.telephony.queries.supervision import Said, latest_of

TOLD_FOR = timedelta(minutes=2)  # how long a word from a superior stays above the work
WITH_CALL = {State.RINGING, State.TALKING, State.WRAP_UP}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is on the line, as far as the person may know."""

    call: Call
    number: str
    customer: Card | None
    owner: str
    earlier: int  # calls of the same number before this one
    on_hold: bool


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

    @property
    def may_call_out(self) -> bool:
        """Whether a number can be dialled now."""
        return self.state in {State.READY, State.NOT_READY, State.WRAP_UP}


def serves(person: Person) -> bool:
    """Whether he is entered in a queue at all: without it there is nothing to show."""
    return Member.objects.filter(person=person, queue__is_active=True).exists()


def desk(person: Person, at: datetime) -> Desk:
    """Everything that the bar above the work shows: seven queries with a caller, four without."""
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
        caller=_caller(person, row.call_ref) if row and row.call_ref and state in WITH_CALL else None,
        told=latest_of(person, at - TOLD_FOR),
        engine=engine(person.centre_id, at),
        reasons=reasons,
    )


def _caller(person: Person, ref: str) -> Caller | None:
    call = Call.objects.filter(centre=person.centre_id, ref=ref).select_related("queue", "owner", "customer").first()
    if call is None:
        return None
    earlier = Call.objects.filter(centre=person.centre_id, number=call.number).exclude(pk=call.pk).count()
    known = with_numbers(Customer.objects.filter(pk=call.customer_id)).first() if call.customer_id else None
    held = call.segments.filter(kind=SegmentKind.HOLD, ended_at__isnull=True).exists()
    return Caller(
        call=call,
        number=masked(call.number),
        customer=card(known, person) if known else None,
        owner=call.owner.name if call.owner and call.owner_id != person.pk else "",
        earlier=earlier if call.number else 0,
        on_hold=held,
    )


def in_hand(person: Person, pk: int) -> Call | None:
    """The call that is before this person now, whoever took it before; None when it is not his to open a report of."""
    row = state_of(person)
    if row is None or row.state not in WITH_CALL or not row.call_ref:
        return None
    return Call.objects.filter(centre=person.centre_id, ref=row.call_ref, pk=pk).select_related("customer").first()


@dataclass(frozen=True, slots=True)
class Target:
    """A queue to which a caller may be handed over, and who serves it, the ready ones first."""

    queue: Queue
    ready: int
    people: list[tuple[Person, str]]


def targets(person: Person) -> list[Target]:
    """The centre's queues with the colleagues who are at their telephones: three queries."""
    states = dict(
        PhoneState.objects.filter(centre=person.centre_id, span__upper_inf=True)
        .exclude(state=State.OFFLINE.value)
        .values_list("person", "state")
    )
    rows = Member.objects.filter(queue__centre=person.centre_id, person__in=list(states)).exclude(person=person)
    serving: dict[int, list[tuple[Person, str]]] = {}
    for row in rows.select_related("person").order_by("person__name_key", "person"):
        serving.setdefault(row.queue_id, []).append((row.person, states[row.person_id]))
    found = []
    for queue in Queue.objects.filter(centre=person.centre_id, is_active=True):
        people = serving.get(queue.pk, [])
        people.sort(key=lambda one: one[1] != State.READY)
        found.append(Target(queue, sum(state == State.READY for _, state in people), people))
    return found
