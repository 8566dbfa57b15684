"""The town's telephones: a queue, its people, a day behind them, and the exchange that rings them."""

from datetime import datetime, timedelta

from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.telephony.logic.words import Fact, State
from hotline.telephony.services import leading, setup
from hotline.telephony.tests import builders
from tests.journeys import town as towns

SECOND = timedelta(seconds=1)


def house(town: towns.Town) -> builders.House:
    """A queue that two operators and their team's leader serve, and the reasons of taking no calls."""
    centre, now = town.centre, towns.now()
    team = town.operator.posts.get().unit
    by = people.system(centre)
    head = towns.worker("孙立", Position.TEAM_LEADER, team)
    queue = setup.make_queue(centre=centre, code="city", name="城市管理热线", by=by, at=now)
    staff = [town.operator.pk, town.second.pk, head.pk]
    setup.set_members(queue_id=queue.pk, persons=staff, by=by, at=now)
    setup.set_line(centre=centre, dialled="12319", queue=queue, by=by, at=now)
    for code, name, limit in (("rest", "小休", 600), ("meal", "用餐", 2400)):
        setup.set_reason(centre=centre, code=code, name=name, limit=limit, by=by, at=now)
    return builders.House(
        centre=centre, team=team, first=town.operator, second=town.second, head=head, leader=town.leader,
        supervisor=head, quality=head, queue=queue,
        epoch=leading.take_lead(centre=centre, switch="test", by=by, at=now),
    )  # fmt: skip


def morning(made: builders.House, now: datetime) -> None:
    """Two talks and one caller who hung up; then both operators left their telephones."""
    for person in (made.first, made.second):
        made.state(person, State.NOT_READY, now - 900 * SECOND, reason="sign_in")
        made.state(person, State.READY, now - 890 * SECOND)
    for number, person in enumerate((made.first, made.second)):
        at = now - (800 - 100 * number) * SECOND
        builders.arrive(made, f"a{number}", at)
        builders.talk(made, f"a{number}", person, at + 6 * SECOND, seconds=40)
    builders.arrive(made, "b", now - 500 * SECOND)
    made.tell(
        (Fact.QUEUE_LEFT, now - 470 * SECOND, "b", None, {"queue": made.queue.pk, "how": "abandoned"}),
        (Fact.CALL_ENDED, now - 470 * SECOND, "b", None, {"how": "abandoned"}),
    )
    for person in (made.first, made.second):
        made.state(person, State.OFFLINE, now - 60 * SECOND)
