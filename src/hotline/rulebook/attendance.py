"""Attendance (D2.2 to D2.4, A7.12 to A7.15): one shift judged by the traces that its person left in the system.

Nothing is judged by what is missing: a shift without any trace is unknown, and unknown costs nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from hotline.kernel.rules import Dated, rule
from hotline.kernel.spans import Span, subtract, total
from hotline.kernel.words import Words
from hotline.rulebook.case_custody import charged
from hotline.rulebook.parameters.values import Reading, in_force
from hotline.rulebook.shifts import ZONE

FIRST_DAY = date(2020, 1, 1)
SECOND = timedelta(seconds=1)


class State(StrEnum):
    """What a shift was."""

    PRESENT = "present"  # 出勤
    LATE = "late"  # 迟到
    ABSENT = "absent"  # 缺勤
    LEAVE = "leave"  # 请假
    UNKNOWN = "unknown"  # 待核实


@dataclass(frozen=True, slots=True)
class AttendanceTerms:
    """The numbers of the clauses and how they are read."""

    dwell: timedelta  # `late.dwell_s`, D2.2: exactly this long is in time (readings 5, 6)
    presence_sources: frozenset[str]  # `late.presence_sources`, reading 7: what shows that somebody is there
    excuse_kinds: frozenset[str]  # `excuse.kinds`, reading 12: what excuses time
    grace: timedelta  # `early.grace_s`, D2.4: as short a stay is no early leave (reading 15)
    overtime: timedelta  # `early.overtime_s`: cleared so long after the end is overtime, not fault (reading 15)
    limit: timedelta  # `case.limit_s`, D3.7: a single holding (reading 23)


def attendance_terms(read: Reading) -> AttendanceTerms:
    """The numbers of the clauses from the parameters in force."""
    return AttendanceTerms(
        dwell=read.whole("late.dwell_s") * SECOND,
        presence_sources=frozenset(read.names("late.presence_sources")),
        excuse_kinds=frozenset(read.names("excuse.kinds")),
        grace=read.whole("early.grace_s") * SECOND,
        overtime=read.whole("early.overtime_s") * SECOND,
        limit=read.whole("case.limit_s") * SECOND,
    )


ATTENDANCE = Dated({FIRST_DAY: attendance_terms(in_force(FIRST_DAY).reading())})

# What the parameters name by itself; every other trace is an action, every other accepted reason is another one.
SOURCES = {"login": "login", "ready": "ready"}
REASONS = {
    **dict.fromkeys(("meeting", "training", "approved_late", "system_fault"), ""),
    "request": "approved_late",
    "outage": "system_fault",
}


def source_of(trace: str) -> str:
    """Which of `late.presence_sources` a kind of trace is."""
    return SOURCES.get(trace, "action")


def kind_of(reason: str) -> str:
    """Which of `excuse.kinds` an accepted reason is."""
    return REASONS.get(reason, "other") or reason


@dataclass(frozen=True, slots=True, order=True)
class Trace:
    """A sign of presence in the system: a log-in, a change of state, an action."""

    at: datetime
    kind: str


@dataclass(frozen=True, slots=True)
class Hold:
    """A case in the person's hands: when it came, when he first acted on it, and when it left his hands."""

    case: str
    received: datetime
    handled: datetime | None
    released: datetime | None


