"""Forms sent empty to every address by everybody: refused, never an error."""

import pytest

from hotline.config.tests.pages import FINE, answers, world


@pytest.mark.django_db
def test_posting_nothing_is_never_an_error() -> None:
    wrong = [
        f"{name} for {column}: {code}"
        for name, row in answers(world(strange=False), "post").items()
        for column, code in row.items()
        if code not in FINE
    ]
    assert wrong == []
