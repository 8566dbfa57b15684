"""Telephones, wishes, queues and the nightly look at recordings."""

import asyncio
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hotline.core.access import NotAllowed
from hotline.core.asking import Line
from hotline.customers.models import Customer, CustomerNumber
from hotline.kernel.rules import Refused
from hotline.people.models import Notice, Position
from hotline.people.tests import builders as people
from hotline.telephony import jobs
from hotline.telephony.logic.words import Fact
from hotline.telephony.models import Member, NightCheck, Phone, Recording, Wish, WishKind
from hotline.telephony.queries import files, for_acd, owners
from hotline.telephony.services import phones, reach, recordings, setup
from hotline.telephony.tests.builders import NINE, NUMBER, SECOND, arrive, house, recording, talk
from hotline.telephony.tests.test_pages import side


@pytest.fixture(name="of")
def _of(db, settings, tmp_path):
    settings.VAR = tmp_path
    return house()


def test_a_new_secret_closes_the_old_one_and_is_told_once(of):
    first = phones.issue(person=of.first, by=of.first, at=NINE)
    second = phones.issue(person=of.first, by=of.first, at=NINE)
    phone = Phone.objects.get(person=of.first)
    assert first.account == second.account == phone.account
    assert first.secret != second.secret
    assert phone.digest == phones.digest(phone.account, second.secret)
    assert second.secret not in str(vars(phone))
    with pytest.raises(NotAllowed):
        phones.issue(person=of.first, by=of.second, at=NINE)


@pytest.mark.clause("A2.4")
def test_a_queue_in_which_somebody_waits_stays_in_use(of):
    arrive(of, "a")
    with pytest.raises(Refused, match="Callers wait"):
        setup.change_queue(queue_id=of.queue.pk, changes={"is_active": False}, by=of.supervisor, at=NINE)
    of.tell((Fact.QUEUE_LEFT, NINE, "a", None, {"how": "callback"}))
    with pytest.raises(Refused, match="Callers wait"):
        setup.change_queue(queue_id=of.queue.pk, changes={"is_active": False}, by=of.supervisor, at=NINE)
    of.tell((Fact.CALL_ENDED, NINE, "a", None, {"how": "callback"}))
    arrive(of, "b")
    talk(of, "b", of.first, NINE + 10 * SECOND)
    gone = setup.change_queue(queue_id=of.queue.pk, changes={"is_active": False}, by=of.supervisor, at=NINE)
    assert not gone.is_active


def test_a_desk_telephone_has_a_fixed_address(of):
    phone = phones.set_desk_phone(person=of.first, contact="sip:1001@10.0.0.7:5060", by=of.supervisor, at=NINE)
    assert (phone.contact, phone.digest) == ("sip:1001@10.0.0.7:5060", "")
    with pytest.raises(ValidationError):
        phones.set_desk_phone(person=of.first, contact="sip:a@b\nendpoint=x", by=of.supervisor, at=NINE)


def test_a_desk_telephone_gets_a_secret_from_who_sets_queues_and_its_state_is_shown(of, client):
    login = phones.issue_desk(person=of.first, by=of.supervisor, at=NINE)
    phone = Phone.objects.get(person=of.first)
    assert (phone.is_browser, phone.contact) == (False, "")
    assert phone.digest == phones.digest(login.account, login.secret)
    with pytest.raises(NotAllowed):
        phones.issue_desk(person=of.first, by=of.leader, at=NINE)
    assert reach.note(centre=of.centre, reached={of.first.pk: True}, by=of.system, at=NINE) == 1
    assert reach.note(centre=of.centre, reached={of.first.pk: True}, by=of.system, at=NINE + SECOND) == 0
    client.force_login(of.supervisor)
    assert "已接入" in client.get(reverse("telephony:phones")).content.decode()
    path = reverse("telephony:desk_phone", args=[of.first.pk])
    shown = client.post(path)
    assert shown.headers["Cache-Control"] == "no-store"
    assert phone.account in shown.content.decode()
    phone.refresh_from_db()
    assert phone.digest != phones.digest(login.account, login.secret), "another secret"
    client.force_login(of.leader)
    assert client.post(path).status_code == 403


