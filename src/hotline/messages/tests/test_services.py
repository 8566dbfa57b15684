"""Writes of texts: once for a key, retried, given up, not wanted, too many, sealed and forgotten."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from hotline.core import clock
from hotline.core.access import NotAllowed
from hotline.core.models import Outbox
from hotline.kernel.rules import Refused
from hotline.messages import queries, services
from hotline.messages.logic.sending import TERMS
from hotline.messages.models import Attempt, Look, Message, Parcel
from hotline.messages.senders import Attached, Undelivered
from hotline.messages.tests.builders import ADDRESS, NOON, NUMBER, Shelf, ask, program, try_it
from hotline.people.models import Position
from hotline.people.tests import builders as people

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
TODAY = TERMS.on(clock.local_day(NOON))


def told(kind):
    return list(Outbox.objects.filter(kind=f"messages.{kind}").order_by("id").values_list("payload", flat=True))


def test_a_text_goes_out_with_what_was_filled_in_and_its_result_is_seen():
    message = ask(program(), params={"text": "{subject} 王先生"}, about="cases.case:7")
    assert (message.status, message.shown_address, message.about) == ("queued", "138****1234", "cases.case:7")
    message = try_it(message)
    assert (message.status, message.reference, message.tries) == ("sent", "shelf-1", 1)
    [letter] = Shelf.letters
    assert (letter.to, letter.text) == ("+8613800001234", "{subject} 王先生")
    [said] = told("MessageDelivered")
    assert said["key"] == "one"
    assert said["about"] == "cases.case:7"
    [attempt] = message.attempts.all()
    assert attempt.is_sent


def test_the_same_key_is_sent_once_whoever_asks_again():
    by = program()
    first, second = ask(by), ask(by, params={"text": "anders"})
    assert first.pk == second.pk
    try_it(first)
    try_it(first, NOON + MINUTE)
    assert len(Shelf.letters) == 1
    assert ask(program()).pk != first.pk  # another centre's keys are its own


def test_two_workers_send_a_text_once():
    message = ask(program())
    by = people.system(message.centre)
    assert services.claim(message_id=message.pk, by=by, at=NOON) is not None
    assert services.claim(message_id=message.pk, by=by, at=NOON) is None


def test_failed_tries_come_again_with_growing_pauses_and_are_given_up():
    message = ask(program())
    at = NOON
    Shelf.failures += [Undelivered("busy") for _ in range(len(TODAY.retries) + 1)]
    for pause in TODAY.retries:
        message = try_it(message, at)
        assert (message.status, message.status_note, message.next_at) == ("queued", "busy", at + pause)
        assert try_it(message, at + pause - timedelta(seconds=1)).tries == message.tries  # not before its moment
        at += pause
    message = try_it(message, at)
    assert (message.status, message.tries) == ("failed", len(TODAY.retries) + 1)
    [said] = told("MessageFailed")
    assert (said["status"], said["reason"]) == ("failed", "busy")


def test_a_refusal_for_good_is_given_up_at_once_and_can_be_sent_again_by_a_keeper():
    message = ask(program())
    Shelf.failures.append(Undelivered("no such number", for_good=True))
    assert try_it(message).status == "failed"
    keeper = people.person(message.centre, position=Position.SYSADMIN)
    services.send_again(message_id=message.pk, by=keeper, at=NOON + MINUTE)
    assert try_it(message, NOON + MINUTE).status == "sent"
    with pytest.raises(Refused):
        services.send_again(message_id=message.pk, by=keeper, at=NOON + 2 * MINUTE)


def test_a_try_that_never_ended_is_unclear_and_never_repeated_by_itself():
    message = ask(program())
    by = people.system(message.centre)
    services.claim(message_id=message.pk, by=by, at=NOON)
    assert services.note_unclear(by=by, at=NOON + TODAY.silence) == 0
    services.note_unclear(by=by, at=NOON + TODAY.silence + MINUTE)
    message.refresh_from_db()
    assert message.status == "unclear"
    assert try_it(message, NOON + timedelta(days=1)).status == "unclear"
    assert Shelf.letters == []


def test_an_sms_waits_for_the_morning_a_mail_and_an_urgent_one_do_not():
    by, late = program(), clock.wall(clock.local_day(NOON), 23)
    waiting = ask(by, at=late)
    assert clock.local(waiting.next_at).strftime("%d %H:%M") == "10 08:00"
    assert try_it(waiting, late).status == "queued"
    assert ask(by, key="mail", channel="mail", to=ADDRESS, at=late).next_at == late
    assert ask(by, key="urgent", urgent=True, at=late).next_at == late
    assert try_it(waiting, waiting.next_at).status == "sent"


def test_whoever_opted_out_gets_nothing_until_he_opts_in():
    by = program()
    services.opt_out(channel="sms", address=NUMBER, by=by, at=NOON)
    refused = ask(by)
    assert (refused.status, refused.status_note) == ("skipped", services.NOT_WANTED)
    assert told("MessageFailed")[0]["status"] == "skipped"
    assert try_it(refused).status == "skipped"
    assert ask(by, key="test", occasion="test").status == "queued"  # what he must get
    services.opt_in(channel="sms", address=f"+86 {NUMBER}", by=by, at=NOON)
    assert ask(by, key="two").status == "queued"


def test_an_address_is_not_written_to_more_often_than_the_terms_say():
    by, most = program(), TODAY.most_a_day["sms"]
    rows = [ask(by, key=f"k{n}") for n in range(most + 1)]
    assert [row.status for row in rows] == ["queued"] * most + ["skipped"]
    assert ask(by, key="other", to="13900001234").status == "queued"
    assert ask(by, key="tomorrow", at=NOON + timedelta(days=1, seconds=1)).status == "queued"


@pytest.mark.parametrize(
    ("channel", "to"),
    [("sms", "02166778899"), ("sms", "12"), ("sms", "abc"), ("mail", "x@y"), ("mail", "a b@c.de"),
     ("mail", "a@b.de\nBcc: c@d.ef"), ("mail", "")],
)  # fmt: skip
def test_addresses_to_which_nothing_can_be_sent_are_refused(channel, to):
    with pytest.raises(Refused):
        ask(program(), channel=channel, to=to)


def test_what_is_filled_in_never_makes_a_line_of_the_head():
    message = ask(program(), channel="mail", to=ADDRESS, params={"subject": "a\r\nBcc: b@c.de", "text": "x\x00y"})
    letter = queries.letter_of(message)
    assert "\n" not in letter.subject
    assert "\x00" not in letter.text


def test_address_and_words_lie_sealed_and_are_in_no_other_table():
    message = ask(program(), params={"text": "Geheimnis 王小云"})
    with connection.cursor() as cursor:
        for table in ("texts_message", "texts_messagehistory", "texts_parcel", "core_outbox"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            text = cursor.fetchone()[0] or ""
            assert NUMBER not in text
            assert "王小云" not in text
    assert queries.letter_of(message).text == "Geheimnis 王小云"


@pytest.mark.clause("A3.6")
def test_a_look_at_the_whole_text_needs_a_reason_and_is_logged():
    message = ask(program())
    keeper = people.person(message.centre, position=Position.CENTRE_SUPERVISOR)
    with pytest.raises(Refused):
        services.reveal(message_id=message.pk, reason=" ", by=keeper, at=NOON)
    letter = services.reveal(message_id=message.pk, reason="来电核对", by=keeper, at=NOON)
    assert letter.to == "+8613800001234"
    [look] = Look.objects.all()
    assert (look.person, look.reason) == (keeper, "来电核对")
    with pytest.raises(NotAllowed):
        services.reveal(message_id=message.pk, reason="x", by=people.system(message.centre), at=NOON)
    strange = people.person(position=Position.SYSADMIN)
    with pytest.raises(NotAllowed):
        services.reveal(message_id=message.pk, reason="x", by=strange, at=NOON)


def test_addresses_and_words_are_forgotten_when_their_time_is_over():
    message = try_it(ask(program()))
    by = people.system(message.centre)
    assert services.forget(by=by, at=NOON + TODAY.kept) == 0
    assert services.forget(by=by, at=NOON + TODAY.kept + MINUTE) == 1
    assert not Parcel.objects.exists()
    assert Message.objects.filter(pk=message.pk).exists()
    keeper = people.person(message.centre, position=Position.SYSADMIN)
    with pytest.raises(Refused):
        services.reveal(message_id=message.pk, reason="x", by=keeper, at=NOON)


def test_what_still_waits_is_not_forgotten():
    message = ask(program())
    services.forget(by=people.system(message.centre), at=NOON + TODAY.kept * 2)
    assert queries.letter_of(message) is not None


def test_a_withdrawn_text_does_not_go_out():
    message = ask(program())
    keeper = people.person(message.centre, position=Position.SYSADMIN)
    with pytest.raises(Refused):
        services.withdraw(message_id=message.pk, reason="", by=keeper, at=NOON)
    services.withdraw(message_id=message.pk, reason="写错了", by=keeper, at=NOON)
    assert try_it(message).status == "cancelled"


def test_a_centre_words_an_occasion_within_its_placeholders():
    by = program()
    keeper = people.person(by.centre, position=Position.CENTRE_SUPERVISOR)
    with pytest.raises(Refused, match="nothing to fill in"):
        services.word(occasion="plain", channel="sms", subject="", text="{text} {phone}", by=keeper, at=NOON)
    with pytest.raises(Refused, match="must hold"):
        services.word(occasion="plain", channel="sms", subject="", text="您好", by=keeper, at=NOON)
    services.word(occasion="plain", channel="sms", subject="", text="【热线】{text}", by=keeper, at=NOON)
    assert queries.letter_of(ask(by)).text == "【热线】您好"
    services.word_as_delivered(occasion="plain", channel="sms", by=keeper, at=NOON)
    assert queries.letter_of(ask(by, key="two")).text == "您好"
    with pytest.raises(NotAllowed):
        services.word(
            occasion="plain", channel="sms", subject="", text="{text}",
            by=people.person(by.centre, position=Position.OPERATOR), at=NOON,
        )  # fmt: skip


def test_files_go_along_sealed_and_too_many_are_refused():
    by = program()
    file = Attached("月报.pdf", "application/pdf", b"%PDF")
    message = ask(by, channel="mail", to=ADDRESS, files=[file])
    assert queries.letter_of(message).files == (file,)
    with pytest.raises(Refused), transaction.atomic():
        ask(by, key="big", channel="mail", to=ADDRESS, files=[Attached("a", "b/c", b"0" * 8_000_001)])


def test_attempts_are_numbered():
    message = ask(program())
    Shelf.failures.append(Undelivered("busy"))
    try_it(message)
    try_it(message, NOON + MINUTE)
    assert list(Attempt.objects.values_list("number", "is_sent", "note")) == [(1, False, "busy"), (2, True, "")]
