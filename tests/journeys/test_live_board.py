"""A2.4: a leader's board that was cut off from the house shows, once it is back, what the tables say."""

from datetime import timedelta

import pytest

from hotline.telephony.logic.words import State
from hotline.telephony.tests import builders
from tests.journeys import town as towns
from tests.journeys.seat import PATIENCE, expect, promptly

pytestmark = pytest.mark.journey
MINUTE = timedelta(minutes=1)


@pytest.mark.clause("A2.4")
def test_a_board_that_was_cut_off_shows_what_the_tables_say(sit, town):
    floor = builders.house(town.centre)
    floor.state(floor.first, State.READY, towns.now() - 3 * MINUTE)
    floor.state(floor.second, State.READY, towns.now() - 2 * MINUTE)
    leader = sit(town.leader).open("/calls/board")
    leader.is_listening()
    row = leader.page.locator(f"tr:has(#floor-{floor.first.pk})")
    expect(row).to_contain_text("示闲")

    leader.context.set_offline(True)
    expect(leader.page.locator("#connection")).to_be_visible(timeout=4 * PATIENCE)
    floor.state(floor.first, State.NOT_READY, towns.now(), reason="rest")
    floor.state(floor.second, State.OFFLINE, towns.now())
    expect(row).to_contain_text("示闲")

    leader.context.set_offline(False)
    expect(row).to_contain_text("小休", timeout=4 * PATIENCE)
    expect(leader.page.locator(f"#floor-{floor.second.pk}")).to_have_count(0)
    expect(leader.page.locator("#connection")).to_be_hidden()
    # what the browser says of its lost line is no fault of the page
    leader.faults[:] = [one for one in leader.faults if "ERR_" not in one and "htmx:sendError" not in one]

    floor.state(floor.first, State.READY, towns.now())
    expect(row).to_contain_text("示闲", timeout=promptly())
