"""Who asks, decides, reads and arranges leave and swaps."""

from hotline.approvals.queries import may_decide
from hotline.core.access import permission
from hotline.leave.models import BalanceEntry, Certificate, Leave, LeaveStatus, PregnancyNotice, Swap, SwapStatus
from hotline.leave.models.balances import KEEPS_BALANCES
from hotline.leave.models.papers import KNOWS_PREGNANCY, READS_PAPERS
from hotline.leave.models.requests import SEES
from hotline.leave.queries.requests import chain_of_leave, chain_of_swap
from hotline.people.models import Centre, Person, Position
from hotline.rosters.models.shifts import OUTSIDE

# They write down what somebody tells them by telephone.
WRITES_DOWN = (*SEES, Position.TEAM_LEADER)


def _same(person: Person, other: Person | None) -> bool:
    return other is None or person.centre_id == other.centre_id


@permission("leave.ask")
def asks(person: Person, other: Person | None = None) -> bool:
    """Everybody for himself; those who lead write down what a colleague tells them (D2.8)."""
    if other is None or other.pk == person.pk:
        return bool(person.standing.positions) and Position.DEPARTMENT_CLERK not in person.standing.positions
    return _same(person, other) and (person.is_system or person.standing.is_any(*WRITES_DOWN))


@permission("leave.view_leave")
def views_leave(person: Person, leave: Leave) -> bool:
    """The same scope as LeaveQuerySet.visible_to, for one row."""
    return Leave.objects.visible_to(person).filter(pk=leave.pk).exists()


@permission("leave.decide")
def decides(person: Person, leave: Leave) -> bool:
    """Whoever has the turn in its chain; nobody his own."""
    if leave.status != LeaveStatus.ASKED or leave.person_id == person.pk:
        return False
    chain = chain_of_leave(leave)
    return chain is not None and may_decide(person, chain)


@permission("leave.take_back")
def takes_back(person: Person, leave: Leave) -> bool:
    """Whoever is away or wrote it down; human resources for him."""
    mine = person.pk in {leave.person_id, leave.asked_by_id}
    return mine or (_same(person, leave.person) and person.standing.is_any(Position.HR))


@permission("leave.see_returning")
def sees_returning(person: Person, leave: Leave) -> bool:
    """That somebody is back: himself, those who lead, the program when the last day is over."""
    return asks(person, leave.person)


@permission("leave.exempt")
def exempts(person: Person, leave: Leave) -> bool:
    """Reading 73: the director, never for himself."""
    return person.standing.is_any(Position.DIRECTOR) and _same(person, leave.person) and person.pk != leave.person_id


@permission("leave.hand_in")
def hands_in(person: Person, leave: Leave) -> bool:
    """Certificates: whose leave it is, and human resources for him."""
    mine = leave.person_id == person.pk
    return mine or (_same(person, leave.person) and person.standing.is_any(Position.HR))


@permission("leave.read_paper")
def reads_paper(person: Person, certificate: Certificate) -> bool:
    """Whose it is, who has to decide about it, the director, human resources (PIPL 28)."""
    leave = certificate.leave
    if not _same(person, leave.person):
        return False
    return leave.person_id == person.pk or person.standing.is_any(*READS_PAPERS) or decides(person, leave)


@permission("leave.forget")
def forgets(person: Person) -> bool:
    """The program alone."""
    return person.is_system


@permission("leave.overview")
def views_overview(person: Person) -> bool:
    """Who is away: whoever works inside the centre, as on the roster."""
    return bool(person.standing.positions - OUTSIDE)


@permission("leave.view_deciding")
def views_deciding(person: Person) -> bool:
    """Whoever works inside the centre: anybody may be asked to stand in."""
    return views_overview(person)


@permission("leave.view_balance_entry")
def views_entry(person: Person, entry: BalanceEntry) -> bool:
    """The same scope as EntryQuerySet.visible_to, for one row."""
    mine = entry.person_id == person.pk and entry.person.centre_id == person.centre_id
    return mine or (_same(person, entry.person) and person.standing.is_any(*KEEPS_BALANCES))


@permission("leave.keep_balances")
def keeps_balances(person: Person, thing: Person | Centre | None = None) -> bool:
    """Human resources and the director, nobody his own; the program posts what the law gives."""
    if isinstance(thing, Centre):
        same = thing.pk == person.centre_id
    else:
        same = _same(person, thing) and (thing is None or thing.pk != person.pk)
    return same and (person.is_system or person.standing.is_any(*KEEPS_BALANCES))


@permission("leave.post_grants")
def posts_grants(person: Person, other: Person) -> bool:
    """What the law gives follows from years of work, whoever makes it be written down."""
    return _same(person, other)


@permission("leave.view_pregnancy_notice")
def views_pregnancy(person: Person, notice: PregnancyNotice) -> bool:
    """Her own; the director and human resources (reading 75)."""
    same = notice.person.centre_id == person.centre_id
    return same and (notice.person_id == person.pk or person.standing.is_any(*KNOWS_PREGNANCY))


@permission("leave.tell_pregnancy")
def tells_pregnancy(person: Person, other: Person | None = None) -> bool:
    """Oneself alone, freely."""
    return asks(person) and (other is None or other.pk == person.pk)


# ---------------------------------------------------------------- swaps


@permission("leave.swap")
def swaps(person: Person, partner: Person | None = None) -> bool:
    """Whoever works shifts, with a colleague of the centre."""
    return asks(person) and _same(person, partner) and (partner is None or partner.pk != person.pk)


@permission("leave.view_swap")
def views_swap(person: Person, swap: Swap) -> bool:
    """The same scope as SwapQuerySet.visible_to, for one row."""
    return Swap.objects.visible_to(person).filter(pk=swap.pk).exists()


@permission("leave.answer_swap")
def answers_swap(person: Person, swap: Swap) -> bool:
    """The colleague who was asked."""
    return person.pk == swap.partner_id


@permission("leave.decide_swap")
def decides_swap(person: Person, swap: Swap) -> bool:
    """Whoever has the turn; neither of the two."""
    if swap.status != SwapStatus.AGREED or person.pk in {swap.asker_id, swap.partner_id}:
        return False
    chain = chain_of_swap(swap)
    return chain is not None and may_decide(person, chain)


@permission("leave.withdraw_swap")
def withdraws_swap(person: Person, swap: Swap) -> bool:
    """Whoever asked for it; the program when its shift has begun."""
    return person.pk == swap.asker_id or (person.is_system and person.centre_id == swap.asker.centre_id)


@permission("leave.watch_swaps")
def watches_swaps(person: Person, swap: Swap) -> bool:
    """The program alone tells of what is overdue."""
    return person.is_system and person.centre_id == swap.asker.centre_id
