"""Occasions on which a text is sent, their first wording, and the placeholders that a wording may hold.

An area above enters its occasions when it becomes ready; the centre may word them anew, within the same placeholders.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from hotline.kernel.rules import Refusal
from hotline.kernel.words import gettext_noop as _

SMS, MAIL = "sms", "mail"
LONGEST: Mapping[str, int] = {SMS: 500, MAIL: 20_000}
ONE_PART, FURTHER_PART = 70, 67  # signs of an SMS that is not plain ASCII, alone and as part of a longer one
_PLACE = re.compile(r"\{(\w+)\}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Words:
    """A subject (mail alone has one) and a text, both with {placeholders}."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why a text is sent: its name, what can be filled in, what must be, and its first wording per channel (msgids)."""

    code: str
    label: str
    places: Mapping[str, str]  # placeholder -> what it stands for (a msgid)
    texts: Mapping[str, Words]
    needed: frozenset[str] = field(default_factory=frozenset)  # placeholders that every wording must keep
    is_refusable: bool = True  # whoever opted out does not get it
    is_limited: bool = True  # counts towards, and stops at, the texts a number gets in a day


_occasions: dict[str, Occasion] = {}


def enter(*occasions: Occasion) -> None:
    """Make occasions known; entering one twice changes nothing, two of one name are a mistake."""
    for occasion in occasions:
        known = _occasions.setdefault(occasion.code, occasion)
        if known != occasion:
            raise ValueError(f"two occasions are called {occasion.code}")
        for channel, words in occasion.texts.items():
            if faults(occasion, channel, words):
                raise ValueError(f"{occasion.code}: its own {channel} wording is refused")


def occasion_of(code: str) -> Occasion:
    """The occasion of this name; KeyError when no area has entered it."""
    return _occasions[code]


def all_occasions() -> tuple[Occasion, ...]:
    """Every occasion, by name."""
    return tuple(_occasions[code] for code in sorted(_occasions))


def places_in(text: str) -> frozenset[str]:
    """The placeholders that a text holds."""
    return frozenset(_PLACE.findall(text))


def faults(occasion: Occasion, channel: str, words: Words) -> list[Refusal]:
    """Why a wording cannot be used; nothing when it can."""
    found: list[Refusal] = []
    if not words.text.strip():
        found.append(Refusal("messages.wording", _("Say something."), {"field": "text"}))
    if channel == MAIL and not words.subject.strip():
        found.append(Refusal("messages.wording", _("A mail needs a subject."), {"field": "subject"}))
    if len(words.text) > LONGEST[channel]:
        note = _("The text is longer than {most} signs.")
        found.append(Refusal("messages.wording", note, {"most": LONGEST[channel], "field": "text"}))
    for name in sorted(places_in(words.subject + words.text) - set(occasion.places)):
        note = _("There is nothing to fill in for “{name}” here.")
        found.append(Refusal("messages.wording", note, {"name": name, "field": "text"}))
    for name in sorted(occasion.needed - places_in(words.text)):
        note = _("The text must hold the placeholder “{name}”.")
        found.append(Refusal("messages.wording", note, {"name": name, "field": "text"}))
    return found


def fill(text: str, values: Mapping[str, object]) -> str:
    """The text with its placeholders filled; a value is never looked into, and holds no control signs."""

    def value(found: re.Match[str]) -> str:
        return _CONTROL.sub(" ", str(values.get(found[1], "")))

    return _PLACE.sub(value, text)


def one_line(text: str) -> str:
    """A subject: what came in with a value never begins a line of the mail's head."""
    return " ".join(text.split())[:200]


def parts(text: str) -> int:
    """How many SMS a text takes."""
    return 1 if len(text) <= ONE_PART else -(-len(text) // FURTHER_PART)


PLAIN = Occasion(
    code="plain",
    label=_("Plain text"),
    places={"subject": _("Subject"), "text": _("Text")},
    texts={MAIL: Words("{subject}", "{text}"), SMS: Words("", "{text}")},
    needed=frozenset({"text"}),
)
TEST = Occasion(
    code="test",
    label=_("Test"),
    places={"centre": _("Name of the centre")},
    texts={
        MAIL: Words(_("Test of {centre}"), _("This mail shows that {centre} can send mail.")),
        SMS: Words("", _("{centre}: this message shows that SMS can be sent.")),
    },
    is_refusable=False,
)
enter(PLAIN, TEST)
