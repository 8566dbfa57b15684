"""Hand-outs and their delivery: noted once with the deadlines of their day, sent, acknowledged, given up, mended."""

from datetime import datetime
from fractions import Fraction

from django.db import transaction
from django.utils.translation import gettext

from hotline.cases.logic.flow import Action, Stage
from hotline.cases.models import CaseEvent, StageRun
from hotline.core import live
from hotline.core.access import authorize
from hotline.core.clock import local, local_day
from hotline.core.states import begin, move
from hotline.departments.logic import clocks
from hotline.departments.logic.terms import OBJECTION, Limit
from hotline.departments.models import Agreement, Channel, Contact, Delivery, DeliveryStatus, Hop
from hotline.departments.queries import clocks as clock_queries
from hotline.departments.queries import hops as queries
from hotline.departments.queries import work
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.kernel.workclock import Unit as ClockUnit
from hotline.kernel.workclock import WorkCalendar, deadline, elapsed
from hotline.messages import services as messages
from hotline.people.models import Person
from hotline.rosters.queries import duty as rosters

D = DeliveryStatus
CLAUSE = "A2.21"
OCCASION = "departments_dispatch"


def _touch(hop: Hop) -> None:
    live.touch(f"case:{hop.case_id}", f"department:{hop.department_id}", f"deliveries:{hop.case.centre_id}")


@transaction.atomic
def note_handout(*, run_id: int, by: Person, at: datetime) -> Hop:
    """Note that a case was handed out to a department: its deadlines, its deliveries. Asked twice it is the same."""
    run = StageRun.objects.select_for_update(of=("self",)).get(pk=run_id)
    known = Hop.objects.select_related("case").filter(run=run).first()
    if known is not None:
        return known
    case = run.case
    authorize(by, "departments.hand_over", case.centre_id)
    assert run.department is not None
    event = CaseEvent.objects.select_related("actor").get(case=case, seq=run.began_seq)
    day = local_day(run.began_at)
    calendar = rosters.work_calendar(day)
    agreed = work.agreement_for(case, run.department_id or 0, day)
    standard = event.data.get("stage_due")
    hop = Hop.objects.create(
        run=run,
        case=case,
        department=run.department,
        agreement=agreed,
        given_by=event.actor,
        standard_due_at=datetime.fromisoformat(standard) if standard else run.due_at,
        accept_due_at=_limit(agreed, "accept").ends(calendar, run.began_at) if agreed else None,
        own_due_at=_limit(agreed, "hop").ends(calendar, run.began_at) if agreed else None,
        phase_due_at=_phase_due(agreed, run, calendar) if agreed else None,
        objection_due_at=_object_until(agreed, event, run, calendar),
        at=at,
    )
    _open_deliveries(hop, by, at)
    _touch(hop)
    return hop


def _limit(agreed: Agreement, name: str) -> Limit:
    return Limit(getattr(agreed, f"{name}_value"), ClockUnit(getattr(agreed, f"{name}_unit")))


def _phase_due(agreed: Agreement, run: StageRun, calendar: WorkCalendar) -> datetime | None:
    """What earlier hops and the time between them have left of the agreed limit of the whole phase."""
    if not agreed.phase_value:
        return None
    limit = _limit(agreed, "phase")
    phase = clocks.phase_of(clock_queries.passes(run.case), run.began_seq)
    left = Fraction(limit.value)
    for one in phase[:-1]:
        if one.ended is not None and one.stage != Stage.PARKED.value:
            left -= elapsed(calendar, limit.unit, one.began, one.ended)
    return deadline(calendar, limit.unit, run.began_at, left) if left > 0 else run.began_at


def _object_until(agreed: Agreement | None, event: CaseEvent, run: StageRun, calendar: WorkCalendar) -> datetime:
    """Rework is no dispatch: there is nothing to object to."""
    if event.action != Action.DISPATCH:
        return run.began_at
    limit = _limit(agreed, "objection") if agreed else OBJECTION.on(local_day(run.began_at)).raise_within
    return limit.ends(calendar, run.began_at)


def _open_deliveries(hop: Hop, by: Person, at: datetime) -> None:
    contact = Contact.objects.filter(department=hop.department_id).first()
    ways = [(Channel.INBOX, "")]
    if contact is not None and contact.by_mail:
        ways.append((Channel.MAIL, contact.mail))
    for channel, address in ways:
        delivery = Delivery(hop=hop, channel=channel, address=address)
        begin(delivery, D.UNSENT, by=by, at=at)
        delivery.save(force_insert=True)


