"""Places on a low page that areas above fill with fragments of their own, without the low page knowing them.

An area enters the view of its fragment when it becomes ready; the page's template says `{% slot "case" case.pk %}`. The
browser fetches each fragment by itself, so a slow one never keeps the page. A reader whom a view does not admit gets
no fragment of it.
"""

from collections.abc import Iterator
from enum import StrEnum

from django.urls import resolve, reverse

from hotline.core import access, pages


class Place(StrEnum):
    """Where a fragment may stand, and what its view is called with."""

    CASE = "case"  # the side of a case's page; case id
    CASE_HEAD = "case_head"  # above a case's page: what must not be missed; case id
    DEPARTMENT_CASE = "department_case"  # the side of a case as its department sees it; case id
    DESK = "desk"  # beside the case in hand at the desk; case id
    DESK_IDLE = "desk_idle"  # the desk with nothing in hand
    CATEGORY = "category"  # below the standard at the desk; category id
    CUSTOMER = "customer"  # the side of a customer's page; customer id
    BOARD = "board"  # above the shift leader's board
    MY_SHIFTS = "my_shifts"  # beside one's own shifts: leave and swaps
    CALL = "call"  # with a call that rings or is talked to: what the caller has open here; call id
    TOMORROW = "tomorrow"  # below what is planned for tomorrow: what is owed


_views: dict[Place, list[str]] = {}


def fill(place: Place, view: str) -> None:
    """Let a view's fragment stand at a place; entering it twice changes nothing."""
    views = _views.setdefault(place, [])
    if view not in views:
        views.append(view)


def addresses(place: Place, person: object, *arguments: object) -> Iterator[str]:
    """The addresses of the fragments that stand there for this reader, in the order in which they were entered."""
    for view in _views.get(place, ()):
        url = reverse(view, args=arguments)
        permission = getattr(resolve(url).func, "permission", pages.PUBLIC)
        if permission in {pages.PUBLIC, pages.SIGNED_IN} or access.may(person, permission):
            yield url
