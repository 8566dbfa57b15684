"""Something real for every argument of an address of the handbook."""

from datetime import date

from hotline.core import clock
from hotline.handbook.models import Opinion, QuestionFlag, Stance
from hotline.handbook.services import checks
from hotline.handbook.services import editions as services
from hotline.handbook.tests import builders as b
from hotline.people.models import Person, Position
from hotline.people.tests import builders as people
from hotline.rulebook.leave import months_after


def arguments(town: object, case: object) -> dict[str, dict[str, object]]:
    """A version before the consultation's end with an opinion, one that is published with its flags."""
    centre = town.centre  # type: ignore[attr-defined]
    staff: dict[str, Person] = {
        position: people.person(centre, position=position)
        for position in (Position.CENTRE_SUPERVISOR, Position.OPERATOR, Position.MANAGER, Position.DIRECTOR)
    }
    at, today = clock.now(), clock.today()
    first: date = months_after(today.replace(day=1), 1)
    done = b.published(staff, values={"late.points": 3}, at=at, since=first)
    row = b.draft(staff, values={"late.points": 4}, at=at, since=months_after(first, 1))
    services.consult(edition_id=row.pk, until=today, by=staff[Position.CENTRE_SUPERVISOR], at=at)
    services.give_opinion(edition_id=row.pk, stance=Stance.CONCERN, words="偏严", by=staff[Position.OPERATOR], at=at)
    check = checks.plan_check(
        clause="D2.5", sample="交接记录 10 份", due_on=today, checker=staff[Position.CENTRE_SUPERVISOR],
        by=staff[Position.MANAGER], at=at,
    )  # fmt: skip
    flag = QuestionFlag.objects.filter(edition=done)[0]
    return {
        "handbook": {"pk": row.pk, "act": "acknowledge", "chapter": "leave", "clause": "D3.8", "key": "late.points"},
        "handbook:answer": {"pk": Opinion.objects.get(edition=row).pk},
        "handbook:check": {"pk": check.pk},
        "handbook:settle": {"pk": flag.pk},
    }
