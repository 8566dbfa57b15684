"""Words of a text as search knows them: Chinese cut by dictionary, everything else by its letters and digits."""

import re
import warnings
from functools import cache
from typing import Any

_RUN = re.compile(r"[0-9a-z]+|[㐀-鿿]+")
MOST_ASKED = 8


@cache
def _dictionary() -> Any:
    """The dictionary; read once, at the first text that needs it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package's own source warns when it is compiled for the first time
        import jieba  # noqa: PLC0415

    package: Any = jieba
    package.setLogLevel(60)
    return package.Tokenizer()


def warm() -> None:
    """Read the dictionary now, so that nobody waits for it: a process that serves pages does this when it starts."""
    _dictionary().initialize()


def _pairs(run: str) -> list[str]:
    """Neighbouring signs: what is found whichever way a dictionary cuts the text."""
    return [run[at : at + 2] for at in range(len(run) - 1)]


def words_of(*texts: str) -> list[str]:
    """Words under which these texts are found, each once: 上水井盖 gives 上水, 水井, 井盖 and its own words."""
    found: dict[str, None] = {}
    for text in texts:
        for run in runs_of(text):
            found.update(dict.fromkeys([run] if run.isascii() else [*_dictionary().cut_for_search(run), *_pairs(run)]))
    return list(found)


def runs_of(text: str) -> list[str]:
    """Stretches of one kind: Chinese, or letters and digits."""
    return _RUN.findall(text.lower())


def cut(text: str) -> list[str]:
    """The words of a text in their order, cut once: nothing overlaps, nothing is said twice."""
    words: dict[str, None] = {}
    for run in runs_of(text):
        words.update(dict.fromkeys([run] if run.isascii() else _dictionary().cut(run)))
    return list(words)


def asked(text: str) -> str:
    """A search as the database understands it: every word must be there, the last letters of a word may be missing."""
    words = cut(text)
    telling = [word for word in words if len(word) > 1] or words
    return " & ".join(term(word) for word in telling[:MOST_ASKED])


def term(word: str) -> str:
    """One word of such a search: a long Chinese word is also found by its neighbouring signs."""
    if word.isascii():
        return f"{word}:*"
    return word if len(word) < 3 else f"({word} | ({' & '.join(_pairs(word))}))"
