"""How long a stage of a case may take is what the centre has decided for the month in which the stage begins."""

from datetime import date, timedelta

import pytest

from hotline.cases.models import Task
from hotline.cases.queries.rebuild import differences
from hotline.cases.services import filing
from hotline.cases.tests import builders as b
from hotline.handbook.tests.builders import decide

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D3.1")]
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
BEFORE = b.NINE - timedelta(days=20)


@pytest.fixture
def town():
    return b.town()


def stages(case):
    return {row.stage: row.due_at - row.began_at for row in case.stages.all() if row.due_at}


def test_the_limits_of_the_stages_are_those_of_the_centre(town):
    own = {"stage.acceptance_minutes": 20, "stage.filing_minutes": 40, "stage.dispatch_minutes": 60}
    decide(town.centre, own, at=BEFORE, since=MARCH)
    case = b.Walk(town, b.report(town)).dispatched().case
    found = stages(case)
    assert [found[stage] // b.MINUTE for stage in ("acceptance", "dispatch")] == [20, 60]
    assert differences([case.pk]) == []


@pytest.mark.clause("B3.2")
def test_a_question_to_the_field_is_due_by_the_centre_s_limit(town):
    decide(town.centre, {"stage.verify_minutes": 90}, at=BEFORE, since=MARCH)
    case = b.report(town)
    filing.ask_verify(
        case_id=case.pk, version=case.version, question="是否松动", by=town.operator, at=b.NINE + b.MINUTE
    )
    assert Task.objects.get().due_at == b.NINE + 91 * b.MINUTE


def test_a_later_decision_leaves_what_has_begun(town):
    case = b.report(town)
    before = stages(case)
    decide(town.centre, {"stage.acceptance_minutes": 1}, at=b.NINE, since=APRIL)
    assert stages(b.fresh(case)) == before
    assert stages(b.report(town)) == before
    assert differences([case.pk]) == []
