"""Who may hand over, take over, sign off, oversee, and follow what he took in first."""

from hotline.cases.models import Case
from hotline.core.access import permission
from hotline.handover.logic import Standing
from hotline.handover.models import OVERSEES, AskedAgain, Handover, HandoverItem
from hotline.handover.queries.duty import DESK, LEADS
from hotline.people.models import Person, Position

P = Position
HANDS_OVER = (*DESK, P.CENTRE_SUPERVISOR, P.DISPATCHER, P.FIELD_SUPERVISOR)


@permission("handover.hand_over")
def hands_over(person: Person) -> bool:
    """Everybody who has cases in hand within a shift (C6)."""
    return person.standing.is_any(*HANDS_OVER)


@permission("handover.view_handover")
def views_handover(person: Person, handover: Handover) -> bool:
    """The same rows as `Handover.objects.visible_to`."""
    return Handover.objects.visible_to(person).filter(pk=handover.pk).exists()


@permission("handover.view_handover_item")
def views_item(person: Person, item: HandoverItem) -> bool:
    """The same rows as `HandoverItem.objects.visible_to`."""
    return HandoverItem.objects.visible_to(person).filter(pk=item.pk).exists()


@permission("handover.answer_item")
def answers_item(person: Person, item: HandoverItem) -> bool:
    """Accept or decline: the one named, anybody of the shift where nobody is, a shift leader; never the giver."""
    if person.centre_id != item.handover.centre_id or person.pk == item.handover.person_id:
        return False
    if item.status not in {Standing.OFFERED, Standing.ESCALATED}:
        return person.standing.is_any(*HANDS_OVER)  # too late: the service says who was quicker
    named = item.to_id is None or item.to_id == person.pk
    return (named and person.standing.is_any(*HANDS_OVER)) or person.standing.is_any(*LEADS)


@permission("handover.place_item")
def places_item(person: Person, item: HandoverItem) -> bool:
    """The shift leader hands to somebody what nobody accepted."""
    return person.centre_id == item.handover.centre_id and person.standing.is_any(*LEADS)


@permission("handover.tell_result")
def tells_result(person: Person, item: HandoverItem) -> bool:
    """Whoever took it over, and the shift leader (D2.5)."""
    here = person.centre_id == item.handover.centre_id
    return here and (item.to_id == person.pk or person.standing.is_any(*LEADS))


@permission("handover.oversee")
def oversees(person: Person) -> bool:
    """Today's hand-overs: those who lead the shift or answer for the centre."""
    return person.standing.is_any(*OVERSEES)


@permission("handover.view_records")
def views_records(person: Person) -> bool:
    """Whoever hands over sees his own records, whoever oversees the centre's; the list itself is scoped."""
    return person.standing.is_any(*HANDS_OVER, *OVERSEES)


@permission("handover.export")
def exports(person: Person) -> bool:
    """Those who answer for figures; an export is logged."""
    return person.standing.is_any(P.SHIFT_LEADER, P.CENTRE_SUPERVISOR, P.DIRECTOR, P.MANAGER, P.TEAM_LEADER)


@permission("handover.run_clock")
def runs_clock(person: Person) -> bool:
    """The programs of the centre: escalate before a shift ends, tell first owners what happened."""
    return person.is_system


@permission("handover.follow")
def follows(person: Person) -> bool:
    """Whoever takes calls owes something to those who called (D2.6)."""
    return person.standing.is_any(*DESK)


@permission("handover.follow_case")
def follows_case(person: Person, case: Case) -> bool:
    """The first owner of the case."""
    return case.first_owner_id == person.pk


@permission("handover.tell_customer")
def tells_customer(person: Person, case: Case) -> bool:
    """The first owner; the shift leader for him."""
    here = person.centre_id == case.centre_id
    return here and (case.first_owner_id == person.pk or person.standing.is_any(*LEADS))


@permission("handover.ask_first_owner")
def asks_first_owner(person: Person, case: Case) -> bool:
    """Whoever has the customer on the line."""
    return person.centre_id == case.centre_id and person.standing.is_any(*DESK)


@permission("handover.view_asked_again")
def views_asked_again(person: Person, asked: AskedAgain) -> bool:
    """The same rows as `AskedAgain.objects.visible_to`."""
    return AskedAgain.objects.visible_to(person).filter(pk=asked.pk).exists()


@permission("handover.answer_asked_again")
def answers_asked_again(person: Person, asked: AskedAgain) -> bool:
    """The first owner to whom the customer was sent."""
    return asked.to_id == person.pk
