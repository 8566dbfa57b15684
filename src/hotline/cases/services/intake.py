"""Taking in reports: a case is born with its number, its place, and the one who has it in hand (B3.1)."""

from datetime import date, datetime
from decimal import Decimal

from django.db import connection, transaction

from hotline.cases.logic.flow import Action, Queue, Stage, Status
from hotline.cases.models import Case, Category, Source
from hotline.cases.queries import custody, places
from hotline.cases.queries.plain import plain
from hotline.cases.services import act
from hotline.cases.services.search import index_case
from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.core.states import begin
from hotline.customers.models import Customer
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person, Position

DESK = (Position.OPERATOR, Position.AGENT, Position.SHIFT_LEADER, Position.TEAM_LEADER)


@transaction.atomic
def register(  # noqa: PLR0913 a report has that many sides
    *,
    by: Person,
    at: datetime,
    source: str,
    description: str,
    customer: Customer | None = None,
    reporter: Person | None = None,
    place: str = "",
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    datum: str = "wgs84",
    category: Category | None = None,
    urgent: bool = False,
    secret: bool = False,
    external_id: str = "",
    arrived_at: datetime | None = None,
) -> Case:
    """Register a report (受理). An operator who takes it in at his desk holds it; any other waits in the intake queue.

    `arrived_at` is when the report reached us, where that was before it is registered; custody begins there.
    """
    authorize(by, "cases.register")
    _refuse_nonsense(source, description, at, arrived_at)
    began = arrived_at or at
    spot = places.resolve(by.centre, latitude, longitude, datum=datum)
    takes_calls = arrived_at is None and not by.is_system and by.standing.is_any(*DESK)
    shifts = act.shifts_ahead(by, at) if takes_calls else ([], [])
    owner = by if any(shift.holds(at) for shift in shifts[0]) else None
    case = Case(centre_id=by.centre_id, number=next_number(by.centre_id, local_day(began)), version=0)
    begin(case, Status.REGISTERED, by=by, at=began)
    holder: dict[str, object] = {"queue": Queue.INTAKE.value}
    terms, due = custody.Terms(), None
    stage_due = act.due_by_table(by.centre_id, Stage.ACCEPTANCE, began, terms)
    if owner is not None:
        holder = {"person": owner.pk}
        own = terms.on(by.centre_id, local_day(began))
        due = act.countdown(owner, Stage.ACCEPTANCE.value, began, stage_due, shifts, own)
    stage = act.stage_data(Status.REGISTERED, stage_due, None)
    columns = {
        "centre_id": by.centre_id,
        "number": case.number,
        "source": Source(source).value,
        "external_id": external_id,
        "status": Status.REGISTERED.value,
        "status_at": plain(began),
        "status_by_id": by.pk,
        "customer_id": customer.pk if customer else None,
        "reporter_id": reporter.pk if reporter else None,
        "is_secret": secret or bool(customer and customer.is_secret),
        "description": description.strip(),
        "is_urgent": urgent,
        "category_id": category.pk if category else None,
        "place": place.strip(),
        "latitude": plain(latitude),
        "longitude": plain(longitude),
        "datum": datum,
        "district_id": spot.district.pk if spot.district else None,
        "grid_id": spot.grid.pk if spot.grid else None,
        "first_owner_id": owner.pk if owner else None,
        "operator_id": owner.pk if owner else None,
        "arrived_at": plain(began),
    }
    data = {**stage, "holder": holder, "holding_due": plain(due), "set": columns}
    act.append(case, action=Action.REGISTER, by=by, at=began, note="", data=data)
    index_case(case=case)
    return case


def _refuse_nonsense(source: str, description: str, at: datetime, arrived_at: datetime | None) -> None:
    if source not in Source.values:
        raise Refused(Refusal("B3.1", _("“{source}” is not a source of reports."), {"source": source}))
    if not description.strip():
        raise Refused(Refusal("B2.6", _("Say what was reported."), {"field": "description"}))
    if arrived_at is not None and arrived_at > at:
        raise Refused(Refusal("B3.1", _("A report cannot have arrived in the future."), {"field": "arrived_at"}))


def next_number(centre_id: int, day: date) -> str:
    """The next number of the day: 20260309-0042. The counter's row is locked until the case commits."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO cases_casecounter (centre_id, day, last) VALUES (%s, %s, 1)
            ON CONFLICT (centre_id, day) DO UPDATE SET last = cases_casecounter.last + 1
            RETURNING last
            """,
            [centre_id, day],
        )
        return f"{day:%Y%m%d}-{cursor.fetchone()[0]:04d}"
