"""What somebody has in hand at the end of his shift, and where each thing stands in his record."""

from dataclasses import dataclass, field
from datetime import datetime

from hotline.cases.models import Case, Holding
from hotline.cases.queries import custody
from hotline.handover import logic
from hotline.handover.logic import Kind, Left, Standing
from hotline.handover.models import UNDECIDED, Handover, HandoverItem, HandoverStatus
from hotline.handover.queries import duty
from hotline.people.models import Person
from hotline.promises.models import Promise, QuestionStatus
from hotline.rosters.models import RosterEntry

MOST = 300  # nobody has more in hand


@dataclass(slots=True)
class Line:
    """One thing in hand, with its item in the record as soon as there is one."""

    kind: Kind
    subject: int
    case: Case | None = None
    promise: Promise | None = None
    holding: Holding | None = None
    item: HandoverItem | None = None
    promises: list[Promise] = field(default_factory=list)  # those that go with the case

    @property
    def key(self) -> str:
        """Its name within the record: `case:12`."""
        return f"{self.kind}:{self.subject}"

    @property
    def reason(self) -> str:
        """Why it stays, as recorded."""
        return self.item.reason if self.item else ""

    @property
    def status(self) -> str:
        """Where it stands; nothing while nobody has decided anything."""
        return self.item.status if self.item and self.item.status in UNDECIDED else ""

    @property
    def since(self) -> datetime | None:
        """Since when the case has been in these hands."""
        return self.holding.span.lower if self.holding else None

    @property
    def due_at(self) -> datetime | None:
        """Until when something has to happen."""
        if self.promise is not None:
            return self.promise.due_at
        soonest = [promise.due_at for promise in self.promises]
        if self.case is not None and self.case.due_at is not None:
            soonest.append(self.case.due_at)
        return min(soonest, default=None)


@dataclass(frozen=True, slots=True)
class Hand:
    """A person's shift with everything that he would leave behind."""

    entry: RosterEntry
    record: Handover | None
    lines: list[Line]
    notes: list[HandoverItem]
    given: list[HandoverItem]  # what others have accepted already

    @property
    def strict(self) -> bool:
        """Whether this is the last shift of the day."""
        return self.entry.shift_type.must_clear_queue

    @property
    def left(self) -> list[Left]:
        """What the gate looks at."""
        return [Left(line.key, line.kind, line.reason) for line in self.lines] + [
            Left(f"note:{note.pk}", Kind.NOTE, note.reason) for note in self.notes if note.status in WAITING
        ]

    @property
    def is_signed(self) -> bool:
        """Whether the shift was signed off, and nothing has come since."""
        signed = self.record is not None and self.record.status == HandoverStatus.SIGNED
        return signed and not logic.lacking(self.left)


# An item that somebody else still has to say something about.
WAITING = frozenset({Standing.OFFERED.value, Standing.DECLINED.value, Standing.ESCALATED.value})


def hand_of(person: Person, at: datetime) -> Hand | None:
    """What the person leaves behind now; None where he has no shift to leave."""
    entry = duty.shift_to_leave(person, at)
    return hand_at(entry) if entry else None


def hand_at(entry: RosterEntry) -> Hand:
    """What the person of a shift leaves behind: cases, promises due before he is back, open difficult questions."""
    person = entry.person
    record = Handover.objects.filter(entry=entry).first()
    items = _items(record)
    lines = _cases(person)
    lines += _promises(person, entry, {line.subject: line for line in lines})
    by_key = {_key_of(item): item for item in items}
    for line in lines:
        line.item = by_key.get(line.key)
    return Hand(
        entry=entry,
        record=record,
        lines=lines,
        notes=[item for item in items if item.kind == Kind.NOTE],
        given=[item for item in items if item.kind != Kind.NOTE and item.status == Standing.ACCEPTED],
    )


def _items(record: Handover | None) -> list[HandoverItem]:
    if record is None:
        return []
    return list(record.items.select_related("to", "case", "promise", "status_by", "result_by").order_by("pk"))


def _key_of(item: HandoverItem) -> str:
    subject = item.case_id if item.kind == Kind.CASE else item.promise_id
    return f"{item.kind}:{subject or item.pk}"


def _cases(person: Person) -> list[Line]:
    if not Holding.objects.open().filter(person=person.pk).exists():  # as with most who leave
        return []
    held = custody.in_hand(person)[:MOST]
    return [Line(Kind.CASE, row.case_id, case=row.case, holding=row) for row in held]


def _promises(person: Person, entry: RosterEntry, in_hand: dict[int, Line]) -> list[Line]:
    """Promises of a case in hand go with it; of the others those that fall due before the person is back."""
    owed = Promise.objects.owed().filter(owner=person.pk)
    keys = list(owed.order_by("due_at", "pk").values_list("pk", flat=True)[:MOST])
    if not keys:  # as with most who leave; the rows with all that hangs on them are dear to ask for
        return []
    back = duty.next_begins(person, entry)
    rows = Promise.objects.select_related("case__category", "customer", "question", "first__question")
    found = []
    for promise in rows.filter(pk__in=keys).order_by("due_at", "pk"):
        case = in_hand.get(promise.merged_into_id or promise.case_id or 0)
        if case is not None:
            case.promises.append(promise)
        elif back is None or promise.due_at <= back:  # nobody keeps it in the first second of his shift
            kind = Kind.FORM if is_question(promise) else Kind.PROMISE
            found.append(Line(kind, promise.pk, case=promise.case, promise=promise))
    return found


def is_question(promise: Promise) -> bool:
    """Whether an answer to a difficult question is still awaited for this promise."""
    question = getattr(promise.first or promise, "question", None)  # the form stands with the first of the chain
    return question is not None and question.status != QuestionStatus.ANSWERED


def promises_with(case_id: int, owner_id: int) -> list[Promise]:
    """What its holder still owes to the customer of a case; it goes with the case from hand to hand."""
    owed = Promise.objects.owed().filter(owner=owner_id)
    return list((owed.filter(case=case_id) | owed.filter(merged_into=case_id)).order_by("pk"))


def holds(person_id: int, case_id: int) -> bool:
    """Whether the case is in these hands."""
    return Holding.objects.open().filter(person=person_id, case=case_id).exists()


def owes(person_id: int, promise_id: int) -> bool:
    """Whether the promise is still this person's to keep."""
    return Promise.objects.owed().filter(owner=person_id, pk=promise_id).exists()
