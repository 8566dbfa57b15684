"""How a page that goes elsewhere says what came of an action."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form

from hotline.core.pages import Request, words
from hotline.departments.forms import problems
from hotline.kernel.rules import Refused


def refused(request: Request, error: Refused) -> None:
    """Say each refusal with its clause on the next page."""
    for refusal in error.refusals:
        messages.error(request, f"{words(refusal)} ({refusal.clause})")


def attempt(request: Request, said: str, service: Callable[..., Any], **values: Any) -> bool:
    """Call a service and say what came of it on the next page."""
    try:
        service(**values, by=request.user, at=request.at)
    except Refused as error:
        refused(request, error)
        return False
    messages.success(request, said)
    return True


def mistakes(request: Request, form: Form) -> None:
    """Say what is wrong with a form that the next page does not show."""
    for text in problems(form):
        messages.error(request, text)
