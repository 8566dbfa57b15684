"""Finding cases: by number as it is quoted on the phone, else by the words of what was reported."""

import re

from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet

from hotline.cases.models import Case, CaseSearch
from hotline.kernel.lexicon import asked
from hotline.people.models import Person

NUMBER = re.compile(r"(\d{8})(?:-(\d{0,8}))?|(\d{4,7})")


def matching(rows: "QuerySet[Case]", text: str, newest: int | None = None) -> "QuerySet[Case]":
    """Those of these cases that the text names: a number or its beginning, or words.

    With `newest` a word that very many have finds that many of the newest, without looking at all of them.
    """
    text = text.strip()
    if NUMBER.fullmatch(text) and not _only_serial(text):
        # The bounds go along the index in every collation: a number has eight digits and a serial of eight at most.
        return rows.filter(number__startswith=text, number__gte=text, number__lte=text.ljust(17, "9"))
    words = asked(text)
    if not words:
        return rows.none()
    query = SearchQuery(words, search_type="raw", config="simple")
    if newest is None:
        return rows.filter(found_by__words=query)
    named = CaseSearch.objects.filter(words=query).order_by("-case").values("case")
    return rows.filter(pk__in=named[:newest])


def _only_serial(text: str) -> bool:
    """`0042` is the end of a number, `2026` the beginning of one."""
    return len(text) < 8 and not text.startswith("20")


def find(person: Person, text: str, limit: int = 8) -> list[Case]:
    """Cases one may see that the text names, the newest first."""
    rows = matching(Case.objects.visible_to(person), text).select_related("category")
    return list(rows.order_by("-pk")[:limit])
