"""Line checks: what is a fault, who hears of it, who signs; the clock asks once a day and once a month."""

from datetime import timedelta

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused
from hotline.people.models import Notice
from hotline.telephony import jobs
from hotline.telephony.logic import sound
from hotline.telephony.logic.checks import CHECK_TERMS, Fault, Found, faults
from hotline.telephony.models import Check, CheckCause, CheckKind, CheckStatus
from hotline.telephony.services import checks, leading, menus
from hotline.telephony.services.checks import Outcome
from hotline.telephony.tests.builders import NINE, SECOND, arrive, house

TERMS = CHECK_TERMS.on(NINE.date())
GOOD = Found(True, 800, 600, True, True, (200, 700))


@pytest.mark.clause("A7.1")
@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (GOOD, []),
        (Found(False), [Fault.NOT_DIALLED]),
        (Found(True), [Fault.NOT_ANSWERED]),
        (Found(True, 10_001, 600, True), [Fault.LATE]),
        (Found(True, 10_000, 99, True), [Fault.SILENT]),
        (Found(True, 800, 600, False, True, None), [Fault.NOT_REACHED, Fault.NO_RECORDING]),
        (Found(True, 800, 600, True, True, (0, 700)), [Fault.CALLER_NOT_RECORDED]),
        (Found(True, 800, 600, True, True, (30, 29)), [Fault.HOUSE_NOT_RECORDED]),
        (Found(True, 800, 600, True, False, None), []),
    ],
)
def test_what_is_a_fault(found, expected):
    assert faults(found, TERMS) == expected


def test_sound_is_told_from_silence():
    at = np.arange(8000) / 8000
    tone = (4000 * np.sin(2 * np.pi * 440 * at)).astype(np.int16)
    assert sound.voiced(tone) == 1000
    assert sound.voiced(np.zeros(8000, dtype=np.int16)) == 0
    assert sound.voiced(np.concatenate([tone, np.zeros(8000, dtype=np.int16)])) == 500
    assert sound.voiced(np.zeros(0, dtype=np.int16)) == 0


@pytest.fixture(name="of")
def _of(db):
    return house()


def ask(of, kind=CheckKind.LINE, by=None, at=NINE):
    return checks.ask(
        centre=of.centre, kind=kind, cause=CheckCause.ASKED, dialled="12319", by=by or of.supervisor, at=at
    )


def outcome(number=1, *, found=(), at=NINE, ref=""):
    return Outcome(number, "", at, at + 8 * SECOND, faults=found, answered_ms=900, heard=500, call_ref=ref)


def done(of, *found):
    """A check that is over, with these faults of its only call."""
    check = ask(of)
    checks.take(check_id=check.pk, by=of.system, at=NINE)
    checks.write_step(check_id=check.pk, outcome=outcome(found=found), by=of.system, at=NINE)
    return checks.finish(check_id=check.pk, by=of.system, at=NINE)


@pytest.mark.clause("A7.1")
def test_at_eight_each_number_is_checked_once(of):
    for _ in range(2):
        jobs._check(of.centre, of.system, CheckKind.LINE, CheckCause.DAILY, "12319", NINE)
    [check] = Check.objects.filter(centre=of.centre)
    assert (check.status, check.cause, check.asked_by) == ("asked", "daily", of.system)
    checks.give_up(check_id=check.pk, by=of.system, at=NINE)
    jobs._check(of.centre, of.system, CheckKind.LINE, CheckCause.DAILY, "12319", NINE)
    assert Check.objects.filter(centre=of.centre).count() == 1, "once a day"
    jobs._check(of.centre, of.system, CheckKind.LINE, CheckCause.DAILY, "12319", NINE + timedelta(days=1))
    assert Check.objects.filter(centre=of.centre).count() == 2


@pytest.mark.clause("A7.2")
def test_a_walk_needs_a_menu_that_is_in_force(of):
    with pytest.raises(Refused, match="No menu"):
        ask(of, CheckKind.MENU)
    menu = menus.make_menu(centre=of.centre, name="总菜单", by=of.supervisor, at=NINE)
    menus.change_step(menu_id=menu.pk, key="s1", values={"text": "请按零"}, by=of.supervisor, at=NINE)
    version = menus.publish(menu_id=menu.pk, by=of.supervisor, at=NINE)
    menus.switch(menu_id=menu.pk, on=True, lines=["12319"], by=of.supervisor, at=NINE)
    jobs._check(of.centre, of.system, CheckKind.MENU, CheckCause.MONTHLY, "12319", NINE)
    check = Check.objects.get(kind="menu")
    assert check.version == version
    assert ask(of, CheckKind.MENU) is None, "one at a time"
    with pytest.raises(Refused, match="none of the centre's"):
        checks.ask(
            centre=of.centre, kind=CheckKind.LINE, cause=CheckCause.ASKED, dialled="110", by=of.supervisor, at=NINE
        )


