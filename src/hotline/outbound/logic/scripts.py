"""Forms that a campaign's owner builds: fields as data, their sense, and answers read against them. Pure."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from hotline.kernel.words import gettext_noop as _
from hotline.outbound.logic.words import WITH_OPTIONS, Kind

MOST_FIELDS = 40
MOST_OPTIONS = 50
LONGEST_LABEL = 120
LONGEST_TEXT = {Kind.TEXT: 200, Kind.LONG: 4000}
NUMBER_BOUND = 1_000_000_000
Answer = str | int | bool | list[str]


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form. `key` names it in what is kept, through all versions."""

    key: str
    label: str
    kind: Kind
    required: bool = False
    options: tuple[str, ...] = ()
    help: str = ""
    least: int | None = None
    most: int | None = None

    def as_data(self) -> dict[str, object]:
        """As it is stored."""
        return {
            "key": self.key,
            "label": self.label,
            "kind": self.kind.value,
            "required": self.required,
            "options": list(self.options),
            "help": self.help,
            "least": self.least,
            "most": self.most,
        }


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a field or with an answer to it: the field's key or place, an English msgid, its values."""

    where: str
    note: str
    params: Mapping[str, object] = field(default_factory=dict)


def fields_of(stored: Sequence[Mapping[str, object]]) -> list[Field]:
    """The fields that a script has stored."""
    return [_field(row) for row in stored]


def _field(row: Mapping[str, object]) -> Field:
    options, least, most = row.get("options"), row.get("least"), row.get("most")
    return Field(
        key=str(row["key"]),
        label=str(row["label"]),
        kind=Kind(str(row["kind"])),
        required=bool(row.get("required")),
        options=tuple(str(option) for option in options) if isinstance(options, list) else (),
        help=str(row.get("help") or ""),
        least=least if isinstance(least, int) else None,
        most=most if isinstance(most, int) else None,
    )


def wrong_with(fields: Sequence[Field]) -> list[Wrong]:
    """What is wrong with a form as a whole, by the place of the field (from 0)."""
    found: list[Wrong] = []
    if len(fields) > MOST_FIELDS:
        found.append(Wrong("", _("A form has at most {most} fields."), {"most": MOST_FIELDS}))
    seen: set[str] = set()
    for place, one in enumerate(fields):
        found += [Wrong(str(place), note, params) for note, params in _wrong_field(one)]
        if one.label in seen:
            found.append(Wrong(str(place), _("The question “{label}” stands here twice."), {"label": one.label}))
        seen.add(one.label)
    return found


def _wrong_field(one: Field) -> list[tuple[str, dict[str, object]]]:
    found: list[tuple[str, dict[str, object]]] = []
    if not one.label.strip():
        found.append((_("Each field needs its question."), {}))
    if one.kind in WITH_OPTIONS and not 2 <= len(one.options) <= MOST_OPTIONS:
        found.append((_("Give from 2 to {most} answers to choose from, one a line."), {"most": MOST_OPTIONS}))
    if len(set(one.options)) != len(one.options):
        found.append((_("An answer to choose from stands there twice."), {}))
    if one.kind is Kind.NUMBER and one.least is not None and one.most is not None and one.least > one.most:
        found.append((_("The smallest number is larger than the largest."), {}))
    return found


def keyed(fields: Sequence[Field], before: Sequence[Field], used: Collection[str]) -> list[Field]:
    """The fields with their keys: a question that stood there before keeps its own though its words were changed, a
    new one gets a key that no version has `used`."""
    kept = {(one.key, one.kind) for one in before}
    same = {(one.label, one.kind): one.key for one in before}
    number = max((int(key[1:]) for key in used if re.fullmatch(r"f[0-9]{1,6}", key)), default=0)
    taken: set[str] = set()
    found = []
    for one in fields:
        key = one.key if (one.key, one.kind) in kept else same.get((one.label.strip(), one.kind), "")
        if not key or key in taken:
            number += 1
            key = f"f{number}"
        taken.add(key)
        found.append(replace(one, key=key, label=one.label.strip(), help=one.help.strip()))
    return found


def read(
    fields: Sequence[Field], typed: Mapping[str, Sequence[str]], *, whole: bool
) -> tuple[dict[str, Answer], list[Wrong]]:
    """The answers as they are kept, and what is wrong with them.

    `typed` gives for each key what came from the page. With `whole` required fields must be answered; without it (the
    call did not come that far) what is there must still make sense.
    """
    answers: dict[str, Answer] = {}
    wrong: list[Wrong] = []
    for one in fields:
        texts = [text.strip() for text in typed.get(one.key, ()) if text.strip()]
        if not texts:
            if whole and one.required:
                wrong.append(Wrong(one.key, _("Ask this question: it must be answered.")))
            continue
        try:
            answers[one.key] = _answer(one, texts)
        except _No as no:
            wrong.append(Wrong(one.key, no.note, no.params))
    return answers, wrong


class _No(Exception):
    def __init__(self, note: str, **params: object) -> None:
        super().__init__(note)
        self.note, self.params = note, params


def _answer(one: Field, texts: list[str]) -> Answer:
    if one.kind is Kind.CHOICES:
        if not set(texts) <= set(one.options):
            raise _No(_("Choose among the answers."))
        return [option for option in one.options if option in texts]
    return _READERS[one.kind](one, texts[0])


def _text(one: Field, text: str) -> str:
    most = LONGEST_TEXT[one.kind]
    if len(text) > most:
        raise _No(_("This is longer than {most} signs."), most=most)
    return text


def _yes_no(_one: Field, text: str) -> bool:
    if text not in {"yes", "no"}:
        raise _No(_("Choose yes or no."))
    return text == "yes"


def _choice(one: Field, text: str) -> str:
    if text not in one.options:
        raise _No(_("Choose one of the answers."))
    return text


def _number(one: Field, text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,10}", text):
        raise _No(_("Write a whole number."))
    value = int(text)
    least = one.least if one.least is not None else -NUMBER_BOUND
    most = one.most if one.most is not None else NUMBER_BOUND
    if not least <= value <= most:
        raise _No(_("Write a number from {least} to {most}."), least=least, most=most)
    return value


def _day(_one: Field, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise _No(_("Write a day such as 2026-03-09.")) from None


_READERS: Mapping[Kind, Callable[[Field, str], Answer]] = {
    Kind.TEXT: _text,
    Kind.LONG: _text,
    Kind.NUMBER: _number,
    Kind.DATE: _day,
    Kind.CHOICE: _choice,
    Kind.YES_NO: _yes_no,
}


def typed_again(answers: Mapping[str, object]) -> dict[str, list[str]]:
    """Kept answers as a page would send them: to go on where an earlier call stopped."""
    found: dict[str, list[str]] = {}
    for key, answer in answers.items():
        if isinstance(answer, bool):
            found[key] = ["yes" if answer else "no"]
        elif isinstance(answer, list):
            found[key] = [str(one) for one in answer]
        else:
            found[key] = [str(answer)]
    return found


def shown(answer: object) -> str:
    """A kept answer as a cell of a table shows it; yes and no as English msgids for the page to translate."""
    if isinstance(answer, bool):
        return _("Yes") if answer else _("No")
    if isinstance(answer, list):
        return "；".join(str(one) for one in answer)
    return "" if answer is None else str(answer)
