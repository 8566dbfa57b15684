"""A person's shifts as a calendar that phones and mail programs read (RFC 5545)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from icalendar import Calendar, Event

PRODUCT = "-//hotline//roster//CN"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the calendar. `uid` stays the same as long as it is the same shift."""

    uid: str
    title: str
    start: datetime
    end: datetime
    text: str = ""
    place: str = ""


def calendar(name: str, items: Iterable[Item], at: datetime) -> bytes:
    """The whole calendar, as the address gives it; moments in UTC."""
    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", name)
    found.add("refresh-interval;value=duration", "PT1H")
    for item in items:
        event = Event()
        event.add("uid", item.uid)
        event.add("dtstamp", at)
        event.add("dtstart", item.start)
        event.add("dtend", item.end)
        event.add("summary", item.title)
        if item.text:
            event.add("description", item.text)
        if item.place:
            event.add("location", item.place)
        found.add_component(event)
    return bytes(found.to_ical())
