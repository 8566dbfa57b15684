"""Every page for every position: what `access_matrix.csv` says, never an error, nothing changed by looking.

The matrix is read by people: a line a page, a column a position. A page that is missing there fails the test.
HOTLINE_WRITE_MATRIX=1 writes what the product answers now; look at the difference before you commit it.
"""

import csv
import os
from pathlib import Path

import pytest

from hotline.cases.models import Case, CaseEvent, Task, Waiver
from hotline.config.tests.pages import COLUMNS, FINE, answers, world
from hotline.customers.models import Customer
from hotline.people.models import Notice

MATRIX = Path(__file__).with_name("access_matrix.csv")


def _counts() -> dict[str, int]:
    """How many rows of what people do there are."""
    return {model.__name__: model.objects.count() for model in (Case, CaseEvent, Task, Waiver, Notice, Customer)}


@pytest.mark.django_db
def test_every_page_answers_every_position_as_the_matrix_says() -> None:
    of = world(strange=False)
    before = _counts()
    found = answers(of)
    assert _counts() == before  # looking changes nothing
    lines = [[name, *(str(found[name][column]) for column in COLUMNS)] for name in sorted(found)]
    if os.environ.get("HOTLINE_WRITE_MATRIX"):
        with MATRIX.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([["page", *COLUMNS], *lines])
    with MATRIX.open(encoding="utf-8") as file:
        wanted = list(csv.reader(file))[1:]
    assert [line[0] for line in lines] == [line[0] for line in wanted]
    wrong = [
        f"{line[0]} for {column}: {is_now}, the matrix says {said}"
        for line, row in zip(lines, wanted, strict=True)
        for column, is_now, said in zip(COLUMNS, line[1:], row[1:], strict=True)
        if is_now != said
    ]
    assert not wrong, "\n".join(wrong)
    assert {int(code) for line in lines for code in line[1:]} <= FINE
