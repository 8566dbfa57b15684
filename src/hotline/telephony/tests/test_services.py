"""Telephones, wishes, queues and the nightly look at recordings."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from hotline.core.access import NotAllowed
from hotline.customers.models import Customer, CustomerNumber
from hotline.kernel.rules import Refused
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.telephony import jobs
from hotline.telephony.models import Member, Phone, Wish, WishKind
from hotline.telephony.queries import files, for_acd, owners
from hotline.telephony.services import phones, recordings, setup
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


def test_a_desk_telephone_has_a_fixed_address(of):
    phone = phones.set_desk_phone(person=of.first, contact="sip:1001@10.0.0.7:5060", by=of.supervisor, at=NINE)
    assert (phone.contact, phone.digest) == ("sip:1001@10.0.0.7:5060", "")
    with pytest.raises(ValidationError):
        phones.set_desk_phone(person=of.first, contact="sip:a@b\nendpoint=x", by=of.supervisor, at=NINE)


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
    assert found.reasons == {"rest": 600}
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
