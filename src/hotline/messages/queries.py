"""Reads over texts: what is due, how often an address was written to, how an occasion is worded, what is sealed."""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, override

from hotline.core import clock
from hotline.messages.logic import occasions, sealing
from hotline.messages.logic.occasions import Occasion, Words
from hotline.messages.models import Channel, Look, Message, OptOut, Parcel, Status, Wording
from hotline.messages.senders import Attached, Letter
from hotline.people.models import Person

DAY = timedelta(days=1)
MOST_AT_ONCE = 200
CHINESE = "zh-hans"


def secrets() -> list[str]:
    """The installation's keys, the present one first."""
    return [settings.SECRET_KEY, *(str(key) for key in settings.SECRET_KEY_FALLBACKS)]


def known_by(address: str) -> str:
    """The keyed sum of an address in its written form."""
    return sealing.known_by(address, settings.SECRET_KEY)


def due(at: datetime) -> list[tuple[int, int]]:
    """Texts whose moment has come: (key, centre), the longest waiting first, so many at once."""
    rows = Message.objects.filter(status=Status.QUEUED, next_at__lte=at).order_by("next_at")
    return list(rows.values_list("pk", "centre_id")[:MOST_AT_ONCE])


def sent_to(centre_id: int, address: str, channel: str, at: datetime) -> int:
    """How many texts went, or are on their way, to an address in the last 24 hours."""
    rows = Parcel.objects.filter(known_by=known_by(address), at__gt=at - DAY)
    kept = rows.filter(message__centre=centre_id, message__channel=channel)
    return kept.exclude(message__status__in=[Status.SKIPPED, Status.CANCELLED]).count()


def wants_none(centre_id: int, address: str) -> bool:
    """Whether an address has opted out."""
    return OptOut.objects.filter(centre=centre_id, known_by=known_by(address)).exists()


def by_key(centre_id: int, key: str) -> Message | None:
    """The text of an effect, if there is one."""
    return Message.objects.filter(centre=centre_id, key=key).first()


def about(what: str) -> list[Message]:
    """The texts about a thing (`cases.case:12`), newest first."""
    return list(Message.objects.filter(about=what).order_by("-at", "-pk")[:50])


def words_for(centre_id: int, occasion: Occasion, channel: str, language: str) -> Words:
    """The centre's wording, else the one that comes with the product, in the language of the reader."""
    own = Wording.objects.filter(centre=centre_id, occasion=occasion.code, channel=channel, language=language).first()
    return Words(own.subject, own.text) if own else first_words(occasion, channel, language)


def first_words(occasion: Occasion, channel: str, language: str = CHINESE) -> Words:
    """The wording that comes with the product."""
    words = occasion.texts[channel]
    with override(language):
        return Words(gettext(words.subject) if words.subject else "", gettext(words.text))


def worded(centre_id: int) -> list[dict[str, Any]]:
    """Every occasion and channel with the wording in force, for the page."""
    own = {(row.occasion, row.channel): row for row in Wording.objects.filter(centre=centre_id, language=CHINESE)}
    return [
        {
            "occasion": occasion,
            "label": gettext(occasion.label),
            "channel": channel,
            "channel_label": Channel(channel).label,
            "own": own.get((occasion.code, channel)),
            "text": own[occasion.code, channel].text
            if (occasion.code, channel) in own
            else first_words(occasion, channel).text,
        }
        for occasion in occasions.all_occasions()
        for channel in occasion.texts
    ]


def letter_of(message: Message) -> Letter | None:
    """What a text says and to whom; None once it is forgotten."""
    parcel = Parcel.objects.filter(message=message.pk).first()
    if parcel is None:
        return None
    held = sealing.unseal(bytes(parcel.sealed), secrets())
    return Letter(
        message_id=message.pk,
        channel=message.channel,
        to=held["to"],
        subject=held["subject"],
        text=held["text"],
        key=f"{message.centre_id}:{message.key}",
        files=tuple(_attached(file) for file in held["files"]),
    )


def _attached(file: Mapping[str, str]) -> Attached:
    return Attached(file["name"], file["type"], base64.b64decode(file["content"]))


def looks_today(person: Person, at: datetime) -> int:
    """How often the person has looked at whole texts on this local day."""
    start = clock.wall(clock.local_day(at))
    return Look.objects.filter(person=person.pk, at__gte=start, at__lte=at).count()


def label_of(code: str) -> str:
    """An occasion in words; its bare name when no area enters it any more."""
    known = {occasion.code: occasion.label for occasion in occasions.all_occasions()}
    return gettext(known[code]) if code in known else code
