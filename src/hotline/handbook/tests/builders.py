"""Versions of the handbook on their way, made through the services."""

from datetime import date, datetime, timedelta
from fractions import Fraction

from hotline.core import clock
from hotline.handbook import queries
from hotline.handbook.models import Edition, Stance
from hotline.handbook.services import editions as services
from hotline.people.models import Centre, Person, Position
from hotline.people.queries import system_person
from hotline.people.tests import builders as people

P = Position
OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
AT = clock.wall(date(2026, 10, 8), 10)
STRICTER: dict[str, object] = {"accuracy.target": "99", "exam.target": "90"}


def draft(
    staff: dict[str, Person], *, values: dict[str, object] | None = None, at: datetime = AT, since: date = NOVEMBER
) -> Edition:
    """A draft by the centre supervisor that sets these values."""
    by = staff[P.CENTRE_SUPERVISOR]
    row = services.propose(
        title="提高准确率和考试标准", reason="循序渐进，逐步提高", effective_from=since, by=by, at=at
    )
    for key, raw in (STRICTER if values is None else values).items():
        services.set_value(edition_id=row.pk, key=key, raw=raw, by=by, at=at)
    return row


def consulted(staff: dict[str, Person], row: Edition, at: datetime = AT) -> Edition:
    """The staff were asked, the whole day before, and the record is written."""
    by, asked = staff[P.CENTRE_SUPERVISOR], at - timedelta(days=1)
    services.consult(edition_id=row.pk, until=clock.local_day(asked), by=by, at=asked)
    services.give_opinion(edition_id=row.pk, stance=Stance.AGREE, by=staff[P.OPERATOR], at=asked)
    return services.close_consultation(edition_id=row.pk, record="全员征求意见，一人同意，无异议。", by=by, at=at)


def approved(staff: dict[str, Person], row: Edition, at: datetime = AT) -> Edition:
    """The office meeting has agreed."""
    services.put_before_meeting(edition_id=row.pk, by=staff[P.CENTRE_SUPERVISOR], at=at)
    services.decide(edition_id=row.pk, is_yes=True, by=staff[P.MANAGER], at=at)
    return services.decide(edition_id=row.pk, is_yes=True, note="办公会议同意", by=staff[P.DIRECTOR], at=at)


def published(
    staff: dict[str, Person], *, values: dict[str, object] | None = None, at: datetime = AT, since: date = NOVEMBER
) -> Edition:
    """A version all the way to its publication."""
    row = draft(staff, values=values, at=at, since=since)
    consulted(staff, row, at)
    approved(staff, row, at)
    return services.publish(edition_id=row.pk, by=staff[P.DIRECTOR], at=at)


def decide(centre: Centre, values: dict[str, object], *, at: datetime = AT, since: date = NOVEMBER) -> Edition:
    """A centre decides these values: whoever is needed for it is there."""
    wanted = (P.CENTRE_SUPERVISOR, P.MANAGER, P.DIRECTOR, P.OPERATOR)
    staff: dict[str, Person] = {position: people.person(centre, position=position) for position in wanted}
    return published(staff, values=values, at=at, since=since)


def adopt(centre: Centre, staff: dict[str, Person], *, at: datetime, since: date) -> Edition:
    """The first version, which adopts the handbook as it is shipped."""
    return published(staff, values={}, at=at, since=since)


def target(centre: Centre, day: date, known_on: date | None = None) -> Fraction:
    """The accuracy standard of a centre on a day."""
    return queries.values_on(centre.pk, day, known_on).reading().number("accuracy.target")


def move_on(centre: Centre, at: datetime) -> int:
    """What the night does."""
    return services.supersede(centre_id=centre.pk, by=system_person(centre), at=at)
