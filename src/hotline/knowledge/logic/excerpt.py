"""Where a search hit: the stretch of a text around it, with the words marked. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from hotline.knowledge.logic import findable
from hotline.knowledge.logic.markup import plain

AROUND = 90
_CHINESE = re.compile(r"[㐀-鿿]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text, marked or not."""

    text: str
    is_hit: bool = False


def marked(text: str, marks: Iterable[str]) -> tuple[Part, ...]:
    """The text cut where words of the search stand, in signs or by their sound."""
    return _cut(text, _hits(text, list(marks)))


def excerpt(body: str, marks: Iterable[str], length: int = AROUND) -> tuple[Part, ...]:
    """The part of a text in which most of the search stands first."""
    text, wanted = plain(body), list(marks)
    hits = _hits(text, wanted)
    start = max(hits[0][0] - length // 4, 0) if hits else 0
    end = min(start + length, len(text))
    shown = text[start:end]
    parts = list(_cut(shown, _hits(shown, wanted)))
    if start:
        parts.insert(0, Part("…"))
    if end < len(text):
        parts.append(Part("…"))
    return tuple(parts)


def _hits(text: str, marks: list[str]) -> list[tuple[int, int]]:
    low = text.lower()
    found: list[tuple[int, int]] = []
    for mark in marks:
        needle = mark.lower()
        at = low.find(needle) if needle else -1
        while at >= 0:
            found.append((at, at + len(needle)))
            at = low.find(needle, at + len(needle))
        if not found and mark.isascii() and mark.isalpha():
            found.extend(_by_sound(low, mark))
    return sorted(found)


def _by_sound(text: str, letters: str) -> Iterator[tuple[int, int]]:
    """Stretches, from the beginning of a word on, whose initials or pinyin are what was typed."""
    near = findable.sound(letters)
    for run in _CHINESE.finditer(text):
        at = run.start()
        for word in findable.in_order(run[0]):
            rest = text[at : run.end()]
            count = _spelt(rest[: len(letters)], letters, near)
            if count:
                yield at, at + count
            at += len(word)


@lru_cache(maxsize=20_000)
def _said(sign: str) -> str:
    """The pinyin of a sign: asked for thousands of times a search, of a few thousand signs."""
    return next(iter(findable.syllables(sign)), "")


def _spelt(signs: str, letters: str, near: str) -> int:
    """How many of these signs are said by the letters; none when they say something else."""
    said = [_said(sign) for sign in signs]
    if "".join(part[:1] for part in said) == letters:
        return len(signs)
    heard = ""
    for count, part in enumerate(said, start=1):
        heard = findable.sound(heard + part)
        if heard.startswith(near):
            return count
        if not near.startswith(heard):
            return 0
    return 0


def _cut(text: str, hits: list[tuple[int, int]]) -> tuple[Part, ...]:
    parts, last = [], 0
    for start, end in hits:
        if end <= last:
            continue
        if start > last:
            parts.append(Part(text[last:start]))
        parts.append(Part(text[max(start, last) : end], is_hit=True))
        last = end
    if last < len(text) or not parts:
        parts.append(Part(text[last:]))
    return tuple(parts)
