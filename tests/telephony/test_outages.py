"""What is away for a while: the database, the exchange. Talks go on where they can, and what is written is whole.

The database is away for a minute on the build machine, elsewhere for as many seconds as HOTLINE_OUTAGE says (5).
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection

from hotline.telephony.models import Call, WishKind
from tests.telephony.floor import Floor, until

pytestmark = pytest.mark.telephony
OUTAGE = float(os.environ.get("HOTLINE_OUTAGE", "60" if os.environ.get("CI") else "5"))


@contextmanager
def no_database(floor: Floor) -> Iterator[None]:
    """Nobody but this test reaches the database: every connection is cut, and no new one is let in."""
    name, own = connection.settings_dict["NAME"], connection.connection.info.backend_pid
    address = psycopg.conninfo.make_conninfo(floor.environment["DATABASE_URL"], dbname="postgres")
    with psycopg.connect(address, autocommit=True) as outside:
        outside.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        try:
            outside.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s", [name, own]
            )
            yield
        finally:
            outside.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def test_while_the_database_is_away_talks_go_on_callers_are_served_and_everything_is_written_afterwards(floor: Floor):
    floor.telephones("takes")
    floor.telephones("colleague")
    first, second = floor.person(floor.house.first, "takes"), floor.person(floor.house.second, "colleague")
    floor.caller("13900001234")
    [talk] = floor.calls()
    floor.answered(talk)
    with no_database(floor):
        began = time.monotonic()
        floor.caller("13900005678")
        until(lambda: sum(name.startswith("ag-") or "/p-" in name for name in floor.channels()) == 2, 15, floor.log)
        time.sleep(max(0.0, OUTAGE - (time.monotonic() - began)))
        assert Call.objects.get(pk=talk.pk).ended_at is None
        assert Call.objects.filter(centre=floor.centre).count() == 1, "nothing could be written meanwhile"
    served = floor.answered(floor.calls(2, 30)[1], 30)
    assert served.person == second
    assert (served.answered_at - served.came_at).total_seconds() < 20, "the moments are those at which it happened"
    assert served.offers.get().how == "taken"
    for person in (first, second):
        floor.state(person, "talking")
        floor.wish(person, WishKind.HANG_UP)
    for call in (talk, served):
        assert floor.ended(call).ended_how == "talked"
        until(lambda call=call: call.recordings.filter(fate="kept").count() == 1, 10, floor.log)


def test_an_exchange_that_is_started_again_finds_its_acd_and_the_next_caller_is_served(floor: Floor):
    floor.telephones("takes")
    first = floor.person(floor.house.first, "takes")
    floor.caller("13900001234")
    [cut] = floor.calls()
    floor.answered(cut)
    floor.exchange.stop()
    floor.exchange.start(floor.instance)
    cut = floor.ended(cut, 30)
    assert cut.ended_how == "talked"
    assert floor.acd is not None
    assert floor.acd.poll() is None, "the ACD lives and has found the exchange again"
    floor.state(first, "wrap_up", 20)
    floor.wish(first, WishKind.READY)
    floor.state(first, "ready")
    floor.caller("13900005678")
    call = floor.answered(floor.calls(2, 20)[1], 20)
    assert call.person == first
