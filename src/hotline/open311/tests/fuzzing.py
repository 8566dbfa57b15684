"""Generated calls against the interface, in this process: what the OpenAPI document allows and what it forbids."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import quote

import requests
import schemathesis
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from hotline.core.pages import PUBLIC

BASE = "http://localhost/open311/v2"
HEALTH = "/healthz"  # says 503 on purpose while no pulse beats
TRACES = (b"Traceback (most recent call last)", b'File "/', b"django.db.utils", b"psycopg", b"Exception Value")
Ask = Callable[[str, str, dict[str, str], bytes], Any]


@dataclass
class Outcome:
    """What was answered, and everything that must not have been."""

    codes: Counter[int] = field(default_factory=Counter)
    by_page: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def calls(self) -> int:
        """How many calls were made."""
        return sum(self.codes.values())

    def note(self, page: str, asked: str, code: int, body: bytes) -> None:
        """Judge one answer."""
        self.codes[code] += 1
        self.by_page[page] += 1
        if code >= 500 or any(trace in body for trace in TRACES):
            self.faults.append(f"{asked} answered {code}: {body[:300]!r}")


def ask(method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
    """Through every middleware, without a socket."""
    client = Client(raise_request_exception=False)
    kind = headers.pop("Content-Type", "") or "application/octet-stream"
    return client.generic(method, path, data=body, content_type=kind, headers=headers)


def interface(document: dict[str, Any], text: str, outcome: Outcome, each: int, number: int) -> None:
    """So many calls of each operation, half of them as the document allows, half as it forbids.

    Every second call carries a key that counts and a class that exists, so that it gets as far as it can.
    """
    schema = schemathesis.openapi.from_dict(document)
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        judge = _judge(operation.label, text, outcome)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _many(judge, operation.as_strategy(generation_mode=mode), each // 2, number)


def _judge(page: str, text: str, outcome: Outcome) -> Callable[[Any], None]:
    turns = count()

    def one(case: Any) -> None:
        _deepen(case, text, helps=next(turns) % 2 == 0)
        prepared = _prepared(case)
        if prepared is None:
            return
        body = _bytes(prepared.body)
        headers = {name: str(value) for name, value in prepared.headers.items() if _fits(name, value)}
        answer = ask(str(prepared.method), prepared.path_url, headers, body)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        outcome.note(page, f"{prepared.method} {prepared.path_url} {body[:200]!r}", answer.status_code, content)

    return one


def _deepen(case: Any, text: str, *, helps: bool) -> None:
    if not helps:
        return
    case.headers = {**(case.headers or {}), "X-Api-Key": text}
    if isinstance(case.body, dict):
        case.body = {**case.body, "service_code": "C0101", "attribute[COND]": "1", "lat": "37.9", "long": "112.55"}


def _prepared(case: Any) -> requests.PreparedRequest | None:
    """The call as bytes; what no client could send is left out."""
    try:
        kwargs = case.as_transport_kwargs(base_url=BASE)
        kwargs.pop("timeout", None)
        return requests.Request(**kwargs).prepare()
    except (requests.RequestException, UnicodeError, ValueError, TypeError):
        return None


def _bytes(body: Any) -> bytes:
    return body.encode() if isinstance(body, str) else bytes(body or b"")


def _fits(name: str, value: object) -> bool:
    """What a server takes as a header."""
    text = str(value)
    return name not in {"Content-Length", "Cookie"} and text.isascii() and text.isprintable()


def _many(function: Callable[[Any], None], strategy: Any, examples: int, number: int) -> None:
    limited = settings(
        max_examples=max(examples, 1),
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    seed(number)(limited(given(strategy)(function)))()


# ---------------------------------------------------------------- every other page that needs no sign-in

FIELDS = st.dictionaries(
    st.one_of(
        st.sampled_from(
            ["name", "phone", "description", "place", "code", "number", "q", "page", "latitude", "longitude"]
        ),
        st.text(max_size=12),
    ),
    st.one_of(
        st.text(max_size=60), st.integers().map(str), st.sampled_from(["", "0", "-1", "\x00", "9" * 40, "'\"<x>"])
    ),
    max_size=8,
)
WORD = st.one_of(
    st.text(st.characters(exclude_characters="/", exclude_categories=["Cs"]), min_size=1, max_size=20),
    st.integers(0, 10**9).map(str),
)
CALL = st.tuples(st.sampled_from(["GET", "POST"]), FIELDS, st.lists(WORD, min_size=4, max_size=4))


def public_pages() -> Iterator[str]:
    """The patterns of pages of ours that admit everybody, those of this interface aside."""

    def walk(entries: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
        for entry in entries:
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, f"{before}{entry.pattern}")
            elif getattr(entry.callback, "permission", "") == PUBLIC:
                yield f"/{before}{entry.pattern}"

    apart = ("/open311/", HEALTH)
    return (page for page in walk(get_resolver().url_patterns, "") if not page.startswith(apart))


def pages(outcome: Outcome, each: int, number: int) -> None:
    """So many calls of each of them."""
    for pattern in public_pages():
        _many(_visit(pattern, outcome), CALL, each, number)


def _visit(page: str, outcome: Outcome) -> Callable[[Any], None]:
    parts = page.replace("<", "\n").replace(">", "\n").split("\n")

    def one(call: tuple[str, dict[str, str], list[str]]) -> None:
        method, fields, words = call
        filled = [part if place % 2 == 0 else quote(words[place // 2 % 4], safe="") for place, part in enumerate(parts)]
        path = "".join(filled)
        answer = getattr(Client(raise_request_exception=False), method.lower())(path, fields)
        content = b"" if answer.streaming else answer.content
        outcome.note(page, f"{method} {path} {fields!r}", answer.status_code, content)

    return one
