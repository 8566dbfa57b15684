"""What a person at a campaign needs: whom he has in hand, who is next, what he promised, whether it is time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from hotline.core import clock
from hotline.customers.queries import reveals_today
from hotline.kernel.workclock import DayKind
from hotline.outbound.logic import hours
from hotline.outbound.logic.terms import TERMS, OutboundTerms
from hotline.outbound.logic.words import Standing
from hotline.outbound.models import Answers, Attempt, Campaign, Crew, Disposition, DoNotCall, Look, Record, Script
from hotline.people.models import Person
from hotline.rosters.queries.duty import work_calendar
from hotline.telephony.logic.words import CallKind
from hotline.telephony.models import Call

MOST_LOOKED_AT = 200  # in one search for the next person, before the rest is left to the next


def terms(at: datetime) -> OutboundTerms:
    """The numbers in force."""
    return TERMS.on(clock.local_day(at))


def kind_on(day: date) -> DayKind:
    """What the centre's calendar says about a day."""
    return work_calendar(day).kind_on(day)


def closed(campaign: Campaign, at: datetime) -> hours.Closed | None:
    """Why the campaign may call nobody now; None when it may."""
    return hours.closed(campaign.window, terms(at), kind_on(clock.local_day(at)), at)


def opening(campaign: Campaign, at: datetime) -> datetime | None:
    """The first moment from now on at which the campaign may call."""
    return hours.next_opening(campaign.window, terms(at), kind_on, at)


def closed_words(campaign: Campaign, at: datetime) -> dict[str, object]:
    """What the sentence about closed hours is filled with."""
    opens, closes = campaign.window.within(terms(at))
    return {
        "first": campaign.first_day.isoformat(),
        "last": campaign.last_day.isoformat() if campaign.last_day else "",
        "opens": f"{opens:%H:%M}",
        "closes": f"{closes:%H:%M}",
    }


def in_hand(person: Person) -> Record | None:
    """Whom a person has in hand."""
    rows = Record.objects.filter(taken_by=person.pk, status=Standing.TAKEN.value)
    return rows.select_related("campaign").first()


def attempt_of(person: Person, call_ref: str) -> Attempt | None:
    """The call of a campaign that the exchange makes for a person under this name, until he said what it came to."""
    rows = Attempt.objects.filter(by=person.pk, call_ref=call_ref, ended_at__isnull=True)
    return rows.select_related("record", "campaign").first() if call_ref else None


def is_of_campaign(call: Call) -> bool:
    """Whether a call was made for a campaign, whose form says what came of it."""
    return call.kind == CallKind.OUT and Attempt.objects.filter(call_ref=call.ref).exists()


def is_barred(centre_id: int, e164: str, day: date) -> bool:
    """Whether a number must not be called on a day."""
    return DoNotCall.objects.filter(centre=centre_id, e164=e164).in_force(day).exists()


def tries_today(centre_id: int, e164: str, at: datetime) -> int:
    """How often a number was called today, by whichever campaign."""
    start = clock.wall(clock.local_day(at))
    rows = Attempt.objects.filter(e164=e164, dialled_at__gte=start, campaign__centre=centre_id)
    return rows.filter(is_void=False).count()


def _open_to(person: Person, at: datetime) -> Q:
    """Whom this person may get: everybody but the appointments that are still kept for a colleague."""
    left = Q(appointment_at__lte=at - terms(at).own_only)
    return Q(promised_to__isnull=True) | Q(promised_to=person.pk) | left


def waiting(campaign: Campaign, person: Person, at: datetime) -> Iterator[Record]:
    """Who may be next for this person, locked, the first first: his own appointments that are due, those of all, then
    everybody else in the order of their time.

    One row is locked at a time, or the first to ask would hold them all; rows that a colleague is looking at are
    passed over. Whoever does not take the row he was given writes why into it before he asks for the next.
    """
    due = Record.objects.select_for_update(of=("self",), skip_locked=True).filter(
        _open_to(person, at), campaign=campaign.pk, status=Standing.WAITING.value, next_at__lte=at
    )
    for rows in (
        due.filter(promised_to=person.pk),
        due.filter(appointment_at__isnull=False),
        due.filter(appointment_at__isnull=True),
    ):
        for _turn in range(MOST_LOOKED_AT):
            row = rows.order_by("next_at", "pk").first()
            if row is None:
                break
            yield row


