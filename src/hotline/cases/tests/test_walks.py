"""Any way through the flow, however people act: custody stays whole and the events tell what the tables hold."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.cases import access
from hotline.cases.logic.flow import ENDED, FLOW, Action, Status, moves
from hotline.cases.models import Case, Holding, Task
from hotline.cases.queries import rebuild
from hotline.cases.services import closing, desk, dispatching, field, filing
from hotline.cases.tests import builders as b
from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused

WHO = ("operator", "second", "leader", "dispatcher", "clerk", "field")


def _services(town):
    """Every command with something sensible to say."""
    why = {"reason": "说明"}
    return {
        Action.TAKE: (desk.take, {}),
        Action.RELEASE: (desk.release, why),
        Action.ASSIGN: (desk.assign, {**why, "to": town.second}),
        Action.AMEND: (desk.amend, {"changes": {"place": "学府路12号"}}),
        Action.NOTE: (desk.add_note, {"text": "来电催办"}),
        Action.ASK_VERIFY: (filing.ask_verify, {}),
        Action.PRE_FILE: (filing.pre_file, {"condition_id": town.condition.pk}),
        Action.TO_FILING_GATE: (filing.submit_for_filing, {}),
        Action.FILE: (filing.file, {}),
        Action.REJECT: (filing.reject, why),
        Action.NOT_ACCEPT: (filing.not_accept, why),
        Action.GATE_RETURN: (filing.return_from_gate, why),
        Action.DISPATCH: (dispatching.dispatch, {"department": town.department}),
        Action.ACCEPT: (dispatching.accept, {}),
        Action.SEND_BACK: (dispatching.send_back, why),
        Action.POSTPONE: (dispatching.postpone, {**why, "amount": 2}),
        Action.PARK: (dispatching.park, why),
        Action.RESUME: (dispatching.resume, why),
        Action.FEEDBACK: (dispatching.feedback, {"result": "已处理"}),
        Action.REMIND: (field.remind, {}),
        Action.ASK_CHECK: (closing.ask_check, {}),
        Action.TO_CLOSING_GATE: (closing.submit_for_closing, {"answer": "已恢复"}),
        Action.CLOSE: (closing.close, {}),
        Action.REWORK: (closing.demand_rework, why),
        Action.REOPEN: (closing.reopen, why),
        Action.CANCEL: (closing.cancel, why),
    }


def _step(town, case, who, action, confirmed, at):
    """One act; a no leaves the case exactly as it was."""
    before = (case.version, case.status)
    try:
        if action is Action.VERIFIED:
            task = Task.objects.filter(case=case, status="asked").first()
            if task is not None:
                field.reply(task_id=task.pk, confirmed=confirmed, text="看过", by=who, at=at)
        elif action in _services(town):
            service, values = _services(town)[action]
            service(case_id=case.pk, version=case.version, by=who, at=at, **values)
    except (Refused, NotAllowed):
        now = b.fresh(case)
        assert (now.version, now.status) == before
    return b.fresh(case)


steps = st.lists(
    st.tuples(st.sampled_from(WHO), st.sampled_from(list(Action)), st.booleans(), st.integers(0, 900)),
    min_size=10,
    max_size=40,
)


@pytest.mark.django_db
@pytest.mark.clause("D3.7")
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(walk=steps, eager=st.booleans())
def test_any_walk_keeps_custody_whole(walk, eager):
    town = b.town()
    case = b.report(town)
    at = b.NINE
    for name, action, confirmed, seconds in walk:
        who = getattr(town, name)
        at += timedelta(seconds=seconds)
        if eager:  # go where the flow leads instead of knocking at closed doors
            allowed = access.allowed_actions(who, case)
            action = allowed[seconds % len(allowed)] if allowed else Action.VERIFIED  # noqa: PLW2901
        case = _step(town, case, who, action, confirmed, at)
    assert rebuild.differences([case.pk]) == []
    assert Holding.objects.open().filter(case=case).count() == (0 if case.code in ENDED else 1)


@pytest.mark.django_db
@pytest.mark.parametrize("stranger", [True, False])
def test_the_list_and_the_permission_of_a_row_agree(stranger):
    town = b.town()
    other = b.town()
    dispatched = b.Walk(town, b.report(town)).dispatched().case
    b.report(town)
    for who in WHO:
        person = getattr(other if stranger else town, who)
        listed = set(Case.objects.visible_to(person).values_list("pk", flat=True))
        for case in Case.objects.filter(centre=town.centre):
            assert access.views_case(person, case) == (case.pk in listed)
        if stranger:
            assert not listed & set(Case.objects.filter(centre=town.centre).values_list("pk", flat=True))
    if not stranger:
        assert set(Case.objects.visible_to(town.clerk)) == {dispatched}


def test_every_status_is_reached_and_every_open_one_is_left():
    table = moves()
    reached = {Status.REGISTERED} | {after for ways in table.values() for after in ways}
    assert reached == set(Status)
    assert all(table[status] for status in Status if status not in ENDED)


def test_every_action_with_a_way_has_a_permission():
    answered_by_task = {Action.VERIFIED, Action.CHECKED}
    assert set(access.PERMISSION) == set(FLOW) - answered_by_task
