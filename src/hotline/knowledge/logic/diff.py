"""What changed between two texts: line by line, and within a changed line sign by sign. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, OUT, IN = "same", "out", "in"
MOST_SIGNS = 2_000  # of a pair of lines compared sign by sign


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line: kept, taken out or put in."""

    how: str
    text: str


Line = tuple[Piece, ...]


def lines(before: str, after: str) -> list[Line]:
    """The lines of both texts in the order in which they are read."""
    old, new = before.splitlines(), after.splitlines()
    found: list[Line] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.extend((Piece(SAME, line),) for line in old[a:b])
        elif tag == "replace":
            found.extend(_changed(old[a:b], new[c:d]))
        else:
            found.extend((Piece(OUT, line),) for line in old[a:b])
            found.extend((Piece(IN, line),) for line in new[c:d])
    return found


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    for at in range(max(len(old), len(new))):
        if at < len(old) and at < len(new):
            yield tuple(pieces(old[at], new[at]))
        elif at < len(old):
            yield (Piece(OUT, old[at]),)
        else:
            yield (Piece(IN, new[at]),)


def pieces(before: str, after: str) -> Iterator[Piece]:
    """One line against another, sign by sign; lines that have little in common stand one after the other."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if len(before) + len(after) > MOST_SIGNS or matcher.ratio() < 0.4:
        yield from (Piece(how, text) for how, text in ((OUT, before), (IN, after)) if text)
        return
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(SAME, before[a:b])
            continue
        if b > a:
            yield Piece(OUT, before[a:b])
        if d > c:
            yield Piece(IN, after[c:d])


def before_of(found: Sequence[Line]) -> str:
    """The older text, out of its difference."""
    return "\n".join(_side(line, IN) for line in found if any(piece.how != IN for piece in line))


def after_of(found: Sequence[Line]) -> str:
    """The newer text, out of the difference."""
    return "\n".join(_side(line, OUT) for line in found if any(piece.how != OUT for piece in line))


def _side(line: Line, without: str) -> str:
    return "".join(piece.text for piece in line if piece.how != without)
