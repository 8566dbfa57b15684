"""Letters and visits (来信来访): entered one after another, with their own day."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from hotline.cases.models import Category, FileKind, Source
from hotline.cases.services import files
from hotline.cases.services import intake as cases
from hotline.citizens.models import Paper
from hotline.citizens.services import intake
from hotline.core import clock
from hotline.core.access import authorize
from hotline.customers import services as customers
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person

SOURCES = (Source.LETTER, Source.VISIT)
CLAUSE = "B3.1"


@transaction.atomic
def enter(  # noqa: PLR0913 a letter has that many sides
    *,
    source: str,
    day: date,
    description: str,
    place: str = "",
    name: str = "",
    number: str = "",
    category: Category | None = None,
    secret: bool = False,
    reference: str = "",
    scans: Sequence[tuple[str, bytes]] = (),
    by: Person,
    at: datetime,
) -> Paper:
    """Register a letter or a visit: it arrived on its own day, was taken in now, and waits in the intake queue."""
    authorize(by, "citizens.enter_paper")
    if source not in SOURCES:
        raise Refused(Refusal(CLAUSE, _("Say whether it is a letter or a visit."), {"field": "source"}))
    if day > clock.local_day(at):
        raise Refused(Refusal(CLAUSE, _("The day lies in the future."), {"field": "day"}))
    customer = None
    if name.strip() or number.strip():
        customer = customers.register(by=by, at=at, name=name, number=number, is_another=True)
    case = cases.register(
        by=by,
        at=at,
        source=source,
        description=description,
        customer=customer,
        place=place,
        category=category,
        secret=secret,
        arrived_at=at,
    )
    for file_name, content in scans:
        files.attach(case_id=case.pk, kind=FileKind.EVIDENCE, name=file_name, content=content, by=by, at=at)
    paper = Paper.objects.create(case=case, day=day, sender=reference.strip()[:60], entered_by=by, at=at)
    intake.give_code(case_id=case.pk, by=by, at=at)
    return paper
