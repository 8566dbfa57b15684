"""What is sealed, who opens it, and that it is forgotten in time; rows agree with their permissions (A3.6, D2.8)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from hotline.core import access, clock
from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused
from hotline.leave import jobs
from hotline.leave.logic import sealing
from hotline.leave.models import BalanceEntry, CertificateLook, Leave, Paper, PregnancyNotice, PrivateWords, Swap
from hotline.leave.queries import balances, requests
from hotline.leave.services import ledger, papers
from hotline.leave.tests import builders as b
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.rulebook.leave import Code

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D2.8")]


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: b.AT)


@pytest.fixture
def of():
    return b.house()


def test_a_certificate_lies_sealed_under_the_installations_key(of, settings):
    row = b.sick(of.one, 0)
    certificate = papers.hand_in(leave_id=row.pk, content=b.PDF, by=of.one, at=b.AT)
    stored = bytes(Paper.objects.get().sealed)
    assert b"sick note" not in stored
    assert requests.content_of(certificate) == b.PDF
    settings.PAPERS_KEYS = ["another", *settings.PAPERS_KEYS]
    assert requests.content_of(certificate) == b.PDF  # an earlier key still opens it
    settings.PAPERS_KEYS = ["lost"]
    assert requests.content_of(certificate) is None
    assert sealing.unseal(b"nonsense", ["lost"]) is None


def test_every_look_is_logged_with_its_reason(of):
    row = b.sick(of.one, 0)
    certificate = papers.hand_in(leave_id=row.pk, content=b.PDF, by=of.one, at=b.AT)
    with pytest.raises(Refused, match="Say why"):
        papers.look(certificate_id=certificate.pk, reason="", by=of.hr, at=b.AT)
    papers.look(certificate_id=certificate.pk, reason="核对考勤", by=of.hr, at=b.AT)
    for person in (of.two, of.leader, people.person(position=Position.HR)):
        with pytest.raises(NotAllowed):
            papers.look(certificate_id=certificate.pk, reason="x", by=person, at=b.AT)
    assert [(look.person, look.reason) for look in CertificateLook.objects.all()] == [(of.hr, "核对考勤")]


def test_papers_reasons_and_notices_are_forgotten_in_time(of):
    row = b.sick(of.one, 0)
    certificate = papers.hand_in(leave_id=row.pk, content=b.PDF, by=of.one, at=b.AT)
    papers.tell_pregnancy(expected_on=date(2026, 9, 1), by=of.two, at=b.AT)
    last_day = clock.wall(row.last + timedelta(days=730), 4)
    jobs.forget_papers(at=clock.wall(date(2027, 3, 3), 4))
    assert (PregnancyNotice.objects.count(), Paper.objects.count()) == (1, 1)
    jobs.forget_papers(at=clock.wall(date(2027, 3, 4), 4))
    assert PregnancyNotice.objects.count() == 0
    jobs.forget_papers(at=last_day)
    assert (Paper.objects.count(), PrivateWords.objects.count()) == (1, 1)
    jobs.forget_papers(at=last_day + timedelta(days=1))
    assert (Paper.objects.count(), PrivateWords.objects.count()) == (0, 0)
    certificate.refresh_from_db()
    assert certificate.deleted_at is not None
    with pytest.raises(Refused, match="is deleted"):
        papers.look(certificate_id=certificate.pk, reason="", by=of.one, at=b.AT)
    assert requests.reason_of(row) == ""


@pytest.mark.clause("D4.4")
def test_the_ledger_follows_the_years_of_work_and_is_never_changed(of):
    b.worked(of, of.one, date(2016, 7, 1))  # nine years and a half: ten in July
    rows = BalanceEntry.objects.filter(person=of.one).order_by("on").values_list("on", "half_days")
    assert list(rows) == [(date(2026, 1, 1), 10), (date(2026, 7, 1), 4)]  # 184 of 365 days of five more
    assert balances.left(of.one, [2026], on=date(2026, 6, 30)) == {2026: 10}
    assert balances.left(of.one, [2026], on=date(2026, 7, 1)) == {2026: 14}
    b.worked(of, of.one, date(2006, 1, 1))
    assert balances.left(of.one, [2026], on=date(2026, 7, 1)) == {2026: 30}
    assert ledger.post_grants(person=of.one, year=2026, by=of.hr, at=b.AT) == 0
    with pytest.raises(Exception, match=r"append_only|Cannot"), transaction.atomic():
        BalanceEntry.objects.update(half_days=99)
    jobs.post_year(at=clock.wall(date(2027, 1, 1), 0, 30))
    assert balances.left(of.one, [2027], on=date(2027, 1, 1)) == {2027: 30}
    with pytest.raises(NotAllowed):
        ledger.set_work_history(person=of.hr, works_since=date(2000, 1, 1), by=of.hr, at=b.AT)


def test_the_database_itself_keeps_anybody_from_granting_his_own(of):
    row = b.ask(of.one, first=7)
    with pytest.raises(IntegrityError), transaction.atomic():
        Leave.objects.filter(pk=row.pk).update(status_by=of.one, status="granted")
    with pytest.raises(IntegrityError), transaction.atomic():
        Leave.objects.filter(pk=row.pk).update(spell=None)


@pytest.mark.parametrize("position", [p for p in Position.values if p != "system"])
def test_the_permissions_of_rows_agree_with_the_lists(of, position):
    person = people.everybody(of.centre)[position]
    b.free(of, of.two, 7)
    b.worked(of, of.one)
    swap = b.wish(of.one, of.two, [b.shift(of.one, 7)])
    papers.tell_pregnancy(expected_on=date(2026, 9, 1), by=of.two, at=b.AT)
    rows = {
        "leave.view_leave": [b.sick(of.one, 0), b.ask(of.two, first=14), b.ask(of.supervisor, Code.SICK, 0)],
        "leave.view_swap": [swap],
        "leave.view_balance_entry": list(BalanceEntry.objects.all()),
        "leave.view_pregnancy_notice": list(PregnancyNotice.objects.all()),
    }
    assert all(rows.values())
    for name, found in rows.items():
        for row in found:
            visible = type(row)._default_manager.visible_to(person).filter(pk=row.pk).exists()
            assert access.may(person, name, row) is visible, (name, row.pk)
    assert Swap.objects.count() == 1
