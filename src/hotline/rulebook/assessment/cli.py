"""`./run assess FILE`: the monthly assessment of one person or a list, as JSON; no database, no network.

What it prints and how it ends is a contract that others rely on. Only the answer goes to standard output.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from hotline.rulebook.assessment.contract import Float, NotReadable, answer, facts_of, named
from hotline.rulebook.assessment.facts import Facts
from hotline.rulebook.assessment.month import assess
from hotline.rulebook.parameters.values import NotKnown

WRONG_INPUT = 2


def main(words: Sequence[str] | None = None) -> int:
    """Answer one file; 2 with the file, the place in it and what is expected there when it cannot be read."""
    parser = argparse.ArgumentParser(
        prog="./run assess",
        description="The monthly assessment of one person, or of a list of persons, from the facts in FILE.",
        allow_abbrev=False,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="JSON: the facts of a person and month, or a list")
    path = parser.parse_args(words).file
    try:
        found = judged(path.read_bytes())
    except NotReadable as fault:
        return _wrong(path, str(fault))
    except OSError as fault:
        return _wrong(path, f"the whole file: expected one that can be read: {fault.strerror}")
    sys.stdout.buffer.write((json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode())
    return 0


def judged(content: bytes) -> object:
    """The answer to the content of a file: an object for an object, a list for a list."""
    raw = _json(content)
    if isinstance(raw, list):
        everybody = [facts_of(one, f"[{number}]") for number, one in enumerate(raw)]
        return [_one(facts, f"[{number}]") for number, facts in enumerate(everybody)]
    if not isinstance(raw, dict):
        raise NotReadable("", f"expected an object or a list of objects, not {named(raw)}")
    return _one(facts_of(raw), "")


def _one(facts: Facts, where: str) -> dict[str, object]:
    try:
        return answer(facts, assess(facts))
    except NotKnown as fault:
        raise NotReadable(f"{where}.known_on".lstrip("."), f"expected a later date: {fault}") from None


def _json(content: bytes) -> object:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise NotReadable(f"byte {fault.start}", "expected text in UTF-8") from None
    try:
        return json.loads(text, parse_float=Float, parse_constant=Float, object_pairs_hook=_pairs)
    except json.JSONDecodeError as fault:
        raise NotReadable(f"line {fault.lineno} column {fault.colno}", f"expected JSON: {fault.msg}") from None
    except RecursionError:
        raise NotReadable("", "expected JSON that is not nested so deeply") from None
    except NotReadable:
        raise
    except ValueError:
        raise NotReadable("", "expected numbers of a reasonable length") from None


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise NotReadable(key, "expected each field once, and it is there twice")
        found[key] = value
    return found


def _wrong(path: Path, fault: str) -> int:
    sys.stderr.write(f"assess: {path}: {fault}\n")
    return WRONG_INPUT


if __name__ == "__main__":
    sys.exit(main())
