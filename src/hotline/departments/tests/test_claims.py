"""Many at once: a hand-out is noted once, a dispatch objected to once, decided once; a report frozen once (A2.21)."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from hotline.cases.models import CaseEvent
from hotline.cases.tests import builders as cases
from hotline.core import clock
from hotline.core.access import NotAllowed
from hotline.departments.models import Decision, Delivery, Hop, Objection, Report
from hotline.departments.queries import hops
from hotline.departments.queries.months import Month
from hotline.departments.services import handover, objections, reports
from hotline.departments.tests import builders as b
from hotline.kernel.rules import Refused
from hotline.people.models import Position
from hotline.people.tests import builders as people

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("A2.21")]
MANY = 8


def at_once(jobs):
    """Run every job in a thread of its own, all released together; "no" for those that were refused."""
    gate = Barrier(len(jobs))

    def run(job):
        try:
            gate.wait(timeout=60)
            job()
        except (Refused, NotAllowed):
            return "no"
        else:
            return "yes"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return Counter(pool.map(run, jobs))


def test_each_thing_happens_once_however_many_try(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: b.AT)
    town = cases.town()
    by = people.system(town.centre)
    case = b.dispatched(town)
    [run_id] = hops.unnoted_of(case.pk)
    assert at_once([lambda: handover.note_handout(run_id=run_id, by=by, at=b.AT)] * MANY) == {"yes": MANY}
    assert (Hop.objects.count(), Delivery.objects.count()) == (1, 1)

    values = {"case_id": case.pk, "reason_code": "not_owner", "words": "不归我处", "by": town.clerk, "at": b.AT}
    assert at_once([lambda: objections.raise_objection(**values)] * MANY) == {"yes": 1, "no": MANY - 1}
    raised = Objection.objects.get()

    reviewers = [people.person(town.centre, position=Position.SHIFT_LEADER) for _ in range(MANY)]
    done = at_once(
        [
            lambda who=who, number=number: objections.decide_objection(
                objection_id=raised.pk, uphold=number % 2 == 0, note="看过", by=who, at=b.AT
            )
            for number, who in enumerate(reviewers)
        ]
    )
    assert done == {"yes": 1, "no": MANY - 1}
    assert Decision.objects.count() == 1
    backs = CaseEvent.objects.filter(case=case, action="send_back").count()
    assert backs == int(Decision.objects.get().upheld)

    month = Month(date(2026, 2, 1))
    freeze = {"department": town.department, "month": month, "by": by, "at": b.AT}
    assert at_once([lambda: reports.freeze_report(**freeze)] * MANY) == {"yes": MANY}
    assert Report.objects.count() == 1
