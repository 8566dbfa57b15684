"""The first page: the desk of one's position, and search over every area."""

from django.http import HttpResponse
from django.shortcuts import redirect

from hotline.config import menu
from hotline.core.pages import SIGNED_IN, Request, view


@view(SIGNED_IN, methods=["GET"])
def home(request: Request) -> HttpResponse:
    """Go to the first entry of the person's menu."""
    entries = menu.entries_for(request.user)
    return redirect(entries[0].url if entries else "people:me")
