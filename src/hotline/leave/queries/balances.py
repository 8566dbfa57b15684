"""The balance of annual leave: what was granted and taken, what open requests promise, what is left."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum

from hotline.leave.models import BalanceEntry, EntryKind, Leave, LeaveDay, LeaveStatus, WorkHistory
from hotline.leave.models.balances import KEEPS_BALANCES
from hotline.people.models import Person, Post, UnitKind
from hotline.people.models.organisation import by_name
from hotline.rulebook import leave as rules
from hotline.rulebook.leave import Code

E = EntryKind


def works_since(person: Person) -> date | None:
    """Since when somebody has worked anywhere, as human resources have written it down."""
    return WorkHistory.objects.filter(person=person).values_list("works_since", flat=True).first()


def due_grants(person: Person, year: int) -> list[rules.Grant]:
    """What the law gives in a calendar year, by years of work in all; nothing while those are not known."""
    since = works_since(person)
    if since is None:
        return []
    first = date(year, 1, 1)
    return rules.annual_grants.on(first)(since, person.joined_on or since, year, rules.ANNUAL.on(first))


def posted_grants(person: Person, year: int) -> Mapping[date, int]:
    """Entitlements that stand in the ledger, by the day from which they count."""
    rows = BalanceEntry.objects.filter(person=person, year=year, why=E.GRANT).order_by()
    return {row["on"]: row["sum"] for row in rows.values("on").annotate(sum=Sum("half_days"))}


def left(person: Person, years: Collection[int], *, on: date, but: int | None = None) -> dict[int, int]:
    """Half days left by year: granted by that day, minus taken, minus what open requests promise (D4.4)."""
    entries = BalanceEntry.objects.filter(Q(on__lte=on) | Q(half_days__lt=0), person=person, year__in=years).order_by()
    found = dict.fromkeys(years, 0)
    found |= {row["year"]: row["sum"] for row in entries.values("year").annotate(sum=Sum("half_days"))}
    for year, promised in _promised([person.pk], years, but).get(person.pk, {}).items():
        found[year] -= promised
    return found


def _promised(people: Iterable[int], years: Collection[int], but: int | None = None) -> dict[int, dict[int, int]]:
    rows = LeaveDay.objects.filter(
        leave__person__in=list(people), leave__kind=Code.ANNUAL.value, leave__status=LeaveStatus.ASKED,
        day__year__in=years,
    ).exclude(leave=but or 0).order_by()  # fmt: skip
    found: dict[int, dict[int, int]] = {}
    for row in rows.values("leave__person", "day__year").annotate(sum=Sum("half_days")):
        found.setdefault(row["leave__person"], {})[row["day__year"]] = row["sum"]
    return found


@dataclass(frozen=True, slots=True)
class Balance:
    """One person's annual leave of a year, in half days."""

    person: Person
    works_since: date | None
    granted: int  # by law
    changed: int  # carried over and corrected
    taken: int
    promised: int

    @property
    def left(self) -> int:
        """What nobody has taken or promised."""
        return self.granted + self.changed - self.taken - self.promised


def balances(people: Collection[Person], year: int) -> list[Balance]:
    """The balances of many people, three queries."""
    ids = [person.pk for person in people]
    sums: dict[int, dict[str, int]] = {}
    rows = BalanceEntry.objects.filter(person__in=ids, year=year).order_by()
    for row in rows.values("person", "why").annotate(sum=Sum("half_days")):
        sums.setdefault(row["person"], {})[row["why"]] = row["sum"]
    known = dict(WorkHistory.objects.filter(person__in=ids).values_list("person", "works_since"))
    promised = _promised(ids, [year])
    found = []
    for person in people:
        mine = sums.get(person.pk, {})
        found.append(
            Balance(
                person=person,
                works_since=known.get(person.pk),
                granted=mine.get(E.GRANT, 0),
                changed=mine.get(E.CARRIED, 0) + mine.get(E.CORRECTION, 0),
                taken=-mine.get(E.TAKEN, 0) - mine.get(E.BACK, 0),
                promised=promised.get(person.pk, {}).get(year, 0),
            )
        )
    return found


def staff(reader: Person, *, on: date) -> list[Person]:
    """People of the centre whose leave is kept: those who hold a position inside it, by name."""
    if not (reader.is_system or reader.standing.is_any(*KEEPS_BALANCES)):
        return [reader]
    inside = Post.objects.on(on).exclude(unit__kind=UnitKind.DEPARTMENT).values("person")
    return by_name(Person.objects.filter(pk__in=inside, centre=reader.centre_id, is_active=True, is_system=False))


def entries(person: Person, year: int) -> list[BalanceEntry]:
    """The ledger of a year, the newest last."""
    return list(BalanceEntry.objects.filter(person=person, year=year).select_related("by", "leave"))


def taken_by_year(leave: Leave) -> Mapping[int, int]:
    """Half days of a leave that the ledger holds as taken, by year."""
    rows = BalanceEntry.objects.filter(leave=leave).order_by().values("year").annotate(sum=Sum("half_days"))
    return {row["year"]: -row["sum"] for row in rows}
