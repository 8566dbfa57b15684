"""One try of one text: claimed in a transaction, sent outside of any, its outcome noted in another."""

from datetime import datetime

from hotline.messages import services
from hotline.messages.senders import Undelivered, sender_for
from hotline.people.models import Person


def deliver(message_id: int, *, by: Person, at: datetime) -> bool:
    """Send a text whose moment has come; whether it went out. Two that try at once send it once."""
    letter = services.claim(message_id=message_id, by=by, at=at)
    if letter is None:
        return False
    try:
        reference = sender_for(letter.channel).send(letter)
    except Undelivered as error:
        services.note_failed(message_id=message_id, reason=error.reason, for_good=error.for_good, by=by, at=at)
        return False
    services.note_sent(message_id=message_id, reference=reference, by=by, at=at)
    return True
