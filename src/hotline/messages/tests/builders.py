"""Texts for tests, and a sender that keeps what it was given."""

from datetime import UTC, datetime
from typing import Any

from hotline.messages import services
from hotline.messages.delivery import deliver
from hotline.messages.models import Message
from hotline.messages.senders import Letter, Undelivered
from hotline.people.models import Person
from hotline.people.tests import builders as people

NOON = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)  # 12:00 in the centre
NUMBER, ADDRESS = "13800001234", "wang@example.org"
SENDER = "hotline.messages.tests.builders.Shelf"


class Shelf:
    """Keeps letters, and fails as often as it is told to."""

    letters: list[Letter] = []
    failures: list[Undelivered] = []

    def send(self, letter: Letter) -> str:
        if self.failures:
            raise self.failures.pop(0)
        self.letters.append(letter)
        return f"shelf-{len(self.letters)}"

    @classmethod
    def clear(cls) -> None:
        cls.letters.clear()
        cls.failures.clear()


def ask(by: Person, **more) -> Message:
    """A plain SMS at noon."""
    said: dict[str, Any] = {
        "channel": "sms",
        "to": NUMBER,
        "occasion": "plain",
        "params": {"text": "您好"},
        "key": "one",
        "at": NOON,
    } | more
    return services.send(by=by, **said)


def program() -> Person:
    """The program of a fresh centre."""
    return people.system(people.centre())


def try_it(message: Message, at: datetime = NOON) -> Message:
    """One try, and the row as it stands then."""
    deliver(message.pk, by=people.system(message.centre), at=at)
    message.refresh_from_db()
    return message
