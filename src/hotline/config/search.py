"""The search of the top bar: cases, customers and people at once, each as far as the person may see them.

A telephone number never stands in an address, where logs and histories keep it: it is searched by POST alone.
"""

import re
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from hotline.cases.models import Case
from hotline.cases.queries import search as cases
from hotline.core.pages import SIGNED_IN, Request, view
from hotline.customers import queries as customers
from hotline.people import queries as people

FEWEST = 2
MOST = 8
MOST_TEXT = 60
CASE_NUMBER = re.compile(r"\d{8}-\d{0,8}")
DIGITS_OF_A_PHONE = 7


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of the answer."""

    url: str
    title: str
    detail: str
    icon: str
    case: Case | None = None


def may_stand_in_address(text: str) -> bool:
    """Whether the text is no telephone number, whole or begun."""
    if CASE_NUMBER.fullmatch(text):
        return True
    return sum(character.isdigit() for character in text) < DIGITS_OF_A_PHONE


@view(SIGNED_IN)
def search(request: Request) -> HttpResponse:
    """A list below the box while somebody types; the same as a page when he sends it."""
    sent = request.POST if request.method == "POST" else request.GET
    text = " ".join(sent.get("q", "")[:MOST_TEXT].split())
    if request.method != "POST" and not may_stand_in_address(text):
        return redirect(f"{reverse('search')}?kept=no")  # out of the address again, at once
    groups = _groups(request, text) if len(text) >= FEWEST else []
    context = {"q": text, "groups": groups, "short": len(text) < FEWEST, "refused": "kept" in request.GET}
    fragment = request.htmx and not request.htmx.history_restore_request
    return render(request, "cases/_search_results.html" if fragment else "cases/search.html", context)


def _groups(request: Request, text: str) -> list[tuple[str, list[Hit]]]:
    found = [
        (gettext("Cases"), _cases(request, text)),
        (gettext("Customers"), _customers(request, text)),
        (gettext("People"), _people(request, text)),
    ]
    return [(title, hits) for title, hits in found if hits]


def _cases(request: Request, text: str) -> list[Hit]:
    return [
        Hit(
            url=reverse("cases:case", args=[case.number]),
            title=case.number,
            detail=" · ".join(part for part in (str(case.category or ""), case.place) if part),
            icon="file-description",
            case=case,
        )
        for case in cases.find(request.user, text, MOST)
    ]


def _customers(request: Request, text: str) -> list[Hit]:
    """Their numbers stay behind the mask here too."""
    cards = customers.cards(customers.find(request.user, text, MOST), request.user)
    return [
        Hit(_link("customers:page", card.pk), card.name, f"{card.number} {card.more}".strip(), "user-circle")
        for card in cards
    ]


def _people(request: Request, text: str) -> list[Hit]:
    found = people.find(request.user, text, MOST)
    return [Hit(_link("people:person", person.pk), person.name, person.number, "user") for person in found]


def _link(name: str, key: int) -> str:
    try:
        return reverse(name, args=[key])
    except NoReverseMatch:
        return ""
