"""What an article is found by, and what a search asks for: words, sounds (pinyin), numbers. Pure.

A word is found by itself and its neighbouring signs, by its pinyin in full and by its initials. Sounds stand in a form
in which zh and z, ing and in are the same, so that a slip of ear or dialect finds the word all the same.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hotline.kernel import lexicon

LONGEST = 60  # of one token: enough for the pinyin of a title
MOST_BODY = 20_000
MOST_WORDS = 8
FEWEST_DIGITS = 3
_NUMBER = re.compile(r"(?<![0-9a-z])[0-9](?:[0-9]|[-—– ](?=[0-9])){2,}")
_SPELT = re.compile(r"\b[a-z]{1,6}(?: [a-z]{1,6})+\b", re.ASCII)  # pinyin with gaps, or words of English
_SOUNDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("v", "u"))
_TELLS_NOTHING = frozenset("的了吗呢吧啊呀在是有和与及或请问我你他您这那就都也还把被给对")
_ASKS = re.compile("怎么办|怎么样|为什么|什么|怎么|怎样|如何|哪里|哪个|多少|多久|能不能|可不可以|是不是")


def plain(text: str) -> str:
    """Full-width letters and digits as plain ones, without regard to upper and lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def sound(letters: str) -> str:
    """Pinyin in the form in which near sounds are the same."""
    for near, one in _SOUNDS:
        letters = letters.replace(near, one)
    return letters


