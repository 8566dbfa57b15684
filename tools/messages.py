"""Translation catalogues, one an area: extract (needs gettext), compile, check.

An area's catalogue is src/hotline/<area>/locale/<language>/LC_MESSAGES/django.po. English is the language of the
code, so every other language must say everything.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

AREAS = Path(__file__).resolve().parents[1] / "src" / "hotline"
LANGUAGES = ["zh_Hans"]
KEYWORDS = [
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext:1,2",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "pgettext_lazy:1c,2",
    "npgettext:1c,2,3",
    "npgettext_lazy:1c,2,3",
]
PLACE = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*(?:[!:][^}]*)?\}")
Key = tuple[str | None, str]


def areas() -> list[Path]:
    """Every folder beside this package that may hold words."""
    return sorted(path for path in AREAS.iterdir() if path.is_dir() and not path.name.startswith(("_", ".")))


def catalogue_of(area: Path, language: str) -> Path:
    """Where an area keeps what it says in a language."""
    return area / "locale" / language / "LC_MESSAGES" / "django.po"


def sources(area: Path) -> Iterator[tuple[Path, str]]:
    """The area's modules as they are, its templates made readable for xgettext."""
    for path in sorted(area.rglob("*.py")):
        if not {"tests", "migrations"} & set(path.relative_to(area).parts):
            yield path, path.read_text(encoding="utf-8")
    for path in sorted(area.glob("templates/**/*")):
        if path.suffix in {".html", ".txt"}:
            yield path, templatize(path.read_text(encoding="utf-8"), origin=str(path))


def extracted(area: Path) -> Catalog:
    """Every message the area's code and templates say now."""
    if shutil.which("xgettext") is None:
        raise SystemExit("xgettext is missing. Run:  sudo apt install gettext")
    with tempfile.TemporaryDirectory() as scratch:
        listed = []
        for path, text in sources(area):
            copy = Path(scratch) / (str(path.relative_to(AREAS)).replace("/", "__") + ".py")
            copy.write_text(text, encoding="utf-8")
            listed.append(str(copy))
        command = ["xgettext", "--language=Python", "--from-code=UTF-8", "--add-comments=Translators", "--no-location"]
        command += [
            "--sort-output",
            "--keyword",
            *(f"--keyword={word}" for word in KEYWORDS),
            "--files-from=-",
            "-o",
            "-",
        ]
        asked = subprocess.run(command, input="\n".join(listed).encode(), capture_output=True, check=False)
        if asked.returncode:
            raise SystemExit(asked.stderr.decode())
    template = asked.stdout.replace(b"charset=CHARSET", b"charset=UTF-8")
    template = template.replace(b"nplurals=INTEGER; plural=EXPRESSION;", b"nplurals=2; plural=(n != 1);")
    return read_po(BytesIO(template), ignore_obsolete=True)


def key(message: Message) -> Key:
    """What identifies a message: its context and its (singular) words."""
    return message.context, message.id[0] if isinstance(message.id, tuple | list) else message.id


def messages(catalogue: Catalog) -> dict[Key, Message]:
    """The messages without the header."""
    return {key(message): message for message in catalogue if message.id}


def kept(area: Path, language: str) -> Catalog:
    """The catalogue as it stands; an empty one when there is none."""
    path = catalogue_of(area, language)
    if not path.exists():
        return Catalog(locale=language, domain="django", project="hotline", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="django")


def extract() -> None:
    """Bring the catalogues up to date: new messages empty, vanished ones gone, nothing guessed."""
    for area in areas():
        template = extracted(area)
        if not messages(template):
            continue
        for language in LANGUAGES:
            catalogue, path = kept(area, language), catalogue_of(area, language)
            catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
            catalogue.obsolete.clear()
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                write_po(file, catalogue, width=120, sort_output=True, omit_header=False, include_previous=False)


def compile_() -> None:
    """Write the .mo files Django reads; nothing to do for a catalogue that has not changed."""
    for path in sorted(AREAS.glob("*/locale/*/LC_MESSAGES/*.po")):
        target = path.with_suffix(".mo")
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.parts[-3], domain=path.stem)
        fresh = target.with_suffix(".new")
        with fresh.open("wb") as file:
            write_mo(file, catalogue)
        fresh.replace(target)


def faults(area: Path, language: str, wanted: dict[Key, Message]) -> Iterator[str]:
    """What is wrong with one catalogue."""
    path = catalogue_of(area, language)
    if not path.exists():
        if wanted:
            yield f"is missing, with {len(wanted)} messages to say"
        return
    catalogue = kept(area, language)
    found = messages(catalogue)
    for name in sorted(wanted.keys() - found.keys(), key=str):
        yield f"lacks {name[1]!r}"
    for name in sorted(found.keys() - wanted.keys(), key=str):
        yield f"still has {name[1]!r}, which nothing says any more"
    if catalogue.obsolete:
        yield f"holds {len(catalogue.obsolete)} obsolete entries"
    for name, message in found.items():
        said = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if not all(said):
            yield f"does not translate {name[1]!r}"
        elif message.fuzzy:
            yield f"is unsure of {name[1]!r} (fuzzy)"
        else:
            ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
            places = set(PLACE.findall(ids[-1]))
            if any(set(PLACE.findall(words)) != places for words in said):
                yield f"has other placeholders in {name[1]!r}"


def disagreements(language: str) -> Iterator[str]:
    """The same words said differently by two areas: at run time only one of the two is heard, everywhere."""
    said: dict[Key, dict[str, list[str]]] = {}
    for area in areas():
        for name, message in messages(kept(area, language)).items():
            if message.string:
                said.setdefault(name, {}).setdefault(str(message.string), []).append(area.name)
    for name, ways in said.items():
        if len(ways) > 1:
            told = "; ".join(f"{words} in {', '.join(where)}" for words, where in ways.items())
            yield f"{name[1]!r} is said differently (agree, or give one of them a context): {told}"


def check() -> None:
    """Fail unless every language says everything the code says, surely, with the same placeholders, in one voice."""
    count = total = 0
    for language in LANGUAGES:
        for fault in disagreements(language):
            count += 1
            sys.stdout.write(f"{language}: {fault}\n")
    for area in areas():
        wanted = messages(extracted(area))
        total += len(wanted)
        for language in LANGUAGES:
            for fault in faults(area, language, wanted):
                count += 1
                sys.stdout.write(f"{catalogue_of(area, language).relative_to(AREAS.parents[1])} {fault}\n")
    sys.stdout.write(f"{total} messages, {count} faults\n")
    if count:
        raise SystemExit(1)


if __name__ == "__main__":
    verbs = {"extract": extract, "compile": compile_, "check": check}
    if len(sys.argv) != 2 or sys.argv[1] not in verbs:
        raise SystemExit("usage: tools/messages.py extract | compile | check")
    verbs[sys.argv[1]]()