def _locked(delivery_id: int) -> Delivery:
    names = ("hop__case__category", "hop__case__condition", "hop__department", "hop__run")
    return Delivery.objects.select_for_update(of=("self",)).select_related(*names).get(pk=delivery_id)


@transaction.atomic
def send_mail(*, delivery_id: int, by: Person, at: datetime) -> Delivery:
    """Hand a waiting mail to the post; what the post refuses is given up at once, and somebody is asked."""
    delivery = _locked(delivery_id)
    authorize(by, "departments.hand_over", delivery.hop.case.centre_id)
    if delivery.status != D.UNSENT or delivery.channel != Channel.MAIL:
        return delivery
    try:
        with transaction.atomic():
            messages.send(
                channel="mail",
                to=delivery.address,
                occasion=OCCASION,
                params=_told(delivery.hop),
                key=queries.key_of(delivery),
                about=f"cases.case:{delivery.hop.case_id}",
                urgent=delivery.hop.case.is_urgent,
                by=by,
                at=at,
            )
    except Refused as error:
        delivery.last_error = str(error.refusals[0])[:300]
        move(delivery, D.FAILED, by=by, at=at, also=("last_error",))
    else:
        move(delivery, D.SENDING, by=by, at=at)
    _touch(delivery.hop)
    return delivery


def _told(hop: Hop) -> dict[str, object]:
    """What a mail says of a case: never who called."""
    case = hop.case
    due = clock_queries.judged_due(hop)
    return {
        "number": case.number,
        "department": hop.department.name,
        "what": str(case.category or ""),
        "place": case.place or "—",
        "condition": case.condition.filing_condition if case.condition else "—",
        "due": f"{local(due):%Y-%m-%d %H:%M}" if due else gettext("no limit"),
    }


@transaction.atomic
def note_result(*, delivery_id: int, failure: str, by: Person, at: datetime) -> Delivery:
    """The post took the mail, or (`failure` says why) gave it up."""
    delivery = _locked(delivery_id)
    authorize(by, "departments.hand_over", delivery.hop.case.centre_id)
    if delivery.status != D.SENDING:
        return delivery  # acknowledged meanwhile, or told twice
    delivery.last_error = failure[:300]
    move(delivery, D.FAILED if failure else D.DELIVERED, by=by, at=at, also=("last_error",))
    _touch(delivery.hop)
    return delivery


@transaction.atomic
def note_opened(*, hop_id: int, by: Person, at: datetime) -> Hop:
    """The department's clerk has the case before his eyes: the inbox has delivered it. The first time counts."""
    hop = Hop.objects.select_related("case").get(pk=hop_id)
    authorize(by, "departments.acknowledge", hop)
    rows = Delivery.objects.select_for_update().filter(hop=hop, channel=Channel.INBOX, status=D.UNSENT)
    for delivery in rows:
        move(delivery, D.DELIVERED, by=by, at=at)
        _touch(hop)
    return hop


@transaction.atomic
def acknowledge(*, delivery_id: int, by: Person, at: datetime) -> Delivery:
    """The department has begun, or the case has gone from it: nothing is left to deliver."""
    delivery = _locked(delivery_id)
    authorize(by, "departments.hand_over", delivery.hop.case.centre_id)
    if delivery.status != D.ACKNOWLEDGED and queries.has_begun(delivery.hop):
        move(delivery, D.ACKNOWLEDGED, by=by, at=at)
        _touch(delivery.hop)
    return delivery


@transaction.atomic
def try_again(*, delivery_id: int, by: Person, at: datetime) -> Delivery:
    """Send what was given up once more, to the mailbox as it is known now."""
    delivery = _locked(delivery_id)
    authorize(by, "departments.mend_delivery", delivery)
    contact = Contact.objects.filter(department=delivery.hop.department_id).first()
    delivery.address = contact.mail if contact and contact.mail else delivery.address
    delivery.rounds += 1
    move(delivery, D.UNSENT, by=by, at=at, also=("address", "rounds"))
    _touch(delivery.hop)
    return delivery


@transaction.atomic
def tell_by_phone(*, delivery_id: int, who: str, by: Person, at: datetime) -> Delivery:
    """Somebody of the department was told by telephone; who, is written down."""
    delivery = _locked(delivery_id)
    authorize(by, "departments.mend_delivery", delivery)
    if not who.strip():
        raise Refused(Refusal(CLAUSE, _("Say who was told."), {"field": "who"}))
    delivery.phoned_to = who.strip()[:60]
    move(delivery, D.DELIVERED, by=by, at=at, note=delivery.phoned_to, also=("phoned_to",))
    _touch(delivery.hop)
    return delivery