def test_wishes_are_handed_out_once_and_in_order(of):
    Wish.objects.all().delete()
    phones.wish(person=of.first, kind=WishKind.SIGN_IN, by=of.first, at=NINE)
    phones.wish(person=of.first, kind=WishKind.NOT_READY, reason="rest", by=of.first, at=NINE)
    rows = phones.take_wishes(centre=of.centre, by=of.system, at=NINE)
    assert [(row.kind, row.data) for row in rows] == [("sign_in", {}), ("not_ready", {"reason": "rest"})]
    assert phones.take_wishes(centre=of.centre, by=of.system, at=NINE) == []


@pytest.mark.parametrize("fault", ["no queue", "no such reason", "another's"])
def test_what_cannot_be_wished_is_refused(of, fault):
    stranger = people.person(position=Position.OPERATOR, unit=of.team)
    if fault == "no queue":
        with pytest.raises(Refused, match="serve no queue"):
            phones.wish(person=stranger, kind=WishKind.SIGN_IN, by=stranger, at=NINE)
    elif fault == "no such reason":
        with pytest.raises(Refused, match="one of the reasons"):
            phones.wish(person=of.first, kind=WishKind.NOT_READY, reason="fishing", by=of.first, at=NINE)
    else:
        with pytest.raises(NotAllowed):
            phones.wish(person=of.first, kind=WishKind.READY, by=of.second, at=NINE)


def test_what_the_acd_reads_is_what_was_set(of):
    found = for_acd.setup(of.centre, NINE.date())
    assert found.lines == {"12319": of.queue.pk}
    assert (found.limits["rest"], found.limits["no_answer"]) == (timedelta(minutes=10), timedelta(minutes=3))
    assert "forced" not in found.limits, "what a superior has set lasts as long as he likes"
    assert found.members == {of.first.pk: {of.queue.pk}, of.second.pk: {of.queue.pk}}
    setup.set_members(queue_id=of.queue.pk, persons=[of.second.pk], by=of.supervisor, at=NINE)
    assert list(Member.objects.values_list("person", flat=True)) == [of.second.pk]


def test_a_queue_that_leads_to_another_centres_is_refused(of):
    other = house()
    with pytest.raises(Refused):
        setup.change_queue(queue_id=of.queue.pk, changes={"overflow_to": other.queue}, by=of.supervisor, at=NINE)
    with pytest.raises(NotAllowed):
        setup.change_queue(queue_id=of.queue.pk, changes={"rings": 4}, by=of.leader, at=NINE)


@pytest.mark.clause("D2.6")
def test_the_first_owner_is_found_by_the_number(of, monkeypatch):
    customer = Customer.objects.create(centre=of.centre, name="王小云", since=NINE, changed_at=NINE)
    CustomerNumber.objects.create(customer=customer, e164=NUMBER)
    monkeypatch.setattr(owners, "_finders", [lambda who, _at: of.second if who == customer else None])
    assert owners.first_owner(of.centre.pk, NUMBER, NINE) == of.second.pk
    assert owners.first_owner(of.centre.pk, "+8613900009999", NINE) is None
    assert owners.first_owner(of.centre.pk, "anonymous", NINE) is None


@pytest.mark.clause("D2.6")
@pytest.mark.django_db(transaction=True)
def test_a_stranger_is_known_as_such_by_one_statement(of):
    customer = Customer.objects.create(centre=of.centre, name="王小云", since=NINE, changed_at=NINE)
    CustomerNumber.objects.create(customer=customer, e164=NUMBER)

    async def known(centre: int, *numbers: str) -> list[bool]:
        line = Line()
        found = [await owners.is_known(line, centre, number, patience=5) for number in numbers]
        await line.close()
        return found

    assert asyncio.run(known(of.centre.pk, NUMBER, "+8613900009999", "anonymous")) == [True, False, False]
    assert asyncio.run(known(house().centre.pk, NUMBER)) == [False], "of another centre"


