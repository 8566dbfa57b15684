"""A2.3 and C5: help asked for, words, states set by superiors, seats left alone; each act stays seen."""

import pytest

from hotline.core.access import NotAllowed, may
from hotline.kernel.rules import Refused
from hotline.people.events import PresenceChanged
from hotline.people.models import Notice, PresenceState
from hotline.people.services import seats
from hotline.telephony import handlers
from hotline.telephony.logic.supervision import Act
from hotline.telephony.logic.words import Fact, State
from hotline.telephony.models import Supervision, Wish, WishKind
from hotline.telephony.queries import supervision as queries
from hotline.telephony.services import journal, leading, phones, supervising
from hotline.telephony.tests import builders
from hotline.telephony.tests.builders import NINE, SECOND

pytestmark = pytest.mark.django_db
MINUTE = 60 * SECOND


@pytest.fixture
def house():
    made = builders.house()
    made.state(made.first, State.NOT_READY, NINE, reason="sign_in")
    made.state(made.first, State.READY, NINE + SECOND)
    return made


def wishes(house):
    return list(Wish.objects.filter(person=house.first).order_by("id").values_list("kind", "data", "by"))


@pytest.mark.clause("A2.3")
def test_help_is_asked_for_and_the_team_leader_told(house):
    row = supervising.ask_for_help(by=house.first, at=NINE + MINUTE)
    assert (row.act, row.person, row.by) == (Act.HELP, house.first, house.first)
    assert Notice.objects.get(recipient=house.head).params == {"name": house.first.name}
    assert not Notice.objects.filter(recipient=house.leader).exists(), "his own leader is there"


def test_who_is_not_signed_in_cannot_ask_for_help(house):
    with pytest.raises(Refused) as refused:
        supervising.ask_for_help(by=house.second, at=NINE)
    assert refused.value.refusals[0].clause == "A2.3"


@pytest.mark.clause("A2.3")
def test_a_message_is_kept_and_shown(house):
    supervising.send_message(person=house.first, text="  慢一点，\n先核对地址 ", by=house.head, at=NINE + MINUTE)
    [said] = queries.latest_of(house.first, NINE)
    assert said.text == "慢一点， 先核对地址"
    assert Notice.objects.get(recipient=house.first).params["name"] == house.head.name
    with pytest.raises(Refused):
        supervising.send_message(person=house.first, text=" ", by=house.head, at=NINE)


@pytest.mark.clause("A2.3")
@pytest.mark.parametrize(
    ("to", "kind", "data"),
    [
        (State.NOT_READY, WishKind.NOT_READY, {"reason": "forced"}),
        (State.READY, WishKind.READY, {}),
        (State.OFFLINE, WishKind.SIGN_OUT, {}),
    ],
)
def test_a_superior_sets_a_state_and_says_why(house, to, kind, data):
    supervising.force_state(person=house.first, to=to, why="接待来访", by=house.head, at=NINE + MINUTE)
    assert wishes(house) == [(kind, data, house.head.pk)]
    [said] = queries.latest_of(house.first, NINE)
    assert said.text.endswith("：接待来访")
    assert said.row.by == house.head


def test_a_state_without_a_reason_is_refused_and_nothing_is_asked(house):
    with pytest.raises(Refused) as refused:
        supervising.force_state(person=house.first, to=State.READY, why=" ", by=house.head, at=NINE)
    assert refused.value.refusals[0].params == {"field": "why"}
    with pytest.raises(ValueError, match="nobody can be made"):
        supervising.force_state(person=house.first, to=State.TALKING, why="x", by=house.head, at=NINE)
    assert not wishes(house)


def test_who_may_supervise_whom(house):
    other = builders.people.person(position=builders.Position.TEAM_LEADER, unit=builders.people.unit(house.centre))
    stranger = builders.house(builders.people.centre("elsewhere"))
    allowed = {
        one.pk
        for one in (house.head, house.leader, house.supervisor, house.quality, house.second, other, stranger.leader)
        if may(one, "telephony.supervise", house.first)
    }
    assert allowed == {house.head.pk, house.leader.pk, house.supervisor.pk}
    assert not may(house.head, "telephony.supervise", house.head)
    with pytest.raises(NotAllowed):
        supervising.send_message(person=house.first, text="x", by=other, at=NINE)


def test_what_is_seen_of_it_and_the_permission_agree(house):
    supervising.send_message(person=house.first, text="一", by=house.head, at=NINE)
    made = Supervision.objects.get()
    for one, sees in (
        (house.first, True), (house.head, True), (house.leader, True), (house.second, False), (house.quality, False),
    ):  # fmt: skip
        assert Supervision.objects.visible_to(one).filter(pk=made.pk).exists() is sees
        assert may(one, "telephony.view_supervision", made) is sees


