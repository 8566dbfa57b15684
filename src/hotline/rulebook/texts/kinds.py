"""What the handbook's text is made of."""

from dataclasses import dataclass

from hotline.kernel.words import Words


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its id, its title and its text, each in both languages."""

    id: str
    title: Words
    text: Words


@dataclass(frozen=True, slots=True)
class Chapter:
    """Clauses that belong together; a procedure is reviewed every six months (A7.17)."""

    key: str
    title: Words
    clauses: tuple[Clause, ...]
    is_procedure: bool = False


def chapter(key: str, zh: str, en: str, *rows: tuple[str, str, str, str, str], is_procedure: bool = False) -> Chapter:
    """A chapter from its rows: id, Chinese title and text, English title and text."""
    clauses = tuple(Clause(row[0], Words(row[1], row[3]), Words(row[2], row[4])) for row in rows)
    return Chapter(key, Words(zh, en), clauses, is_procedure)