@pytest.mark.clause("A7.1")
def test_a_fault_is_told_to_the_shift_leader_and_stays_open_until_somebody_closes_it(of):
    check = done(of, Fault.SILENT)
    assert check.status == CheckStatus.FAILED
    told = Notice.objects.filter(link=f"/calls/checks/{check.pk}").values_list("recipient", flat=True)
    assert set(told) == {of.leader.pk, of.supervisor.pk}
    assert Check.objects.visible_to(of.leader).faults().get() == check
    with pytest.raises(NotAllowed):
        checks.close_fault(check_id=check.pk, note="x", by=of.head, at=NINE)
    with pytest.raises(Refused, match="what was done"):
        checks.close_fault(check_id=check.pk, note=" ", by=of.leader, at=NINE)
    checks.close_fault(check_id=check.pk, note="换了中继板", by=of.leader, at=NINE)
    assert not Check.objects.visible_to(of.leader).faults().exists()
    with pytest.raises(Refused, match="no open fault"):
        checks.close_fault(check_id=check.pk, note="x", by=of.leader, at=NINE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Check.objects.filter(pk=check.pk).update(closed_note="")


def test_a_simulated_exchange_has_no_line_to_check(of):
    leading.take_lead(centre=of.centre, switch="simulated", by=of.system, at=NINE)
    with pytest.raises(Refused, match="simulated"):
        ask(of)
    jobs._check(of.centre, of.system, CheckKind.LINE, CheckCause.DAILY, "12319", NINE)
    assert not Check.objects.exists()


def test_a_line_in_order_tells_nobody(of):
    assert done(of).status == CheckStatus.PASSED
    assert not Notice.objects.exists()


@pytest.mark.clause("A7.2")
def test_a_person_signs_and_the_program_does_not(of):
    check = ask(of)
    with pytest.raises(Refused, match="not over"):
        checks.sign(check_id=check.pk, by=of.leader, at=NINE)
    check = done_of(of, check)
    with pytest.raises(NotAllowed):
        checks.sign(check_id=check.pk, by=of.system, at=NINE)
    signed = checks.sign(check_id=check.pk, by=of.leader, at=NINE)
    again = checks.sign(check_id=check.pk, by=of.supervisor, at=NINE + SECOND)
    assert signed.signed_by == again.signed_by == of.leader


def done_of(of, check):
    checks.take(check_id=check.pk, by=of.system, at=NINE)
    checks.write_step(check_id=check.pk, outcome=outcome(), by=of.system, at=NINE)
    return checks.finish(check_id=check.pk, by=of.system, at=NINE)


@pytest.mark.clause("A7.1")
def test_a_check_that_no_acd_takes_is_a_fault_of_its_own(of):
    check = ask(of)
    jobs.look_at_late_checks(NINE + checks.NOT_TAKEN)
    assert Check.objects.get(pk=check.pk).status == CheckStatus.ASKED
    jobs.look_at_late_checks(NINE + checks.NOT_TAKEN + SECOND)
    check.refresh_from_db()
    assert (check.status, check.status_note) == (CheckStatus.FAILED, "no_engine")
    assert Notice.objects.filter(recipient=of.leader).exists()
    assert not checks.take(check_id=check.pk, by=of.system, at=NINE), "an ACD that comes back later does not call"


def test_the_pages_show_the_history_and_ask_sign_and_close(of, client):
    arrive(of, "a")
    check = ask(of)
    checks.take(check_id=check.pk, by=of.system, at=NINE)
    checks.write_step(check_id=check.pk, outcome=outcome(found=[Fault.SILENT], ref="a"), by=of.system, at=NINE)
    checks.finish(check_id=check.pk, by=of.system, at=NINE)
    client.force_login(of.leader)
    listed = client.get(reverse("telephony:checks")).content.decode()
    for said in ("12319", "发现故障", "有 1 处故障待处理", "线路检查"):
        assert said in listed, said
    path = reverse("telephony:check", args=[check.pk])
    assert "没有听到播报" in client.get(path).content.decode()
    assert client.post(path, {"act": "close", "note": ""}).status_code == 200
    assert client.post(path, {"act": "close", "note": "重启了网关"}).status_code == 302
    assert client.post(path, {"act": "sign"}).status_code == 302
    shown = client.get(path).content.decode()
    assert "重启了网关" in shown
    assert client.post(reverse("telephony:checks"), {"kind": "line", "dialled": "12319"}).status_code == 302
    assert Check.objects.filter(status="asked").count() == 1
    assert client.post(reverse("telephony:checks"), {"kind": "x", "dialled": "12319"}).status_code == 400
    client.force_login(of.head)
    assert client.get(path).status_code == 200
    assert client.post(reverse("telephony:checks"), {"kind": "line", "dialled": "12319"}).status_code == 403
    client.force_login(of.first)
    assert client.get(path).status_code == 403


def test_the_history_costs_as_much_for_fifty_as_for_one(of, client, django_assert_max_num_queries):
    for _ in range(50):
        done(of)
    client.force_login(of.supervisor)
    with django_assert_max_num_queries(24):
        assert client.get(reverse("telephony:checks")).status_code == 200
