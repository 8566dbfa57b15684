"""Reads of approvals: who decides a step, what waits for somebody, what was decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hotline.approvals.models import ARRANGES, Chain, ChainStatus, Delegation, Step, givers
from hotline.people.models import Centre, Person, Post, Unit
from hotline.people.models.organisation import by_name


@dataclass(frozen=True, slots=True)
class Wanted:
    """A step that an area wants: whoever holds one of these positions, in that unit if one is named."""

    positions: tuple[str, ...]
    unit: Unit | None = None


def holders(centre: Centre | int, wanted: Wanted, *, on: date, but: int | None = None) -> list[Person]:
    """Who holds one of the positions that day, the asker left out, by name."""
    posts = Post.objects.on(on).filter(position__in=wanted.positions)
    if wanted.unit is not None:
        posts = posts.filter(unit=wanted.unit)
    rows = Person.objects.filter(pk__in=posts.values("person"), centre=centre, is_active=True, is_system=False)
    return by_name(row for row in rows if row.pk != but)


def decidable(centre: Centre | int, steps: Sequence[Wanted], *, on: date, asker: int) -> list[Wanted]:
    """The steps that can be decided by as many different people, the highest kept: nobody decides twice.

    A step that nobody else than the asker holds, or only somebody needed for a later step, is left out.
    """
    kept: list[Wanted] = []
    taken: list[list[int]] = []
    for step in reversed(steps):
        people = [person.pk for person in holders(centre, step, on=on, but=asker)]
        if people and _all_find_one([*taken, people], frozenset()):
            kept.append(step)
            taken.append(people)
    return kept[::-1]


def _all_find_one(groups: Sequence[Sequence[int]], used: frozenset[int]) -> bool:
    if not groups:
        return True
    return any(_all_find_one(groups[1:], used | {one}) for one in groups[0] if one not in used)


def open_chain(subject: str, subject_id: int) -> Chain | None:
    """The chain of a thing that is still to be decided."""
    return Chain.objects.of(subject, subject_id).filter(status=ChainStatus.OPEN).first()


def turn(chain: Chain) -> Step | None:
    """The step whose turn it is; none when the chain is over."""
    return Step.objects.select_related("chain", "unit").filter(chain=chain, is_turn=True).first()


def may_decide(person: Person, chain: Chain) -> bool:
    """Whether the present step is this person's to decide."""
    return Step.objects.waiting_for(person).filter(chain=chain).exists()


def stands_for(person: Person, step: Step) -> Person | None:
    """For whom somebody decides a step that his own positions do not give him."""
    if _fits(person, step):
        return None
    return next((giver for giver in givers(person) if giver.pk != step.asker_id and _fits(giver, step)), None)


def _fits(person: Person, step: Step) -> bool:
    standing = person.standing
    if step.unit_id is None:
        return standing.is_any(*step.positions)
    return standing.is_in(step.unit_id, *step.positions)


def deciders(step: Step, *, on: date) -> list[Person]:
    """Who may decide a step that day: whoever holds the position, and whoever stands in for one of them."""
    held = holders(step.chain.centre_id, Wanted(tuple(step.positions), step.unit), on=on, but=step.asker_id)
    rows = Delegation.objects.filter(giver__in=held, days__contains=on, to__is_active=True).exclude(to=step.asker_id)
    found = {person.pk: person for person in [*held, *(row.to for row in rows.select_related("to"))]}
    done = set(Step.objects.filter(chain=step.chain_id, decided_by__isnull=False).values_list("decided_by", flat=True))
    return by_name(person for key, person in found.items() if key not in done)


def waiting_for(person: Person, subject: str = "") -> list[Step]:
    """What waits for this person's decision, the oldest first, of one kind of thing or of all."""
    rows = Step.objects.waiting_for(person).select_related("chain__asker")
    if subject:
        rows = rows.filter(chain__subject=subject)
    return list(rows.order_by("chain__opened_at", "pk"))


def history(subject: str, subject_ids: Iterable[int]) -> Mapping[int, list[Step]]:
    """Every step of every chain of these things, in order, in one query."""
    rows = Step.objects.filter(chain__subject=subject, chain__subject_id__in=list(subject_ids))
    found: dict[int, list[Step]] = {}
    for step in rows.select_related("chain", "unit", "decided_by", "stood_in_for").order_by("chain", "number"):
        found.setdefault(step.chain.subject_id, []).append(step)
    return found


def decided_by(person: Person, limit: int = 50) -> list[Step]:
    """What somebody decided last."""
    rows = Step.objects.filter(decided_by=person).select_related("chain__asker", "stood_in_for")
    return list(rows.order_by("-decided_at", "-pk")[:limit])


def delegations(reader: Person, *, on: date) -> list[Delegation]:
    """Who stands in for whom from that day on, as far as the reader may see it."""
    rows = Delegation.objects.visible_to(reader).filter(days__endswith__gt=on)
    return list(rows.select_related("giver", "to", "made_by").order_by("days", "pk"))


def arranges(person: Person) -> bool:
    """Whether this person may appoint somebody for an absent colleague."""
    return person.standing.is_any(*ARRANGES)


def could_stand_in(giver: Person) -> list[Person]:
    """Colleagues inside the centre who can be appointed."""
    inside = Post.objects.filter(unit__kind__in=("office", "team")).values("person")
    rows = Person.objects.filter(pk__in=inside, centre=giver.centre_id, is_active=True, is_system=False)
    return by_name(row for row in rows if row.pk != giver.pk)
