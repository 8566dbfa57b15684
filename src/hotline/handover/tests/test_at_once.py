"""Two who come next at the same moment: one has the case, the other learns who."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from hotline.cases.models import Holding
from hotline.cases.queries import rebuild
from hotline.handover.models import HandoverItem
from hotline.handover.services import accepting, signing
from hotline.handover.tests import builders as b
from hotline.kernel.rules import Refused
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.promises.models import Promise

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("D2.5")]
TAKERS = 8


def at_once(jobs):
    """Run every job in a thread of its own, all released together; their results in order."""
    gate = Barrier(len(jobs))

    def run(job):
        try:
            gate.wait(timeout=30)
            return job()
        except Refused as told:
            return told.refusals[0].clause
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_of_many_who_accept_at_once_one_has_it():
    of = b.house()
    case = b.case(of)
    b.promise(of, case=case)
    item = b.offered(of, case, None)
    takers = [of.late, of.late_leader]
    takers += [people.person(of.town.centre, position=Position.OPERATOR) for _ in range(TAKERS - 2)]
    for taker in takers[2:]:
        b.shift(taker, "late")
    got = at_once([lambda who=who: accepting.accept(item_id=item.pk, by=who, at=b.NEAR).to_id for who in takers])
    assert got.count("D2.5") == TAKERS - 1
    [winner] = [one for one in got if one != "D2.5"]
    assert Holding.objects.open().get(case=case).person_id == winner
    assert Promise.objects.owed().get().owner_id == winner
    assert Promise.objects.count() == 2  # the one that was passed on, and the one that took its place
    assert HandoverItem.objects.get().to_id == winner
    assert rebuild.differences([case.pk]) == []


def test_accepting_and_signing_off_at_once_leave_the_case_in_one_hand():
    of = b.house()
    case = b.case(of)
    item = b.offered(of, case, of.late)
    got = at_once(
        [
            lambda: accepting.accept(item_id=item.pk, by=of.late, at=b.NEAR).status,
            lambda: signing.sign_off_shift(by=of.giver, at=b.NEAR).status,
        ]
    )
    assert got[0] == "accepted"
    assert got[1] in {"signed", "B2.6"}
    assert Holding.objects.open().get(case=case).person == of.late
