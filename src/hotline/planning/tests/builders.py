"""A centre whose past is known, made through the services; time is always given."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hotline.core import clock
from hotline.people.models import Centre, Person, Position, PresenceState
from hotline.people.services import presence
from hotline.people.tests import builders as people
from hotline.planning.models import ForecastRun, Series, Source
from hotline.planning.services import forecasts, history, series
from hotline.planning.services.series import Numbers
from hotline.rosters.queries import duty
from hotline.rosters.services import entries, shifts
from hotline.rulebook.staffing import Line

DAY = date(2026, 3, 9)  # a Monday
ONE, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
EARLY = clock.wall(DAY, 7)
# Calls of the half hours of a working day, 8:30 to 22:00.
SHAPE = (8, 14, 20, 24, 26, 24, 22, 16, 12, 14, 18, 22, 24, 24, 22, 20, 16, 14, 12, 12, 10, 10, 8, 8, 6, 6, 4)


@dataclass
class Floor:
    """A centre with a shift leader, a supervisor, six operators, and a series of imported calls."""

    centre: Centre
    leader: Person
    supervisor: Person
    operators: list[Person]
    series: Series

    @property
    def system(self) -> Person:
        """The program."""
        return people.system(self.centre)


def floor(operators: int = 6) -> Floor:
    """Everybody is there; nothing is rostered and nothing forecast yet."""
    centre = people.centre()
    team = people.unit(centre)
    shifts.install_shift_types(centre=centre, by=people.system(centre), at=people.AT)
    numbers = Numbers(name="热线来电", line=Line.OTHER, handling_seconds=180, patience_seconds=300, hour_fen=3000)
    return Floor(
        centre=centre,
        leader=people.person(centre, position=Position.SHIFT_LEADER, name="值班甲"),
        supervisor=people.person(centre, position=Position.CENTRE_SUPERVISOR, name="主管乙"),
        operators=[people.person(unit=team, position=Position.OPERATOR) for _ in range(operators)],
        series=series.open_series(
            centre=centre, code="calls", numbers=numbers, source=Source.FILE, by=people.system(centre), at=people.AT
        ),
    )


def calls(first: date, days: int, *, weekend: float = 0.5, times: float = 1.0) -> bytes:
    """A file of calls with chance in it, the same every time."""
    chance = random.Random(7)  # noqa: S311 an example's chance has nothing to hide
    lines = ["date,time,amount"]
    for index in range(days):
        day = first + index * ONE
        share = times * (weekend if day.weekday() >= 5 else 1.0)
        for number, calls_ in enumerate(SHAPE):
            slot = 17 + number
            amount = max(round(chance.gauss(calls_ * share, (calls_ * share) ** 0.5)), 0)
            lines.append(f"{day},{slot // 2:02}:{slot % 2 * 30:02},{amount}")
    return "\n".join(lines).encode()


def with_history(of: Floor, weeks: int = 8, until: date = DAY) -> None:
    """So many weeks that end the day before."""
    content = calls(until - weeks * 7 * ONE, weeks * 7)
    history.import_history(series_id=of.series.pk, name="calls.csv", content=content, by=of.leader, at=EARLY)


def forecast(of: Floor, at: datetime = EARLY) -> ForecastRun:
    """A forecast by the simplest model, which needs no library."""
    from hotline.planning.logic.forecast import Model  # noqa: PLC0415 keeps the builder's imports short

    return forecasts.make_forecast(series_id=of.series.pk, by=of.leader, at=at, model=Model.MEAN_4)


def roster(
    of: Floor, day: date = DAY, codes: tuple[str, ...] = ("early", "early", "early", "late", "late", "late")
) -> None:
    """Everybody on a shift of that day."""
    types = duty.Choice(of.centre)
    for person, code in zip(of.operators, codes, strict=False):
        shift = types.of(code, day)
        assert shift is not None
        entries.plan(person=person, shift_type=shift, day=day, by=of.system, at=people.AT)


def at_seat(person: Person, start: datetime, end: datetime | None = None) -> None:
    """Ready from a moment, away from another."""
    presence.set_presence(person=person, state=PresenceState.READY, by=person, at=start)
    if end is not None:
        presence.set_presence(person=person, state=PresenceState.AWAY, by=person, at=end)
