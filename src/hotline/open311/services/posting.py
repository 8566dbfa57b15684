"""Reports and updates that programs post: taken in once, whatever is sent twice."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext

from hotline.cases.models import Case, Category, Condition, FileKind, Grid, Source
from hotline.cases.services import files, intake
from hotline.core.access import authorize
from hotline.customers.models import Customer
from hotline.customers.services import register as register_customer
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.open311.logic.updates import Said
from hotline.open311.logic.wishes import SECRET, Told, Upload, Wish
from hotline.open311.models import ApiKey, Posting, Update
from hotline.open311.queries import keys as queries
from hotline.open311.services.webhooks import enqueue
from hotline.people.models import Person
from hotline.people.services.notices import notify


@transaction.atomic
def post_request(
    *,
    key: ApiKey,
    wish: Wish,
    category: Category,
    condition: Condition | None,
    grid: Grid | None,
    by: Person,
    at: datetime,
) -> tuple[Posting, bool]:
    """Take in a report (B3.1), and whether it is a new one.

    The same report sent again is the first one: known by the program's own key of it, or else by every word of it
    being the same within ten minutes.
    """
    authorize(by, "open311.post", key)
    _one_at_a_time(f"{key.pk}:{wish.token or wish.fingerprint}")
    known = queries.posted_before(key, wish, at)
    if known is not None:
        if wish.token and known.fingerprint != wish.fingerprint:
            note = _("Under this key of yours another report was posted: {number}.")
            raise Refused(Refusal("open311.token", note, {"number": known.case.number}))
        return known, False
    case = intake.register(
        by=by,
        at=at,
        source=Source.WEB,
        description=wish.description or category.small_name,
        customer=_customer(wish, by, at),
        reporter=by if wish.files else None,  # whoever reports may add pictures
        place=wish.place or (grid.name if grid else ""),
        latitude=wish.latitude,
        longitude=wish.longitude,
        category=category,
        secret="yes" in wish.answers.get(SECRET, ()),
    )
    _attach(case, wish.files, by, at)
    posting = Posting.objects.create(
        key=key,
        case=case,
        token=wish.token,
        fingerprint=wish.fingerprint,
        condition=condition,
        answers={code: list(values) for code, values in wish.answers.items()},
        account=wish.account,
        media_url=wish.media_url,
        at=at,
    )
    return posting, True


def _one_at_a_time(name: str) -> None:
    """Hold a name until the transaction ends: the same report sent twice at once waits and then finds the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 311))", [name])


def _customer(wish: Wish, by: Person, at: datetime) -> Customer | None:
    """Who reports, where that is said; a number that cannot be dialled is kept as a note, not lost."""
    if not (wish.name or wish.phone or wish.email):
        return None
    note = wish.email
    try:
        return register_customer(by=by, at=at, name=wish.name, number=wish.phone, note=note, is_another=True)
    except Refused:
        note = " ".join(part for part in (wish.phone, wish.email) if part)
        return register_customer(by=by, at=at, name=wish.name or gettext("Reporter over the open interface"), note=note)


def _attach(case: Case, uploads: Sequence[Upload], by: Person, at: datetime) -> None:
    for upload in uploads:
        files.attach(case_id=case.pk, kind=FileKind.BEFORE, name=upload.name, content=upload.content, by=by, at=at)


@transaction.atomic
def tell_update(*, key: ApiKey, told: Told, case: Case, by: Person, at: datetime) -> tuple[Update, bool]:
    """Keep what a program tells of a case, once, and whether it is new; whoever has the case in hand is told.

    It changes nothing about the case: closing passes the closing gate, whoever says that it is done.
    """
    authorize(by, "open311.tell", key)
    _one_at_a_time(f"{key.pk}:update:{told.foreign_id}")
    known = Update.objects.filter(key=key, foreign_id=told.foreign_id).select_related("case").first()
    if known is not None:
        return known, False
    update = Update.objects.create(
        centre_id=key.centre_id,
        case=case,
        said=Said.TOLD,
        is_closed=told.is_closed,
        at=told.at,
        key=key,
        foreign_id=told.foreign_id,
        foreign_code=told.foreign_code,
        text=told.text,
        media_url=told.media_url,
        told_at=at,
    )
    enqueue(key.centre, [update], by, at)
    held = case.holding
    person = held.person if held is not None and held.person is not None else case.first_owner
    if person is not None and person.is_active:
        text = _("{who} reports on case {number}; look at it.")
        values = {"who": key.organisation, "number": case.number}
        notify(to=person, text=text, params=values, link=f"/cases/{case.number}/", by=by, at=at)
    return update, True
