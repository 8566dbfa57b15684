"""Leave and swaps of the demonstration: balances, requests at every step, a sick note, a shift that is owed."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

from hotline.approvals.services import appoint
from hotline.config.demo import pictures
from hotline.core import clock
from hotline.kernel.rules import Refused
from hotline.leave.models import Leave, WorkHistory
from hotline.leave.services import decisions, ledger, papers, requests, swaps
from hotline.leave.services.requests import Wish
from hotline.leave.services.swaps import Exchange
from hotline.people.models import Centre, Person, Position
from hotline.rosters.models import RosterEntry
from hotline.rulebook.leave import Code, Piece

DAY = timedelta(days=1)
UNKNOWN = 3  # of so many people human resources do not know yet since when they have worked


def fill(centre: Centre, now: datetime) -> None:
    """What people ask for, by their own services; safe to call once."""
    if WorkHistory.objects.filter(person__centre=centre).exists():
        return
    Filling(centre, now).run()


class Filling:
    """The people and the day of one demonstration."""

    def __init__(self, centre: Centre, now: datetime) -> None:
        self.now, self.today = now, clock.local_day(now)
        self.staff = Person.objects.filter(centre=centre, is_active=True, is_system=False).select_related("centre")
        self.supervisor, self.director, self.hr = (
            self._first(position) for position in (Position.CENTRE_SUPERVISOR, Position.DIRECTOR, Position.HR)
        )
        self.operators = list(self.staff.holding(Position.OPERATOR, on=self.today).order_by("number"))

    def _first(self, position: str) -> Person:
        return self.staff.holding(position, on=self.today).order_by("number")[0]

    def run(self) -> None:
        """One after another; what the roster of the day does not allow is left out."""
        self._balances()
        stories: tuple[Callable[[], object], ...] = (
            self._annual, self._personal, self._urgent, self._sick, self._ill_before, self._owed, self._wished,
            self._stand_in,
        )  # fmt: skip
        for story in stories:
            try:
                story()
            except (Refused, IndexError):
                continue

    def _balances(self) -> None:
        chance = random.Random("leave")
        people = list(self.staff.exclude(pk=self.hr.pk).order_by("number"))
        for person in people[:-UNKNOWN]:
            since = (person.joined_on or self.today) - timedelta(days=chance.randrange(200, 8000))
            ledger.set_work_history(person=person, works_since=since, by=self.hr, at=self.now - 5 * DAY)

    def _shifts(self, person: Person, after: int) -> list[RosterEntry]:
        first = self.today + after * DAY
        return list(RosterEntry.objects.filter(person=person, day__gte=first).order_by("day"))

    def _ask(self, person: Person, kind: Code, first: date, last: date, reason: str, ago: int = 0) -> Leave:
        wish = Wish(kind.value, Piece(first, last), reason)
        return requests.ask_leave(person=person, wish=wish, by=person, at=self.now - ago * DAY)

    def _yes(self, row: Leave, by: Person, note: str, ago: int = 0) -> None:
        decisions.decide_leave(leave_id=row.pk, is_yes=True, note=note, by=by, at=self.now - ago * DAY)

    def _annual(self) -> None:
        """Granted for the month after next; a second one at the same time waits for the director's word."""
        first = self.today + 40 * DAY
        row = self._ask(self.operators[0], Code.ANNUAL, first, first + 3 * DAY, "回乡探亲", ago=3)
        self._yes(row, self.director, "同意", ago=2)
        self._ask(self.operators[1], Code.ANNUAL, first + DAY, first + 2 * DAY, "子女入学，须家长到场", ago=1)

    def _personal(self) -> None:
        """Two days that the supervisor has agreed to; a day that waits for him."""
        one, two = self.operators[2], self.operators[3]
        days = [entry.day for entry in self._shifts(one, 6)]
        row = self._ask(one, Code.PERSONAL, days[0], days[1], "搬家", ago=1)
        self._yes(row, self.supervisor, "已安排替班")
        day = self._shifts(two, 5)[0].day
        self._ask(two, Code.PERSONAL, day, day, "陪父母体检")

    def _urgent(self) -> None:
        """Somebody whose next shift is too near for two full days' notice."""
        crew = [self.operators[4], *self.operators[10:]]
        day, _number, person = min((self._shifts(one, 1)[0].day, one.number, one) for one in crew)
        self._ask(person, Code.PERSONAL, day, day, "家中漏水，须等维修")

    def _sick(self) -> None:
        """Told this morning; the certificate is not there yet."""
        self._ask(self._first(Position.TRAINER), Code.SICK, self.today, self.today + DAY, "发热")

    def _ill_before(self) -> None:
        """Half a week ago, with its certificate, decided and over."""
        person = self._first(Position.QUALITY)
        first = self.today - 5 * DAY
        row = self._ask(person, Code.SICK, first, first + DAY, "急性肠胃炎", ago=5)
        note = pictures.picture("C0101", is_after=True, variant=0)
        papers.hand_in(leave_id=row.pk, content=note, by=person, at=self.now - 4 * DAY)
        self._yes(row, self.supervisor, "病假条已核", ago=4)
        if Leave.objects.get(pk=row.pk).status == "asked":
            self._yes(row, self.director, "好好休息", ago=4)

    def _pair(self, giver: Person, takers: list[Person], after: int) -> tuple[RosterEntry, Person]:
        """A shift and a colleague who is free on that day."""
        for entry in self._shifts(giver, after):
            for taker in takers:
                if not RosterEntry.objects.filter(person=taker, day=entry.day).exists():
                    return entry, taker
        raise IndexError

    def _owed(self) -> None:
        """A shift that a colleague takes over, to be paid back within a month."""
        giver = self.operators[5]
        entry, taker = self._pair(giver, self.operators[6:], 3)
        row = swaps.ask_swap(
            partner=taker, exchange=Exchange([entry.pk]), reason="参加自学考试", by=giver, at=self.now - DAY
        )
        swaps.answer(swap_id=row.pk, agrees=True, by=taker, at=self.now - DAY)
        swaps.decide_swap(swap_id=row.pk, is_yes=True, note="同意", by=self.supervisor, at=self.now)

    def _wished(self) -> None:
        """One that waits for the supervisor, one that waits for the colleague."""
        for number, agreed in ((7, True), (8, False)):
            giver = self.operators[number]
            entry, taker = self._pair(giver, self.operators[9:], 4)
            row = swaps.ask_swap(partner=taker, exchange=Exchange([entry.pk]), reason="家长会", by=giver, at=self.now)
            if agreed:
                swaps.answer(swap_id=row.pk, agrees=True, by=taker, at=self.now)

    def _stand_in(self) -> None:
        leader = self._first(Position.SHIFT_LEADER)
        first = self.today + 12 * DAY
        appoint(giver=self.supervisor, to=leader, first=first, last=first + DAY, by=self.supervisor, at=self.now)
