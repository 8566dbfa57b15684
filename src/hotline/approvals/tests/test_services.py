"""Chains: in order, by position and unit, never by oneself or twice; delegates; withdrawal; history (D2.8, D2.9)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from hotline.approvals import queries, services
from hotline.approvals.models import Chain, ChainStatus, Delegation, Step
from hotline.approvals.queries import Wanted
from hotline.approvals.services import Outcome
from hotline.approvals.tests import builders as b
from hotline.core import access, clock
from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused
from hotline.people.models import Notice, Position
from hotline.people.services import organisation
from hotline.people.tests import builders as people

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D2.8", "D2.9")]
AT = b.AT


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def centre():
    return people.centre()


@pytest.fixture
def staff(centre):
    return people.everybody(centre)


def decide(by, is_yes=True, note="", subject_id=1):
    return services.decide(subject=b.SUBJECT, subject_id=subject_id, is_yes=is_yes, note=note, by=by, at=AT)


def told(person):
    return Notice.objects.filter(recipient=person).count()


def test_two_decide_in_order_and_each_learns_of_it_when_it_is_his_turn(staff):
    operator, supervisor, director = (staff[p] for p in ("operator", "centre_supervisor", "director"))
    chain = b.chain(operator)
    assert (told(supervisor), told(director)) == (1, 0)
    with pytest.raises(NotAllowed):
        decide(director)  # not his turn
    assert [step.chain for step in queries.waiting_for(supervisor)] == [chain]
    assert decide(supervisor) is Outcome.OPEN
    assert (told(supervisor), told(director)) == (1, 1)
    assert queries.waiting_for(supervisor) == []
    assert decide(director, note="好") is Outcome.APPROVED
    chain.refresh_from_db()
    assert chain.status == ChainStatus.APPROVED
    steps = queries.history(b.SUBJECT, [1])[1]
    assert [(step.number, step.decided_by, step.is_yes, step.note) for step in steps] == [
        (1, supervisor, True, ""), (2, director, True, "好"),
    ]  # fmt: skip
    with pytest.raises(Refused, match="decided already"):
        decide(director)


def test_a_no_ends_it_and_needs_its_reason(staff):
    b.chain(staff["operator"])
    with pytest.raises(Refused, match="do not agree"):
        decide(staff["centre_supervisor"], is_yes=False, note=" ")
    assert decide(staff["centre_supervisor"], is_yes=False, note="人手不足") is Outcome.REFUSED
    assert queries.waiting_for(staff["director"]) == []
    assert Chain.objects.get().status_note == "人手不足"


def test_nobody_decides_what_he_asked_for_though_he_holds_the_position(staff, centre):
    director = staff["director"]
    with pytest.raises(Refused, match="Nobody in the centre"):
        b.chain(director, b.DIRECTOR)
    other = people.person(centre, position=Position.DIRECTOR)
    chain = b.chain(director, b.DIRECTOR)
    assert not access.may(director, "approvals.decide", chain)
    with pytest.raises(NotAllowed):
        decide(director)
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.filter(chain=chain).update(is_yes=True, decided_by=director, decided_at=AT, is_turn=False)
    assert decide(other) is Outcome.APPROVED


def test_who_holds_both_positions_decides_once_and_the_higher_step_stays(centre):
    both = people.person(centre, position=Position.CENTRE_SUPERVISOR)
    organisation.give_post(
        person=both, position=Position.DIRECTOR, unit=people.root(centre), since=people.SINCE, primary=False,
        by=people.system(centre), at=AT,
    )  # fmt: skip
    chain = b.chain(people.person(centre))
    assert [step.positions for step in chain.steps.all()] == [["director"]]
    assert decide(both) is Outcome.APPROVED


def test_one_of_two_who_could_do_both_does_not_take_both_steps(centre):
    both, director = people.person(centre, position="centre_supervisor"), people.person(centre, position="director")
    organisation.give_post(
        person=both, position=Position.DIRECTOR, unit=people.root(centre), since=people.SINCE, primary=False,
        by=people.system(centre), at=AT,
    )  # fmt: skip
    b.chain(people.person(centre))
    assert decide(both) is Outcome.OPEN
    with pytest.raises(NotAllowed):
        decide(both)
    assert decide(director) is Outcome.APPROVED


def test_a_step_may_ask_for_the_unit(staff, centre):
    operator = staff["operator"]
    team = operator.posts.get().unit
    stranger = people.person(position=Position.TEAM_LEADER, unit=people.unit(centre, "二组"))
    b.chain(operator, Wanted((Position.TEAM_LEADER,), team))
    with pytest.raises(NotAllowed):
        decide(stranger)
    assert decide(staff["team_leader"]) is Outcome.APPROVED


def test_another_centre_has_no_say(staff):
    b.chain(staff["operator"])
    stranger = people.person(position=Position.CENTRE_SUPERVISOR)
    with pytest.raises(NotAllowed):
        decide(stranger)
    assert queries.waiting_for(stranger) == []


def appoint(giver, to, first=b.DAY, days=2, by=None):
    last = first + timedelta(days=days)
    return services.appoint(giver=giver, to=to, first=first, last=last, by=by or giver, at=AT)


def test_a_delegate_decides_while_he_stands_in_and_the_history_says_for_whom(staff):
    supervisor, leader = staff["centre_supervisor"], staff["shift_leader"]
    row = appoint(supervisor, leader)
    b.chain(staff["operator"])
    assert told(leader) == 2  # that he stands in, and that something waits
    assert decide(leader) is Outcome.OPEN
    step = Step.objects.get(decided_by=leader)
    assert step.stood_in_for == supervisor
    b.chain(staff["operator"], subject_id=2)
    services.end_delegation(delegation_id=row.pk, by=supervisor, at=AT)
    with pytest.raises(NotAllowed):
        decide(leader, subject_id=2)


def test_a_delegate_does_not_decide_before_or_after_nor_for_the_asker_nor_his_own(staff, monkeypatch):
    supervisor, leader, director = staff["centre_supervisor"], staff["shift_leader"], staff["director"]
    appoint(supervisor, leader, first=b.DAY + timedelta(days=1), days=0)
    b.chain(staff["operator"])
    for day, allowed in ((0, False), (1, True), (2, False)):
        monkeypatch.setattr(clock, "now", lambda day=day: AT + timedelta(days=day))
        assert access.may(leader, "approvals.decide", Chain.objects.get()) is allowed
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(days=1))
    own = b.chain(leader, b.SUPERVISOR, subject_id=3)
    assert not access.may(leader, "approvals.decide", own)
    appoint(director, leader)
    people.person(staff["operator"].centre, position=Position.DIRECTOR)
    of_giver = b.chain(director, b.DIRECTOR, subject_id=4)
    assert not access.may(leader, "approvals.decide", of_giver)


def test_a_delegation_has_its_faults_said(staff, centre):
    supervisor, leader = staff["centre_supervisor"], staff["shift_leader"]
    appoint(supervisor, leader)
    for giver, to, first, days, word in [
        (supervisor, leader, b.DAY + timedelta(days=1), 1, "already"),
        (leader, leader, b.DAY, 1, "colleague"),
        (leader, staff["department_clerk"], b.DAY, 1, "colleague"),
        (leader, supervisor, b.DAY, -1, "last day"),
        (leader, supervisor, b.DAY, 400, "longer"),
    ]:
        with pytest.raises(Refused, match=word):
            appoint(giver, to, first, days)
    with pytest.raises(NotAllowed):
        appoint(staff["operator"], leader, by=leader)
    assert appoint(staff["operator"], leader, by=staff["hr"]).made_by == staff["hr"]
    visible = {name: Delegation.objects.visible_to(person).count() for name, person in staff.items()}
    assert (visible["hr"], visible["operator"], visible["shift_leader"], visible["agent"]) == (2, 1, 2, 0)


def test_whoever_asked_takes_it_back_and_no_stranger(staff):
    chain = b.chain(staff["operator"])
    with pytest.raises(NotAllowed):
        services.withdraw(subject=b.SUBJECT, subject_id=1, by=people.person(), at=AT)
    services.withdraw(subject=b.SUBJECT, subject_id=1, by=staff["operator"], at=AT)
    assert queries.waiting_for(staff["centre_supervisor"]) == []
    assert b.chain(staff["operator"]).pk != chain.pk  # and may ask again
    with pytest.raises(Refused, match="being decided"):
        b.chain(staff["operator"])


@pytest.mark.parametrize("position", [p for p in Position.values if p != "system"])
def test_the_permissions_of_rows_agree_with_the_lists(staff, position):
    person = staff[position]
    chains = [b.chain(staff["operator"]), b.chain(staff["agent"], b.DIRECTOR, subject_id=2)]
    rows = [appoint(staff["centre_supervisor"], staff["shift_leader"]), appoint(staff["agent"], staff["operator"])]
    for chain in chains:
        visible = Chain.objects.visible_to(person).filter(pk=chain.pk).exists()
        assert access.may(person, "approvals.view_chain", chain) is visible
    for row in rows:
        visible = Delegation.objects.visible_to(person).filter(pk=row.pk).exists()
        assert access.may(person, "approvals.view_delegation", row) is visible
