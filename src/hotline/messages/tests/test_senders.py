"""Senders: real mail to a real server on this machine, its refusals, and the choice by the settings."""

import socket
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from hotline.messages.senders import Attached, Console, Letter, Smtp, Undelivered, chosen, sender_for
from hotline.messages.tests.builders import ADDRESS, Shelf, ask, program, try_it

LETTER = Letter(
    7, "mail", ADDRESS, "您的诉求", "已办结\n谢谢", "1:ended:7", (Attached("月报.pdf", "application/pdf", b"%PDF"),)
)


class Mailbox:
    """Takes mail, or answers as it is told."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.answer = "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 the server calls it so
        if self.answer.startswith("550"):
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        if self.answer.startswith("250"):
            self.taken.append((envelope.mail_from, envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return self.answer


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def mailbox(settings):
    """A mail server on this machine."""
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.DEFAULT_FROM_EMAIL = "12345@example.org"
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield box
    server.stop()


def test_a_mail_arrives_as_it_was_written(mailbox):
    reference = Smtp().send(LETTER)
    [(sender, receivers, mail)] = mailbox.taken
    assert (sender, receivers) == ("12345@example.org", [ADDRESS])
    assert str(make_header(decode_header(mail["Subject"]))) == "您的诉求"
    text, file = mail.get_payload()
    assert text.get_payload(decode=True).decode().replace("\r\n", "\n").strip() == "已办结\n谢谢"
    assert (file.get_filename(), file.get_payload(decode=True)) == ("月报.pdf", b"%PDF")
    assert mail["Message-ID"] == reference
    assert Smtp().send(LETTER) == reference  # the same letter, known again by its id


@pytest.mark.parametrize(
    ("answer", "for_good"), [("550 no such mailbox", True), ("554 refused", True), ("451 later", False)]
)
def test_what_a_server_refuses_is_tried_again_or_given_up(mailbox, answer, for_good):
    mailbox.answer = answer
    with pytest.raises(Undelivered) as told:
        Smtp().send(LETTER)
    assert told.value.for_good is for_good
    assert ADDRESS not in told.value.reason


def test_no_server_is_a_reason_to_try_again(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    with pytest.raises(Undelivered) as told:
        Smtp().send(LETTER)
    assert not told.value.for_good


@pytest.mark.django_db
def test_a_text_of_the_queue_goes_out_through_the_server(mailbox, settings):
    settings.MESSAGE_SENDERS = {"sms": "console", "mail": "smtp"}
    by = program()
    message = try_it(ask(by, channel="mail", to=ADDRESS, params={"subject": "a", "text": "b"}))
    assert (message.status, len(mailbox.taken)) == ("sent", 1)
    mailbox.answer = "550 no such mailbox"
    failed = try_it(ask(by, key="two", channel="mail", to=ADDRESS, params={"subject": "a", "text": "b"}))
    assert (failed.status, failed.status_note) == ("failed", "SMTP [550]")


def test_the_console_shows_neither_number_nor_words(caplog):
    with caplog.at_level("INFO", "hotline.messages.senders"):
        assert Console().send(Letter(1, "sms", "+8613800001234", "", "您好", "k")) == "console-1"
    assert "13800001234" not in caplog.text
    assert "您好" not in caplog.text


def test_the_settings_choose(settings):
    settings.MESSAGE_SENDERS = {"sms": "console", "mail": "hotline.messages.tests.builders.Shelf"}
    assert isinstance(sender_for("sms"), Console)
    assert isinstance(sender_for("mail"), Shelf)
    assert chosen("sms") == "console"
