"""Builders for what cases stand on: a centre and persons who hold a position in it."""

import csv
import io
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from hotline.cases.models import Source
from hotline.cases.services import intake
from hotline.core import clock
from hotline.people.models import Centre, Person, Post, Unit, UnitKind

_numbers = count(5000)


def centre(code="centre"):
    """A centre with an office."""
    made, _ = Centre.objects.get_or_create(code=code, defaults={"name": code})
    Unit.objects.get_or_create(centre=made, code="office", defaults={"name": "办公室", "kind": UnitKind.OFFICE})
    return made


def person(at_centre, *positions, name="", unit=None):
    """A person who has held these positions since long ago."""
    number = str(next(_numbers))
    made = Person.objects.create(
        centre=at_centre, username=f"p{number}", number=number, name=name or f"员{number}", name_key=number
    )
    for rank, position in enumerate(positions):
        Post.objects.create(
            person=made,
            position=position,
            unit=unit or Unit.objects.get(centre=at_centre, code="office"),
            days=DateRange(date(2015, 1, 1), None),
            is_primary=rank == 0,
        )
    return made


AT = clock.wall(date(2026, 3, 9), 10)


def case(by, **more):
    """A case taken in by somebody who is not on duty, so that it waits in the intake queue."""
    said = {"source": Source.PHONE, "description": "井盖缺失", "place": "钟鼓街", "at": AT} | more
    return intake.register(by=by, **said)


def department(at_centre, name="市政设施管理处"):
    """A department outside."""
    code = f"d{next(_numbers)}"
    return Unit.objects.create(centre=at_centre, code=code, name=name, kind=UnitKind.DEPARTMENT)


def csv_of(rows):
    """Rows as the text of a table with a header."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


PROJECT = Path(__file__).resolve().parents[4]
SHARED = PROJECT.parent / "shared" / "data"


def shared(name):
    """A file of the data folder beside the project; the test is skipped where there is none."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"needs {name} of the shared data folder beside the project")
    return path
