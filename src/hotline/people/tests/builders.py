"""Centres, units and persons for tests, made through the services."""

from datetime import UTC, date, datetime
from itertools import count

from hotline.people import queries
from hotline.people.models import Centre, Person, Position, Unit, UnitKind
from hotline.people.services import organisation

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # Monday 09:00 in the centre
SINCE = date(2024, 1, 1)
PASSWORD = "umbrella-stand-47"
_numbers = count(1)


def centre(code: str = "", name: str = "云澜热线") -> Centre:
    """A centre of its own for every call."""
    return organisation.open_centre(code=code or f"c{next(_numbers)}", name=name, by=None, at=AT)


def system(of: Centre) -> Person:
    """The program that acts for a centre."""
    return queries.system_person(of)


def root(of: Centre) -> Unit:
    """The centre's own unit, in which its leading positions are held."""
    return of.units.get(parent__isnull=True, kind=UnitKind.OFFICE)


def unit(of: Centre, name: str = "受理一组", kind: str = UnitKind.TEAM, parent: Unit | None = None) -> Unit:
    """A unit below the centre's own; a department stands outside."""
    above = None if kind == UnitKind.DEPARTMENT else parent or root(of)
    return organisation.make_unit(
        centre=of, kind=kind, code=f"U{next(_numbers)}", name=name, parent=above, by=system(of), at=AT
    )


def person(
    of: Centre | None = None,
    *,
    position: str = Position.OPERATOR,
    unit: Unit | None = None,
    name: str = "",
    since: date = SINCE,
    password: str = "",
) -> Person:
    """Somebody who holds a position; with a password only when asked, because a good hash is slow."""
    place = unit or root(of or centre())
    number = next(_numbers)
    made = organisation.hire(
        number=f"{number:05}",
        name=name or f"人员{number}",
        username=f"u{number}",
        position=position,
        unit=place,
        since=since,
        phone="19900000000",
        by=system(place.centre),
        at=AT,
    )
    if password:
        made.set_password(password)
        made.save(update_fields=["password"])
    return made


def everybody(of: Centre) -> dict[str, Person]:
    """One person in every position, system programs aside."""
    team, field, department = unit(of), unit(of, "外勤", UnitKind.FIELD), unit(of, "路灯所", UnitKind.DEPARTMENT)
    places = {
        Position.TEAM_LEADER: team,
        Position.OPERATOR: team,
        Position.AGENT: team,
        Position.FIELD_SUPERVISOR: field,
        Position.DEPARTMENT_CLERK: department,
    }
    return {
        position: person(of, position=position, unit=places.get(Position(position)))
        for position in Position.values
        if position != Position.SYSTEM
    }
