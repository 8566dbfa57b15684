"""The line of a campaign: who is on it, why nobody is dialled for him now, and how a call of the exchange stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from hotline.core import clock
from hotline.outbound.logic import line, pacing
from hotline.outbound.logic.words import Mode, Outcome, Status
from hotline.outbound.models import Attempt, Campaign, Crew, Disposition, Stint
from hotline.outbound.queries import figures, work
from hotline.people.models import Person
from hotline.telephony.logic.calling import wish_of
from hotline.telephony.logic.words import Fact, State
from hotline.telephony.models import Call, CallEvent, PhoneState, Wish
from hotline.telephony.queries import floor

SECOND = timedelta(seconds=1)
LEAST_WAIT = 2 * SECOND  # between two looks of a page by itself
MOST_WAIT = 60 * SECOND
DIALS = {State.READY.value, State.NOT_READY.value, State.WRAP_UP.value}


def stint_of(person: Person) -> Stint | None:
    """The stint in which somebody is on the line of a campaign."""
    rows = Stint.objects.filter(person=person.pk, ended_at__isnull=True)
    return rows.select_related("campaign__centre").first()


def open_stints(campaign: Campaign | None = None) -> QuerySet[Stint]:
    """Everybody who is on the line, of one campaign or of all."""
    rows = Stint.objects.filter(ended_at__isnull=True).select_related("campaign__centre", "person")
    return rows.filter(campaign=campaign.pk).order_by("began_at") if campaign is not None else rows.order_by("pk")


def stale(at: datetime) -> list[Stint]:
    """Who is perhaps on no line any more: his campaign does not run or its hours are over, or his telephone is closed.

    Two queries, and one for each campaign.
    """
    rows = list(open_stints())
    campaigns = {row.campaign_id: row.campaign for row in rows}
    over = {key for key, one in campaigns.items() if one.code is not Status.RUNNING or work.closed(one, at)}
    gone = set(
        PhoneState.objects.filter(
            person__in=[row.person_id for row in rows], span__upper_inf=True, state=State.OFFLINE.value
        ).values_list("person", flat=True)
    )
    return [row for row in rows if row.campaign_id in over or row.person_id in gone]


def done_today(campaign: Campaign, person: Person, at: datetime) -> tuple[int, int | None]:
    """How many somebody has completed today, and his goal for a day."""
    crew = Crew.objects.filter(campaign=campaign.pk, person=person.pk).first()
    goal = (crew.daily_goal if crew else None) or campaign.daily_goal
    start = clock.wall(clock.local_day(at))
    done = Attempt.objects.filter(campaign=campaign.pk, by=person.pk, is_done=True, ended_at__gte=start).count()
    return done, goal


def has_telephone(person: Person, at: datetime) -> bool:
    """Whether the exchange could call somebody for him now: it lives, and his telephone is open and in no call."""
    row = floor.state_of(person)
    return row is not None and row.state in DIALS and floor.engine(person.centre_id, at).alive


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody on the line of a campaign at one moment."""

    hold: pacing.Hold | None
    again: timedelta | None  # after how long to look once more; None: when something is heard of the telephone
    free_at: datetime | None
    due: datetime | None  # when the next one is due, where nobody is now
    done: int
    goal: int | None


def place(stint: Stint, at: datetime) -> Place:
    """Why nobody is dialled for him now, and when to look again; nine queries."""
    campaign, person = stint.campaign, stint.person
    done, goal = done_today(campaign, person, at)
    last = Attempt.objects.filter(campaign=campaign.pk, by=person.pk, ended_at__isnull=False).order_by("-ended_at")
    ended = last.first()
    phone = floor.state_of(person)
    desk = pacing.Desk(
        runs=campaign.code is Status.RUNNING and campaign.mode == Mode.PROGRESSIVE,
        is_open=work.closed(campaign, at) is None,
        reached_goal=goal is not None and done >= goal,
        in_hand=work.in_hand(person) is not None,
        over_cap=pacing.over_cap(*figures.abandonment(campaign, at), campaign.cap),
        exchange=floor.engine(person.centre_id, at).alive,
        phone=State(phone.state) if phone else None,
        own_wrap_up=_is_own(phone, ended),
        last_ended=ended.ended_at if ended and ended.ended_at and ended.ended_at >= stint.began_at else None,
        pause=campaign.pause_seconds * SECOND,
    )
    hold = pacing.hold(desk, at)
    due = work.next_due(campaign, person, at) if hold is None else None
    if hold is None and (due is None or due > at):
        hold = pacing.Hold.NOBODY
    return Place(hold, _again(hold, desk.free_at, due, at), desk.free_at, due, done, goal)


def _is_own(phone: PhoneState | None, last: Attempt | None) -> bool:
    return phone is not None and last is not None and bool(last.call_ref) and phone.call_ref == last.call_ref


def _again(hold: pacing.Hold | None, free_at: datetime | None, due: datetime | None, at: datetime) -> timedelta | None:
    if hold is None or hold in pacing.ENDS_IT:
        return timedelta(0)
    if hold is pacing.Hold.PAUSE and free_at is not None:
        return free_at - at
    if hold is pacing.Hold.NOBODY:
        return min(max(due - at, LEAST_WAIT), MOST_WAIT) if due is not None else MOST_WAIT
    return MOST_WAIT if hold is pacing.Hold.OVER_CAP else None


# ---------------------------------------------------------------- a call of the exchange


def line_of(attempt: Attempt, at: datetime) -> line.Line | None:
    """How the call of an attempt stands; None of one that was dialled by hand. Two queries, three before it begins."""
    if not attempt.call_ref:
        return None
    centre = attempt.campaign.centre_id
    call = Call.objects.filter(centre=centre, ref=attempt.call_ref).first()
    if call is None:
        wish = Wish.objects.filter(pk=wish_of(attempt.call_ref)).first()
        return line.line_of(line.Heard(attempt.dialled_at, wish.taken_at if wish else None), at)
    told = CallEvent.objects.filter(
        centre=centre, call_ref=call.ref, fact__in=[Fact.CALLBACK_DIALLED, Fact.CALLBACK_FAILED]
    )
    facts = {row.fact: row.data for row in told}
    heard = line.Heard(
        attempt.dialled_at,
        has_begun=True,
        was_dialled=Fact.CALLBACK_DIALLED in facts,
        answered=call.answered_at is not None,
        ended_how=call.ended_how,
        why=str(facts.get(Fact.CALLBACK_FAILED, {}).get("why") or ""),
    )
    return line.line_of(heard, at)


def proposed(end: line.Line, endings: list[Disposition]) -> Disposition | None:
    """The ending of the campaign that the end of the line amounts to."""
    by_key = {one.pk: one for one in endings}
    key = line.proposal(end, (line.Ending(one.pk, Outcome(one.outcome), one.line) for one in endings))
    return by_key[key] if key is not None else None
