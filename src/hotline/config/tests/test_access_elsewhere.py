"""Rows of another centre: not there, for anybody, on any page."""

import pytest

from hotline.config.tests.pages import answers, world

# Pages of one's own, whatever row stands in their address: of a call that one does not hold the last says nothing.
OWN = {"people:invitation", "cases:draft", "cases:desk_draft", "people:open_notice", "outbound:on_call"}
# Addresses whose arguments name no row of a centre.
WITHOUT_ROW = {
    "cases:indicator_list",
    "messages:wording",
    *("handbook:chapter", "handbook:clause", "handbook:parameter", "handbook:review"),  # every centre has them
}


@pytest.mark.django_db
def test_rows_of_another_centre_are_not_there() -> None:
    """A page with a row in its address is 404 (or refused outright) for people of another centre."""
    found = answers(world(strange=True), rows_only=True)
    shown = [
        f"{name} for {column}"
        for name, row in found.items()
        for column, code in row.items()
        if code == 200 and name not in OWN | WITHOUT_ROW
        and row["nobody"] != 200  # a page for citizens and programs, of whatever centre they name
    ]  # fmt: skip
    assert not shown, "\n".join(shown)
