"""Ways out of the house. A sender takes a letter or says why not; which one is used stands in the settings.

A sender of one's own is a class without arguments with `send(letter) -> reference`; name it by its dotted path in
HOTLINE_SMS_SENDER or HOTLINE_MAIL_SENDER.
"""

import hashlib
import logging
import smtplib
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)
SECONDS = 20


class Undelivered(Exception):
    """The letter did not go out; `for_good` when trying again cannot help."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.for_good = reason[:300], for_good


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes along with a mail."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything a sender needs."""

    message_id: int
    channel: str
    to: str
    subject: str
    text: str
    key: str
    files: tuple[Attached, ...] = ()


class Sender(Protocol):
    """A way out; `send` returns the carrier's reference, which may be empty, or raises Undelivered."""

    def send(self, letter: Letter) -> str:
        """Give the letter to the carrier, once."""


class Console:
    """Writes the text to the log of the process, for trying out; nothing leaves the house."""

    def send(self, letter: Letter) -> str:
        """Log the length and the number, not the address and the words: logs are read by many."""
        log.info("text %s (%s) would go out, %s signs", letter.message_id, letter.channel, len(letter.text))
        return f"console-{letter.message_id}"


class Smtp:
    """Mail through a server (EMAIL_* in the settings, HOTLINE_SMTP_* in the environment)."""

    def send(self, letter: Letter) -> str:
        """Send one mail; a refusal with a 5xx code is for good, anything else may be tried again."""
        sender = settings.DEFAULT_FROM_EMAIL
        # The same letter has the same id at every try, so that a mailbox knows a repetition.
        mark = hashlib.sha256(f"{settings.SECRET_KEY}{letter.key}".encode()).hexdigest()[:32]
        message_id = f"<{mark}@{sender.rpartition('@')[2].strip('> ') or 'localhost'}>"
        mail = EmailMessage(
            letter.subject,
            letter.text,
            sender,
            [letter.to],
            connection=get_connection("django.core.mail.backends.smtp.EmailBackend", timeout=SECONDS),
            headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
        )
        for file in letter.files:
            mail.attach(file.name, file.content, file.media_type)
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _text in error.recipients.values()]
            raise Undelivered(f"SMTP {codes}", for_good=all(code >= 500 for code in codes)) from error
        except smtplib.SMTPResponseException as error:
            # Wrong credentials are the centre's fault and will be mended: never a reason to give a letter up.
            for_good = error.smtp_code >= 500 and not isinstance(error, smtplib.SMTPAuthenticationError)
            raise Undelivered(f"SMTP {error.smtp_code}", for_good=for_good) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Undelivered(f"{type(error).__name__}") from error
        return message_id


BUILT_IN: dict[str, type[Console] | type[Smtp]] = {"console": Console, "smtp": Smtp}


def sender_for(channel: str) -> Sender:
    """The sender that the settings choose for a channel."""
    name = chosen(channel)
    if name in BUILT_IN:
        return BUILT_IN[name]()
    made: Sender = import_string(name)()
    return made


def chosen(channel: str) -> str:
    """The name of the sender that the settings choose."""
    name: str = settings.MESSAGE_SENDERS[channel]
    return name