def test_each_night_files_and_rows_are_compared_and_what_is_due_is_erased(of, tmp_path):
    rows = []
    for name in ("a", "b", "c"):
        arrive(of, name)
        call = talk(of, name, of.first, NINE + 12 * SECOND)
        key = recording(of, call, NINE)
        path = side(tmp_path / f"{name}.wav", 440)
        rows.append(recordings.keep(recording_id=key, caller=path, person=None, by=of.system, at=NINE))
    files.file_of(rows[0]).unlink()
    jobs.look_at_all(NINE)
    for row in rows:
        row.refresh_from_db()
    assert [row.fate for row in rows] == ["missing", "kept", "kept"]
    jobs.look_at_all(NINE + timedelta(days=800))
    for row in rows:
        row.refresh_from_db()
    assert [row.fate for row in rows] == ["missing", "erased", "erased"]
    assert not files.file_of(rows[1]).exists()


@pytest.fixture(name="kept")
def _kept(of, tmp_path):
    arrive(of, "k")
    call = talk(of, "k", of.first, NINE + 12 * SECOND)
    key = recording(of, call, NINE)
    path = side(tmp_path / "k.wav", 440)
    return recordings.keep(recording_id=key, caller=path, person=None, by=of.system, at=NINE)


def test_what_is_held_outlives_its_time_and_is_erased_once_released(of, kept, client):
    with pytest.raises(NotAllowed):
        recordings.hold(recording_id=kept.pk, reason="诉讼", by=of.leader, at=NINE)
    client.force_login(of.supervisor)
    path = reverse("telephony:hold", args=[kept.pk])
    assert client.post(path, {"act": "hold", "reason": ""}).status_code == 200
    assert client.post(path, {"act": "hold", "reason": "市民诉讼"}).status_code == 302
    late = NINE + timedelta(days=800)
    jobs.look_at_all(late)
    kept.refresh_from_db()
    assert (kept.fate, kept.hold_reason, kept.held_by) == ("kept", "市民诉讼", of.supervisor)
    assert "市民诉讼" in client.get(path).content.decode()
    assert client.post(path, {"act": "release"}).status_code == 302
    assert "已解除" in client.get(path).content.decode()
    jobs.look_at_all(late)
    kept.refresh_from_db()
    assert kept.fate == "erased"


def test_a_night_finds_strange_files_changed_files_and_files_that_are_back(of, kept, client):
    path = files.file_of(kept)
    content = path.read_bytes()
    path.write_bytes(content[:-2] + bytes([content[-2] ^ 1, content[-1]]))
    stray = path.with_name("stranger.wav")
    stray.write_bytes(b"x")
    jobs.look_at_all(NINE)
    night = NightCheck.objects.filter(centre=of.centre).latest("pk")
    assert (night.looked_at, night.missing, night.stray_count, night.back) == (1, 1, 1, 0)
    assert night.strays == [str(stray.relative_to(files.folder()))]
    assert Notice.objects.filter(recipient=of.supervisor, link="/calls/recordings").exists()
    path.write_bytes(content)
    stray.unlink()
    jobs.look_at_all(NINE)
    night = NightCheck.objects.filter(centre=of.centre).latest("pk")
    assert (night.missing, night.stray_count, night.back) == (0, 0, 1)
    client.force_login(of.leader)
    shown = client.get(reverse("telephony:recordings")).content.decode()
    assert "139****1234" in shown


def test_a_talk_that_never_ended_is_missing_after_a_day(of):
    arrive(of, "z")
    call = talk(of, "z", of.first, NINE + 12 * SECOND)
    key = recording(of, call, NINE)
    jobs.look_at_all(NINE + timedelta(hours=25))
    assert Recording.objects.get(pk=key).fate == "missing"