@dataclass(frozen=True, slots=True, order=True)
class Excused:
    """Accepted time in which nobody expects him at the desk: a booked meeting, training, an approved request."""

    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Away:
    """Approved leave within the shift; without a span it is the whole of it."""

    kind: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift and everything that is known about it. Moments are aware; the shift belongs to its start's day."""

    day: date
    span: Span
    breaks: tuple[Span, ...] = ()
    must_clear_queue: bool = False
    traces: tuple[Trace, ...] = ()
    holds: tuple[Hold, ...] = ()
    excuses: tuple[Excused, ...] = ()
    leave: tuple[Away, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence in both languages, the clause it rests on, and the names of the facts behind it."""

    clause: str
    zh: str
    en: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Over:
    """A holding over the limit, with its charged seconds."""

    case: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What a shift was, and why."""

    state: State
    late: int = 0  # seconds
    early_leave: int = 0  # seconds
    over_limit: tuple[Over, ...] = ()
    reasons: tuple[Reason, ...] = ()


@rule("D2.2", since=FIRST_DAY)
def attendance(shift: Shift, terms: AttendanceTerms) -> Judged:
    """D2.2: present, late, absent, on leave or unknown, with lateness, early leave and slow cases in seconds.

    The order of the facts does not matter.
    """
    view = _View(shift, terms)
    if shift.leave and not view.at_work([shift.span]):
        return Judged(State.LEAVE, reasons=(_on_leave(shift),))
    over = tuple(_over_limit(view))
    slow = tuple(_slow(view, one) for one in over)
    state, late, why = _arrival(view)
    early, left = _departure(view) if state in (State.PRESENT, State.LATE) else (0, ())
    return Judged(state, late, early, over, (*why, *left, *slow))


class _View:
    """A shift by its terms: which signs count, and how long something lasted at work."""

    def __init__(self, shift: Shift, terms: AttendanceTerms) -> None:
        self.shift, self.terms = shift, terms
        start, end = shift.span.start, shift.span.end
        self.signs = sorted(one for one in shift.traces if source_of(one.kind) in terms.presence_sources)
        self.excuses = sorted(one for one in shift.excuses if kind_of(one.reason) in terms.excuse_kinds)
        self.excused = [one.span for one in self.excuses]
        self.excused += [one.span for one in shift.leave if one.span is not None]
        self.excused += [shift.span for one in shift.leave if one.span is None]
        self.holds = sorted(
            shift.holds, key=lambda one: (one.received, one.case, one.handled or end, one.released or end)
        )
        self.sign = next((one for one in self.signs if one.at <= end), None)
        done = [one for one in self.holds if one.handled is not None and one.handled <= end]
        self.first = min(done, key=lambda one: (one.handled or end, one.received, one.case), default=None)
        self.start, self.end = start, end

    def at_work(self, spans: Iterable[Span]) -> timedelta:
        """The time of these spans within the shift, without breaks and excused time."""
        found = [charged.on(self.shift.day)(one, [self.shift.span], self.shift.breaks, self.excused) for one in spans]
        return sum(found, timedelta())

    def not_excused(self, since: datetime, until: datetime) -> timedelta:
        """The time from one moment to another without excused time; breaks count, as the clause has it."""
        return total(subtract([Span(since, max(since, until))], self.excused))

    def waited(self, hold: Hold, until: datetime) -> timedelta:
        """How long a case was in hand at work, up to a moment."""
        return self.at_work([Span(hold.received, max(hold.received, until))])

    def in_hand(self, hold: Hold) -> timedelta:
        """How long a case was in hand at work in this shift."""
        return self.waited(hold, min(hold.released or self.end, self.end))

    def excuse_names(self) -> tuple[str, ...]:
        return tuple(f"excuse {clock(one.span.start)}-{clock(one.span.end)}: {one.reason}" for one in self.excuses)


def _arrival(view: _View) -> tuple[State, int, tuple[Reason, ...]]:
    """The five-minute rule of arrival (readings 5 to 8)."""
    if view.first is None or view.first.handled is None:
        return _without_a_case(view)
    first, handled = view.first, view.first.handled
    name = f"case {first.case}: dwell"
    waited = view.waited(first, handled)
    if waited <= view.terms.dwell:
        return State.PRESENT, 0, (_in_time(view, waited, name),)
    sign = view.sign if view.sign is not None and view.sign.at < handled else None
    if sign is None:  # no other sign of him: as the clause has it
        came, names = handled, (name, *view.excuse_names())
    else:
        trace = f"trace {sign.kind} {clock(sign.at)}"
        if view.waited(first, sign.at) <= view.terms.dwell:
            return State.PRESENT, 0, (_rebutted(first, waited, sign, (trace, name)),)
        came, names = sign.at, (trace, name, *view.excuse_names())
    late = seconds(view.not_excused(view.start, came))
    return State.LATE, late, (_is_late(view, first, came, late, names, by_trace=sign is not None),)


def _without_a_case(view: _View) -> tuple[State, int, tuple[Reason, ...]]:
    if view.sign is not None:
        trace = f"trace {view.sign.kind} {clock(view.sign.at)}"
        zh = f"本班没有办理案件，{clock(view.sign.at)}有在岗记录（{named(view.sign).zh}），视为出勤。"
        en = f"No case was handled in this shift; a sign of presence ({named(view.sign).en}) at {clock(view.sign.at)}."
        return State.PRESENT, 0, (Reason("D2.2", zh, en, (trace,)),)
    acted_after = bool(view.signs) or any(one.handled is not None for one in view.holds)
    waiting = [one for one in view.holds if view.in_hand(one) > view.terms.dwell]
    if waiting and not acted_after:
        names = tuple(f"case {one.case}: dwell" for one in waiting)
        zh = f"案件 {waiting[0].case} 整班在手未办，且全班没有任何在岗记录，按缺勤提出，须由人核实。"
        en = (
            f"Case {waiting[0].case} lay in hand all the shift and there is no sign of presence at all: "
            "put forward as absent, for a person to confirm."
        )
        return State.ABSENT, 0, (Reason("D6.2", zh, en, names),)
    if view.excused and not view.at_work([view.shift.span]):
        zh, en = "整班都是已批准的公务或说明时间，无需认定。", "The whole shift is excused: there is nothing to judge."
        return State.UNKNOWN, 0, (Reason("D2.3", zh, en, view.excuse_names()),)
    zh = "本班没有任何记录，不作认定、不扣分，由人核实。"
    en = "There is no record of this shift: nothing is judged or deducted, and a person asks."
    return State.UNKNOWN, 0, (Reason("D2.2", zh, en),)


def _departure(view: _View) -> tuple[int, tuple[Reason, ...]]:
    """D2.4: cases left behind at the end of a shift that must clear its queue (readings 14, 15)."""
    if not view.shift.must_clear_queue:
        return 0, ()
    cleared_by = view.end + view.terms.overtime
    left = [
        one
        for one in view.holds
        if (one.released is None or one.released > cleared_by) and view.waited(one, view.end) > view.terms.grace
    ]
    if not left:
        return 0, ()
    oldest = left[0]
    since = max(oldest.received, view.start)
    early = seconds(view.not_excused(since, view.end))
    names = tuple(f"case {one.case}: left" for one in left)
    zh = f"下班时仍有 {len(left)} 件在手案件未办完，最早的 {oldest.case} 于{clock(since)}到手，早退 {spell(early)}。"
    en = (
        f"{len(left)} cases in hand were left at the end of the shift; the oldest, {oldest.case}, came to hand at "
        f"{clock(since)}: early leave of {spell(early)}."
    )
    return early, (Reason("D2.4", zh, en, (*names, *view.excuse_names())),)


def _over_limit(view: _View) -> Iterable[Over]:
    """D3.7: holdings of more than the limit, each by itself, without breaks and excused time."""
    for one in view.holds:
        waited = view.in_hand(one)
        if waited > view.terms.limit:
            yield Over(one.case, seconds(waited))


# ---------------------------------------------------------------- sentences


def _in_time(view: _View, waited: timedelta, name: str) -> Reason:
    case = view.first.case if view.first else ""
    limit, told = spell(seconds(view.terms.dwell)), spell(seconds(waited))
    zh = f"首件案件 {case} 在手 {told}，未超过 {limit}，不算迟到。"
    en = f"The first case, {case}, was in hand for {told}, not more than {limit}: not late."
    return Reason("D2.2", zh, en, (name,))


def _rebutted(first: Hold, waited: timedelta, sign: Trace, names: tuple[str, ...]) -> Reason:
    told = spell(seconds(waited))
    sign_of = named(sign)
    zh = f"首件案件 {first.case} 在手 {told}，但{clock(sign.at)}已有在岗记录（{sign_of.zh}）：不算迟到，只是办理偏慢。"
    en = (
        f"The first case, {first.case}, was in hand for {told}, but there is a sign of presence ({sign_of.en}) at "
        f"{clock(sign.at)}: not late, only a slow case."
    )
    return Reason("D2.2", zh, en, names)


def _is_late(view: _View, first: Hold, came: datetime, late: int, names: tuple[str, ...], *, by_trace: bool) -> Reason:
    start, told = clock(view.start), spell(late)
    limit = spell(seconds(view.terms.dwell))
    if by_trace:
        zh = f"首件案件 {first.case} 在手超过 {limit}，最早的在岗记录在{clock(came)}：自{start}起迟到 {told}。"
        en = (
            f"The first case, {first.case}, was in hand for more than {limit} and the first sign of presence is at "
            f"{clock(came)}: late by {told} from {start}."
        )
    else:
        zh = f"首件案件 {first.case} 在手超过 {limit}，{clock(came)}才办理，此前没有在岗记录：自{start}起迟到 {told}。"
        en = (
            f"The first case, {first.case}, was in hand for more than {limit} until {clock(came)}, with no earlier "
            f"sign of presence: late by {told} from {start}."
        )
    return Reason("D2.2", zh, en, names)


def _slow(view: _View, over: Over) -> Reason:
    limit, told = spell(seconds(view.terms.limit)), spell(over.seconds)
    zh = f"案件 {over.case} 在手 {told}，超过 {limit}。"
    en = f"Case {over.case} was in hand for {told}, more than {limit}."
    return Reason("D3.7", zh, en, (f"case {over.case}: dwell",))


def _on_leave(shift: Shift) -> Reason:
    codes = sorted({one.kind for one in shift.leave})
    kinds = [LEAVES.get(kind, Words(kind, kind)) for kind in codes]
    zh = f"本班请假（{'、'.join(kind.zh for kind in kinds)}）。"
    en = f"On leave for this shift ({', '.join(kind.en for kind in kinds)})."
    return Reason("D2.8", zh, en, tuple(sorted(f"leave {one.kind}" for one in shift.leave)))


TRACES = {
    "login": Words("登录", "signing in"),
    "ready": Words("示闲", "ready for calls"),
    "unlock": Words("解锁", "unlocking the seat"),
    "logout": Words("退出登录", "signing out"),
    "action": Words("办理操作", "an action"),
}
LEAVES = {
    "sick": Words("病假", "sick leave"),
    "personal": Words("事假", "personal leave"),
    "annual": Words("年休假", "annual leave"),
    "marriage": Words("婚假", "marriage leave"),
    "maternity": Words("产假", "maternity leave"),
    "paternity": Words("陪产假", "paternity leave"),
    "bereavement": Words("丧假", "bereavement leave"),
    "work_injury": Words("工伤假", "work injury leave"),
    "leave": Words("其他假", "another kind of leave"),
}


def named(trace: Trace) -> Words:
    """A kind of trace as people call it; one that nobody knows by its own name."""
    return TRACES.get(trace.kind, Words(trace.kind, trace.kind))


def seconds(length: timedelta) -> int:
    """Whole seconds; a begun one counts, so that a number told always exceeds the limit that it was found above."""
    return -(-length // SECOND)


def clock(moment: datetime) -> str:
    """A moment on the centre's wall clock: 08:35:01."""
    return moment.astimezone(ZONE).strftime("%H:%M:%S")


def spell(length: int) -> str:
    """Seconds as people read them: 5:01, 1:36:00."""
    hours, rest = divmod(length, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


# ---------------------------------------------------------------- the ladder of lateness


class Rung(StrEnum):
    """What a lateness brings (reading 11)."""

    LATE = "late"  # counted
    LOGGED = "logged"  # always recorded
    FINED = "fined"  # 50 yuan


@dataclass(frozen=True, slots=True)
class LadderTerms:
    """The four thresholds of lateness (reading 11); the first one stands in `AttendanceTerms`."""

    log_from: timedelta  # `late.log_s`, A7.14: 15 分钟以上 includes 15:00
    talk_from: int  # `late.talk_count`, A7.15: so many in a calendar month
    fined_above: timedelta  # `late.fine_over_s`, D6.2: 超过 3 小时 excludes 3:00:00


def ladder_terms(read: Reading) -> LadderTerms:
    """The thresholds from the parameters in force."""
    return LadderTerms(
        log_from=read.whole("late.log_s") * SECOND,
        talk_from=read.whole("late.talk_count"),
        fined_above=read.whole("late.fine_over_s") * SECOND,
    )


LADDER = Dated({FIRST_DAY: ladder_terms(in_force(FIRST_DAY).reading())})


@rule("A7.14", since=FIRST_DAY)
def rungs(late: int, terms: LadderTerms) -> tuple[Rung, ...]:
    """A7.14: what a lateness of so many seconds brings: counted, logged from 15 minutes, fined above 3 hours."""
    length = late * SECOND
    found = [Rung.LATE] if late else []
    if late and length >= terms.log_from:
        found.append(Rung.LOGGED)
    if length > terms.fined_above:
        found.append(Rung.FINED)
    return tuple(found)


@rule("A7.15", since=FIRST_DAY)
def talk_wanted(latenesses: Sequence[int], terms: LadderTerms) -> bool:
    """A7.15: whether the month's latenesses (seconds each) open a talk that is filed: three or more (reading 11)."""
    return sum(1 for late in latenesses if late > 0) >= terms.talk_from


# ---------------------------------------------------------------- coming back after sickness


@dataclass(frozen=True, slots=True)
class ReturnTerms:
    """Until when the talk on the day of return is held (A7.13, reading 79)."""

    by: time
    after_start: timedelta


def return_terms(read: Reading) -> ReturnTerms:
    """The times from the parameters in force."""
    return ReturnTerms(by=read.clock("return.talk_by"), after_start=timedelta(minutes=90))


RETURN = Dated({FIRST_DAY: return_terms(in_force(FIRST_DAY).reading())})


@rule("A7.13", since=FIRST_DAY)
def return_talk_due(day: date, starts: datetime, terms: ReturnTerms) -> datetime:
    """A7.13: by 11:00 of the day of return, or 90 minutes after the shift's start where that is later (reading 79)."""
    return max(datetime.combine(day, terms.by, ZONE), starts + terms.after_start)
