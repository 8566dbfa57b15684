"""What follows when a text was asked for: it is sent at once when its moment has come."""

from datetime import datetime

from hotline.core.events import handles
from hotline.messages.delivery import deliver
from hotline.messages.events import MessageQueued
from hotline.messages.models import Message
from hotline.people.queries import system_person


@handles(MessageQueued)
def send_at_once(event: MessageQueued, *, at: datetime) -> None:
    """Try it now; running twice sends once, because the first run claims it."""
    message = Message.objects.select_related("centre").filter(pk=event.message_id).first()
    if message is not None:
        deliver(message.pk, by=system_person(message.centre), at=at)