def next_due(campaign: Campaign, person: Person, at: datetime) -> datetime | None:
    """When the next one comes whom this person gets; a colleague's appointment, once it is kept for him no longer."""
    rows, open_to = Record.objects.filter(campaign=campaign.pk, status=Standing.WAITING.value), _open_to(person, at)
    soonest: datetime | None = rows.filter(open_to).order_by("next_at").values_list("next_at", flat=True).first()
    if soonest is not None and soonest <= at:
        return soonest
    kept = rows.exclude(open_to).order_by("appointment_at")
    left: datetime | None = kept.values_list("appointment_at", flat=True).first()
    moments = [soonest] if soonest is not None else []
    moments += [left + terms(at).own_only] if left is not None else []
    return min(moments, default=None)


def script_of(campaign: Campaign) -> Script | None:
    """The newest version of its script."""
    return Script.objects.filter(campaign=campaign.pk).order_by("-version").first()


def dispositions(campaign: Campaign, *, all_of_them: bool = False) -> list[Disposition]:
    """In which ways its calls may end, by their keys."""
    rows = Disposition.objects.filter(campaign=campaign.pk)
    return list(rows if all_of_them else rows.filter(is_active=True))


def open_attempt(record: Record) -> Attempt | None:
    """The call to somebody of which nobody has said yet what came of it."""
    return Attempt.objects.filter(record=record.pk, ended_at__isnull=True).select_related("campaign").first()


def answered_before(record: Record) -> Answers | None:
    """What he answered last."""
    return Answers.objects.filter(record=record.pk).select_related("script").order_by("-pk").first()


def attempts_of(record: Record) -> list[Attempt]:
    """Every call to somebody, the newest first."""
    return list(record.attempts.select_related("by", "disposition").order_by("-number"))


def looks_today(person: Person, at: datetime) -> int:
    """How often a person looked behind the mask today, here and at customers; numbers shown for dialling aside."""
    start = clock.wall(clock.local_day(at))
    mine = Look.objects.filter(person=person.pk, at__gte=start, at__lte=at).exclude(reason="")
    return mine.count() + reveals_today(person, at)


@dataclass(frozen=True, slots=True)
class Mine:
    """A campaign as one who works in it sees it: its progress, and his own goal for today."""

    campaign: Campaign
    done: int
    people: int
    my_goal: int | None
    my_done: int
    my_calls: int
    ready: int
    closed: hours.Closed | None


def mine(person: Person, at: datetime) -> list[Mine]:
    """The campaigns in which a person works, running ones first: three queries and three for each."""
    crews = Crew.objects.filter(person=person.pk, is_active=True, campaign__centre=person.centre_id)
    rows = crews.exclude(campaign__status__in=["draft", "closed"]).select_related("campaign")
    found = [_mine(crew, person, at) for crew in rows.order_by("campaign__status", "-campaign__made_at")]
    return sorted(found, key=lambda one: one.campaign.status != "running")


def _mine(crew: Crew, person: Person, at: datetime) -> Mine:
    campaign = crew.campaign
    start = clock.wall(clock.local_day(at))
    today = list(
        Attempt.objects.filter(campaign=campaign.pk, by=person.pk, ended_at__gte=start, is_void=False).values_list(
            "is_done", flat=True
        )
    )
    counts = dict(standing_counts(campaign))
    return Mine(
        campaign=campaign,
        done=counts.get(Standing.DONE.value, 0),
        people=sum(counts.values()),
        my_goal=crew.daily_goal or campaign.daily_goal,
        my_done=sum(today),
        my_calls=len(today),
        ready=Record.objects.filter(campaign=campaign.pk, status=Standing.WAITING.value, next_at__lte=at)[
            :1000
        ].count(),
        closed=closed(campaign, at),
    )


def standing_counts(campaign: Campaign) -> list[tuple[str, int]]:
    """How many of its people stand where."""
    rows = Record.objects.filter(campaign=campaign.pk).order_by().values("status").annotate(count=Count("pk"))
    return [(row["status"], row["count"]) for row in rows]


def appointments(person: Person, limit: int = 20) -> list[Record]:
    """What a person promised to call about, the soonest first."""
    rows = Record.objects.filter(promised_to=person.pk, status=Standing.WAITING.value, campaign__status="running")
    return list(rows.select_related("campaign").order_by("next_at")[:limit])


def left_in_hands(at: datetime) -> QuerySet[Record]:
    """People who were taken so long ago that whoever took them has left them."""
    since = at - terms(at).in_hand
    return Record.objects.filter(status=Standing.TAKEN.value, taken_at__lt=since).select_related("campaign__centre")
