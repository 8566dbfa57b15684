"""Who stands above a person now: his team leader, else the shift leader on duty, else those above; never himself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.core import clock
from hotline.people import queries as people
from hotline.people.models import Person, Position, Post, Presence, Unit
from hotline.promises import logic
from hotline.rosters.models import RosterEntry

AROUND = timedelta(days=31)  # who has no shift in so long a time is not rostered at all


@dataclass(frozen=True, slots=True)
class Superior:
    """Somebody above, and how high (an index of logic.TIERS)."""

    person: Person
    tier: int


def unit_of(person: Person, at: datetime) -> Unit:
    """The unit in which a person holds his main position."""
    post = people.main_post(person, at=at)
    if post is None:
        raise Post.DoesNotExist(f"{person} holds no position")
    return post.unit


def above(*, unit: Unit, person: Person | None, at: datetime, tier: int | None = None) -> list[Superior]:
    """Those above a person of a unit, the nearest first, one a level; `tier` asks for those above that level.

    Of a team's leaders and of the shift leaders somebody who is there now comes first; a level nobody of which is
    there is skipped, so that nothing waits for somebody on leave. The centre's own supervisors answer always.
    """
    day = clock.local_day(at)
    if tier is None:
        tier = logic.tier_of(person.standing_on(day).positions) if person else -1
    posts = Post.objects.on(day).filter(person__centre=unit.centre_id, person__is_active=True, person__is_system=False)
    wanted = [position for names in logic.TIERS[tier + 1 :] for position in names]
    rows = list(posts.filter(position__in=wanted).select_related("person").order_by("person__name_key", "pk"))
    there = _there({row.person_id for row in rows}, at)
    found: list[Superior] = []
    for level in range(tier + 1, len(logic.TIERS)):
        for row in rows:
            fits = row.position in logic.TIERS[level] and (level > 0 or row.unit_id == unit.pk)
            himself = person is not None and row.person_id == person.pk
            if fits and not himself and (level > 1 or row.person_id in there):
                found.append(Superior(row.person, level))
                break
    return found


def _there(person_ids: set[int], at: datetime) -> set[int]:
    """Who of these is inside a shift or at a seat, or is never rostered and therefore cannot be missing."""
    day = clock.local_day(at)
    on_duty = set(
        RosterEntry.objects.at(at)
        .filter(person__in=person_ids, day__range=(day - timedelta(days=1), day))
        .values_list("person_id", flat=True)
    )
    at_seat = set(Presence.objects.filter(person__in=person_ids, span__contains=at).values_list("person_id", flat=True))
    rostered = set(
        RosterEntry.objects.filter(person__in=person_ids, day__range=(day - AROUND, day + AROUND)).values_list(
            "person_id", flat=True
        )
    )
    return on_duty | at_seat | (person_ids - rostered)


def leads(person: Person, unit_id: int | None) -> bool:
    """Whether a person answers for what a unit owes: its team leader, or who leads shift or centre."""
    standing = person.standing
    return standing.is_in(unit_id, Position.TEAM_LEADER) or standing.is_any(
        Position.SHIFT_LEADER, Position.CENTRE_SUPERVISOR, Position.MANAGER, Position.DIRECTOR
    )