@pytest.mark.clause("C5")
@pytest.mark.parametrize(
    ("left", "kind", "reason"), [(PresenceState.AWAY, "not_ready", "left_seat"), ("", "sign_out", None)]
)
def test_a_locked_seat_takes_no_calls_and_a_left_one_has_no_telephone(house, left, kind, reason):
    system = house.system
    seats.begin_session(person=house.first, session_key="k", by=house.first, at=NINE)
    if left:
        seats.lock(person=house.first, by=system, at=NINE + MINUTE)
    else:
        seats.end_session(person=house.first, how="logout", by=system, at=NINE + MINUTE)
    event = PresenceChanged(person_id=house.first.pk, centre_id=house.centre.pk, state=left, was="busy")
    handlers.leave_phone_with_seat(event, at=NINE + MINUTE)
    [(asked, data, by)] = wishes(house)
    assert (asked, data.get("reason"), by) == (kind, reason, system.pk)


def test_who_is_back_before_the_event_is_handled_keeps_his_telephone(house):
    seats.begin_session(person=house.first, session_key="k", by=house.first, at=NINE)
    event = PresenceChanged(person_id=house.first.pk, centre_id=house.centre.pk, state="away", was="busy")
    handlers.leave_phone_with_seat(event, at=NINE + MINUTE)
    assert not wishes(house)


@pytest.mark.clause("C5")
def test_a_ready_telephone_at_an_empty_seat_is_found(house):
    """Ready since 9:00:01 in the browser; the seat's last sign of life was at 9:01."""
    phones.issue(person=house.first, by=house.first, at=NINE)
    seats.begin_session(person=house.first, session_key="k", by=house.first, at=NINE)
    seats.see(person=house.first, by=house.first, at=NINE + MINUTE)
    assert queries.unattended(house.centre, NINE + 3 * MINUTE) == []
    late = NINE + 4 * MINUTE + SECOND
    assert queries.unattended(house.centre, late) == [house.first]
    Wish.objects.all().delete()
    assert supervising.set_unattended(person=house.first, by=house.system, at=late)
    assert not supervising.set_unattended(person=house.first, by=house.system, at=late + SECOND), "told once"
    assert wishes(house) == [("not_ready", {"reason": "unattended"}, house.system.pk)]
    assert Notice.objects.filter(recipient=house.head).count() == 1


@pytest.mark.clause("C5")
def test_whoever_leads_is_told_once_when_somebody_rests_for_too_long(house):
    told = Notice.objects.filter(recipient=house.head)
    late = NINE + 11 * MINUTE
    house.state(house.first, State.NOT_READY, NINE + MINUTE, reason="rest")
    house.tell((Fact.LIMIT_PASSED, late, "", house.first, {"reason": "rest", "since": NINE.isoformat()}))
    assert told.get().params == {"name": house.first.name, "reason": "小休"}
    house.tell((Fact.LIMIT_PASSED, late, "", house.second, {"reason": "no_answer", "since": NINE.isoformat()}))
    assert told.latest("pk").params["reason"] == "未接听"
    again = journal.Entry("once", Fact.LIMIT_PASSED, late, "", house.first.pk, {"reason": "rest"})
    for _ in range(2):
        journal.write(centre=house.centre, epoch=house.epoch, entries=[again], by=house.system, at=late)
    assert told.count() == 3, "a fact that is told twice counts once"
    past = journal.Entry("past", Fact.LIMIT_PASSED, late, "", house.first.pk, {"reason": "rest"})
    journal.write(centre=house.centre, epoch=house.epoch, entries=[past], by=house.system, at=late + 6 * MINUTE)
    assert told.count() == 3, "what is written long afterwards is history"


@pytest.mark.clause("C5")
@pytest.mark.parametrize("kind", ["browser", "desk", "fixed"])
def test_an_empty_seat_is_found_whatever_the_telephone(house, kind):
    if kind == "browser":
        phones.issue(person=house.first, by=house.first, at=NINE)
    elif kind == "desk":
        phones.issue_desk(person=house.first, by=house.supervisor, at=NINE)
    else:
        phones.set_desk_phone(person=house.first, contact="sip:a@10.0.0.7", by=house.supervisor, at=NINE)
    seats.begin_session(person=house.first, session_key="k", by=house.first, at=NINE)
    assert queries.unattended(house.centre, NINE + 2 * MINUTE) == []
    assert queries.unattended(house.centre, NINE + 60 * MINUTE) == [house.first]


def test_nobody_is_missed_at_the_seats_of_a_simulated_exchange(house):
    leading.take_lead(centre=house.centre, switch="simulated", by=house.system, at=NINE)
    assert queries.unattended(house.centre, NINE + 60 * MINUTE) == []
