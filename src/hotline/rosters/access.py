"""Who may see and who may plan the roster."""

from hotline.core.access import permission
from hotline.people.models import Centre, Person, Position
from hotline.rosters.models import (
    Absence,
    AskedAbsence,
    Booking,
    ChangeConsent,
    RosterEntry,
    RosterPlan,
    Wish,
    WishPrice,
)
from hotline.rosters.models.shifts import OUTSIDE

LEADS = (Position.DIRECTOR, Position.MANAGER, Position.CENTRE_SUPERVISOR, Position.SHIFT_LEADER)


def _same_centre(person: Person, thing: RosterEntry | Person | Centre | None) -> bool:
    match thing:
        case None:
            return True
        case Centre():
            return person.centre_id == thing.pk
        case RosterEntry():
            return person.centre_id == thing.person.centre_id
    return person.centre_id == thing.centre_id


@permission("rosters.view_today")
def views_today(person: Person) -> bool:
    """Whoever works inside the centre sees who is on duty; departments and the field do not."""
    return bool(person.standing.positions - OUTSIDE)


@permission("rosters.view_month")
def views_month(person: Person) -> bool:
    """Everybody has a month of shifts to look at: his own at least."""
    return bool(person.standing.positions)


@permission("rosters.view_roster_entry")
def views_entry(person: Person, entry: RosterEntry) -> bool:
    """Agrees with RosterEntry.objects.visible_to."""
    inside = not person.standing.positions <= OUTSIDE
    return _same_centre(person, entry) and (inside or entry.person_id == person.pk)


@permission("rosters.plan")
def plans(person: Person, thing: RosterEntry | Person | Centre | None = None) -> bool:
    """Those who lead the centre plan, and the system where it acts for them."""
    return (person.is_system or person.standing.is_any(*LEADS)) and _same_centre(person, thing)


@permission("rosters.watch_cover")
def watches_cover(person: Person, centre: Centre) -> bool:
    """The program alone tells of gaps."""
    return person.is_system and person.centre_id == centre.pk


@permission("rosters.set_calendar")
def sets_calendar(person: Person) -> bool:
    """The calendar holds for everybody: administrators and those who answer for the centre."""
    wanted = (Position.SYSADMIN, Position.DIRECTOR, Position.CENTRE_SUPERVISOR)
    return person.is_system or person.standing.is_any(*wanted)


@permission("rosters.set_shifts")
def sets_shifts(person: Person, centre: Centre | None = None) -> bool:
    """Shift types are the handbook's: those who answer for the centre, and its administrators."""
    wanted = (Position.SYSADMIN, Position.DIRECTOR, Position.CENTRE_SUPERVISOR)
    return (person.is_system or person.standing.is_any(*wanted)) and _same_centre(person, centre)


@permission("rosters.book_absence")
def books_absence(person: Person, away: Person) -> bool:
    """Whoever decided in the area above, for somebody of the same centre; nobody for himself but when he falls ill."""
    return person.is_system or _same_centre(person, away)


# ---------------------------------------------------------------- the month

BOOKS_TIME = (*LEADS, Position.TEAM_LEADER, Position.TRAINER, Position.QUALITY)


@permission("rosters.view_roster_plan")
def views_plan(person: Person, plan: RosterPlan) -> bool:
    """Agrees with RosterPlan.objects.visible_to."""
    inside = person.centre_id == plan.centre_id and not person.standing.positions <= OUTSIDE
    return inside and (plan.is_published or person.standing.is_any(*LEADS))


@permission("rosters.confirm_month")
def confirms_month(person: Person, plan: RosterPlan | None = None) -> bool:
    """Everybody with a position says that he knows his shifts, once they are published."""
    there = plan is None or (person.centre_id == plan.centre_id and plan.is_published)
    return there and bool(person.standing.positions)


@permission("rosters.view_wish")
def views_wish(person: Person, wish: Wish) -> bool:
    """Agrees with Wish.objects.visible_to."""
    return person.centre_id == wish.person.centre_id and (wish.person_id == person.pk or person.standing.is_any(*LEADS))


@permission("rosters.view_wish_price")
def views_price(person: Person, price: WishPrice) -> bool:
    """Agrees with WishPrice.objects.visible_to."""
    return person.centre_id == price.plan.centre_id and person.standing.is_any(*LEADS)


@permission("rosters.wish")
def wishes(person: Person, of: Person | None = None) -> bool:
    """Everybody with a position wishes for himself; those who plan may write down what they were told."""
    if of is None or of.pk == person.pk:
        return bool(person.standing.positions)
    return person.standing.is_any(*LEADS) and person.centre_id == of.centre_id


@permission("rosters.view_booking")
def views_booking(person: Person, booking: Booking) -> bool:
    """Agrees with Booking.objects.visible_to."""
    if person.centre_id != booking.centre_id:
        return False
    inside = not person.standing.positions <= OUTSIDE
    return inside or booking.seats.filter(person=person.pk).exists()


@permission("rosters.book_time")
def books_time(person: Person, thing: Centre | Booking | None = None) -> bool:
    """Those who lead, coach, train and monitor book time inside shifts (A2.18)."""
    if not (person.is_system or person.standing.is_any(*BOOKS_TIME)):
        return False
    match thing:
        case None:
            return True
        case Centre():
            return person.centre_id == thing.pk
    return person.centre_id == thing.centre_id


@permission("rosters.view_change_consent")
def views_change(person: Person, change: ChangeConsent) -> bool:
    """Agrees with ChangeConsent.objects.visible_to."""
    here = person.centre_id == change.person.centre_id
    return here and (change.person_id == person.pk or person.standing.is_any(*LEADS))


@permission("rosters.answer_change")
def answers_change(person: Person, change: ChangeConsent) -> bool:
    """Only whose shift it is says yes or no (A7.7)."""
    return change.person_id == person.pk


@permission("rosters.keep_feed")
def keeps_feed(person: Person) -> bool:
    """Everybody with a position may have his shifts in his own calendar."""
    return bool(person.standing.positions)


@permission("rosters.view_absence")
def views_absence(person: Person, absence: Absence) -> bool:
    """Agrees with Absence.objects.visible_to."""
    inside = not person.standing.positions <= OUTSIDE
    return person.centre_id == absence.person.centre_id and (inside or absence.person_id == person.pk)


@permission("rosters.view_asked_absence")
def views_asked_absence(person: Person, asked: AskedAbsence) -> bool:
    """Agrees with AskedAbsence.objects.visible_to."""
    inside = not person.standing.positions <= OUTSIDE
    return person.centre_id == asked.person.centre_id and (inside or asked.person_id == person.pk)


@permission("rosters.hand_over")
def hands_over(person: Person, entry: RosterEntry) -> bool:
    """Whoever approved the swap in the area above, for shifts of the same centre; nobody his own (C3)."""
    return _same_centre(person, entry) and person.pk != entry.person_id
