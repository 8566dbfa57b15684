"""The handbook of the demonstration: one version in force, one published for the next month, one being consulted on."""

from datetime import date, datetime, timedelta

from hotline.core import clock
from hotline.handbook import queries
from hotline.handbook.models import Edition, Stance
from hotline.handbook.services import checks
from hotline.handbook.services import editions as services
from hotline.people.models import Centre, Person, Position
from hotline.rulebook.leave import months_after

DAY = timedelta(days=1)
SAID = (
    (Stance.AGREE, "标准清楚，同意。"),
    (Stance.CONCERN, "考试标准一次提高十分偏多，能否先公布题库？"),
    (Stance.AGREE, ""),
)


def fill(centre: Centre, now: datetime) -> None:
    """Adopt the handbook, raise the standards from the next month, and ask the staff about a third change."""
    staff = {
        position: person
        for position in (Position.CENTRE_SUPERVISOR, Position.MANAGER, Position.DIRECTOR)
        if (person := _one(centre, position, now)) is not None
    }
    if len(staff) < 3 or Edition.objects.filter(centre=centre).exists():
        return
    first = months_after(clock.local_day(now).replace(day=1), 1)
    _publish(
        centre, staff, first, "提高准确率和考试标准", {"accuracy.target": "99", "exam.target": "90"}, now - 3 * DAY
    )
    by = staff[Position.CENTRE_SUPERVISOR]
    row = services.propose(
        title="多次迟到提前谈话",
        reason="两次迟到即谈话，早提醒早改正。",
        effective_from=months_after(first, 1),
        by=by,
        at=now,
    )
    services.set_value(edition_id=row.pk, key="late.talk_count", raw=2, by=by, at=now)
    services.consult(edition_id=row.pk, until=clock.local_day(now) + 7 * DAY, by=by, at=now)
    _opinions(row, now)
    _checks(centre, staff[Position.MANAGER], now)


def _checks(centre: Centre, manager: Person, now: datetime) -> None:
    """One check that found something, put right and to be verified; one that is still to be made."""
    checker, owner = _one(centre, Position.QUALITY, now), _one(centre, Position.SHIFT_LEADER, now)
    if checker is None or owner is None:
        return
    today, before = clock.local_day(now), now - 2 * DAY
    row = checks.plan_check(
        clause="D2.5", sample="上周交接记录 10 份，早、晚班各半", due_on=today, checker=checker, by=manager, at=before
    )
    checks.record_check(
        check_id=row.pk, looked_at=10, broken=3, finding="三份交接记录没有写明下一步办理要求。", owner=owner,
        correction="交接班时逐件核对，值班长签字。", correct_by=today + 7 * DAY, by=checker, at=now - DAY,
    )  # fmt: skip
    checks.correct(check_id=row.pk, done="已在班前会说明，本周起逐件核对。", by=owner, at=now)
    checks.plan_check(
        clause="A7.1", sample="一周的晨间线路检查记录", due_on=today + 5 * DAY, checker=owner, by=manager, at=now
    )


def _publish(
    centre: Centre,
    staff: dict[Position, Person],
    first: date,
    title: str,
    values: dict[str, object],
    at: datetime,
) -> None:
    by = staff[Position.CENTRE_SUPERVISOR]
    row = services.propose(title=title, reason="循序渐进，逐步提高。", effective_from=first, by=by, at=at)
    for key, raw in values.items():
        services.set_value(edition_id=row.pk, key=key, raw=raw, by=by, at=at)
    services.consult(edition_id=row.pk, until=clock.local_day(at), by=by, at=at)
    _opinions(row, at)
    for opinion in row.opinions.exclude(stance=Stance.AGREE):
        services.answer_opinion(opinion_id=opinion.pk, answer="考前两周公布题库和范围。", by=by, at=at + DAY)
    services.close_consultation(edition_id=row.pk, record="全员征求意见，意见均已答复。", by=by, at=at + DAY)
    services.put_before_meeting(edition_id=row.pk, by=by, at=at + DAY)
    services.decide(edition_id=row.pk, is_yes=True, by=staff[Position.MANAGER], at=at + 2 * DAY)
    services.decide(edition_id=row.pk, is_yes=True, note="办公会议同意", by=staff[Position.DIRECTOR], at=at + 2 * DAY)
    services.publish(edition_id=row.pk, by=staff[Position.DIRECTOR], at=at + 2 * DAY)
    for person in queries.bound(centre.pk, clock.local_day(at))[::2]:
        services.acknowledge(edition_id=row.pk, by=person, at=at + 3 * DAY)


def _opinions(row: Edition, at: datetime) -> None:
    staff = [person for person in queries.bound(row.centre_id, clock.local_day(at)) if person.pk != row.drafted_by_id]
    for person, (stance, words) in zip(staff, SAID, strict=False):
        services.give_opinion(edition_id=row.pk, stance=stance, words=words, by=person, at=at)


def _one(centre: Centre, position: Position, now: datetime) -> Person | None:
    rows = Person.objects.filter(centre=centre).holding(position, on=clock.local_day(now))
    return rows.order_by("pk").first()