def syllables(word: str) -> list[str]:
    """The pinyin of a Chinese word, a syllable a sign."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 its dictionary costs every process 0.4 s; few search

    return [part for part in lazy_pinyin(word) if part.isascii() and part.isalpha()]


def words(text: str) -> list[str]:
    """Words under which a text is found: those of the dictionary, neighbouring signs, and each last sign."""
    text = plain(text)
    found = dict.fromkeys(lexicon.words_of(text))
    found.update(dict.fromkeys(run[-1] for run in lexicon.runs_of(text) if not run.isascii()))
    return [word[:LONGEST] for word in found]


def sounds(text: str) -> list[str]:
    """Pinyin in full and initials of a text, from the beginning of each of its words on."""
    found: dict[str, None] = {}
    for run in re.findall(r"[㐀-鿿]+", plain(text)):
        parts = [syllables(word) for word in in_order(run)]
        for at in range(len(parts)):
            tail = [part for word in parts[at:] for part in word]
            found[sound("".join(tail))[:LONGEST]] = None
            found["".join(part[0] for part in tail)[:LONGEST]] = None
    found.pop("", None)
    return list(found)


def in_order(run: str) -> list[str]:
    """The words of a Chinese run as they stand, one after the other, also those that come twice."""
    known = sorted(lexicon.cut(run), key=len, reverse=True)
    found, rest = [], run
    while rest:
        word = next((one for one in known if rest.startswith(one)), rest[0])
        found.append(word)
        rest = rest[len(word) :]
    return found


def numbers(text: str) -> list[str]:
    """Numbers as one types them, found from any of their digits on: 0359-2660 also by 2660 and 660."""
    found: dict[str, None] = {}
    for written in _NUMBER.findall(plain(text)):
        digits = "".join(sign for sign in written if sign.isdigit())[:20]
        found.update(dict.fromkeys(digits[at:] for at in range(len(digits) - FEWEST_DIGITS + 1)))
    return list(found)


@dataclass(frozen=True, slots=True)
class Vectors:
    """The two indexes of a version as the database reads them."""

    head: str
    words: str


def vectors(*, title: str, keywords: Iterable[str], body: str) -> Vectors:
    """Title before keywords before body; sounds count least, because they meet by chance."""
    keys = list(keywords)
    weighed: dict[str, str] = {}
    for text in (title, *keys):
        _weigh(weighed, sounds(text), "D")
    head = dict(weighed)
    for text in keys:
        _weigh(head, [*words(text), *numbers(text)], "B")
    _weigh(head, [*words(title), *numbers(title)], "A")
    whole = dict(head)
    body = body[:MOST_BODY]
    for token in [*words(body), *numbers(body)]:
        if whole.get(token, "D") == "D":
            whole[token] = "C"
    return Vectors(_written(head), _written(whole))


def _weigh(into: dict[str, str], tokens: Iterable[str], weight: str) -> None:
    into.update(dict.fromkeys(tokens, weight))


def _written(weighed: dict[str, str]) -> str:
    """As a literal of the database; tokens hold letters, digits and Chinese signs alone."""
    return " ".join(f"'{token}':{at}{weight}" for at, (token, weight) in enumerate(weighed.items(), start=1))


# ---------------------------------------------------------------- asking


@dataclass(frozen=True, slots=True)
class Asked:
    """A search, from the strictest reading to the most lenient; empty readings find nothing."""

    exact: str = ""
    lenient: str = ""  # a slip of the ear or of the keyboard
    some: str = ""  # at least one of the words
    marks: tuple[str, ...] = ()  # what is to be marked in what was found


def asked(text: str, synonyms: Iterable[Sequence[str]] = ()) -> Asked:
    """What a typed text asks the database for."""
    text = " ".join(plain(text).split())
    numbers_asked = ["".join(sign for sign in one if sign.isdigit()) for one in _NUMBER.findall(text)]
    groups, rest = _groups(_NUMBER.sub(" ", text), synonyms)
    exact, lenient, marks = [], [], [word for group in groups for word in group]
    for group in groups:
        exact.append(_any(_all(lexicon.cut(word)) for word in group))
        lenient.append(_any(_leniently(lexicon.cut(word)) for word in group))
    for spelt in _SPELT.findall(rest):
        each = _all(spelt.split())
        exact.append(f"({each} | {sound(spelt.replace(' ', ''))}:*)")
        lenient.append(exact[-1])
        marks.append(spelt.replace(" ", ""))
    for word in telling(_SPELT.sub(" ", rest)):
        exact.append(_term(word))
        lenient.append(_lenient(word))
        marks.append(word)
    for digits in numbers_asked:
        exact.append(f"{digits}:*")
        lenient.append(f"{digits}:*")
        marks.append(digits)
    exact, lenient = [one for one in exact if one][:MOST_WORDS], [one for one in lenient if one][:MOST_WORDS]
    some = " | ".join(lenient) if len(lenient) > 1 else ""
    return Asked(" & ".join(exact), " & ".join(lenient), some, tuple(dict.fromkeys(marks)))


def _groups(text: str, synonyms: Iterable[Sequence[str]]) -> tuple[list[list[str]], str]:
    """The groups of synonyms of which a word stands in the text, and the text without those words."""
    found = []
    known = sorted(((plain(word), group) for group in synonyms for word in group), key=lambda one: -len(one[0]))
    for word, group in known:
        if word and word in text:
            text = text.replace(word, " ")
            found.append([plain(other) for other in group])
    return found, text


def telling(text: str) -> list[str]:
    """Words that tell something; a question of nothing else keeps them all."""
    cut = lexicon.cut(_ASKS.sub(" ", text))
    long = [word for word in cut if len(word) > 1]
    telling = long or [word for word in cut if word not in _TELLS_NOTHING] or lexicon.cut(text)
    return telling[:MOST_WORDS]


def _term(word: str) -> str:
    """One word as it must be there; letters may also be pinyin that is not typed to its end."""
    if not word.isascii():
        return f"{word}:*" if len(word) == 1 else lexicon.term(word)
    near = sound(word)
    return f"({word}:* | {near}:*)" if near != word and word.isalpha() else f"{word}:*"


def _lenient(word: str) -> str:
    """The word, or what sounds like it, or a word of letters with its last one wrong."""
    if not word.isascii():
        heard = sound("".join(syllables(word)))
        return f"({_term(word)} | {heard}:*)" if len(word) > 1 and heard else _term(word)
    near = sound(word)
    kept = near[: -2 if len(near) > 5 else -1]  # two letters that changed places are two wrong ones
    return f"({_term(word)} | {kept}:*)" if word.isalpha() and len(kept) > 3 else _term(word)


def _all(parts: Iterable[str]) -> str:
    terms = [term for term in map(_term, parts) if term]
    return f"({' & '.join(terms)})" if terms else ""


def _leniently(parts: Iterable[str]) -> str:
    terms = [term for term in map(_lenient, parts) if term]
    return f"({' & '.join(terms)})" if terms else ""


def _any(terms: Iterable[str]) -> str:
    found = [term for term in terms if term]
    return f"({' | '.join(found)})" if found else ""
