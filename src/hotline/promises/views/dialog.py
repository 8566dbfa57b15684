"""How a command opens its dialog and says what came of it, with and without htmx."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django_htmx.http import trigger_client_event

from hotline.core.pages import Request, put_on
from hotline.kernel.rules import Refused
from hotline.promises.views.looks import Command

CHANGED = "promises-changed"


def ask(request: Request, form: Form, command: Command, title: str, back: str, **more: Any) -> HttpResponse:
    """The dialog of a command; a page of its own where it is not fetched into one."""
    context = {"form": form, "command": command, "title": title, "url": request.get_full_path(), "back": back, **more}
    status = 422 if form.is_bound else 200
    template = "promises/_dialog.html" if request.htmx else "promises/dialog.html"
    return render(request, template, context, status=status)


def done(request: Request, text: str, back: str) -> HttpResponse:
    """Close the dialog and let the page fetch what has changed; otherwise back to where it was asked."""
    if request.htmx:
        response = HttpResponse(status=204)
        trigger_client_event(response, "close-dialog", {})
        trigger_client_event(response, CHANGED, {})
        return trigger_client_event(response, "toast", {"value": text, "tone": "green"})
    messages.success(request, text)
    return redirect(back)


def run(
    request: Request,
    form: Form,
    command: Command,
    title: str,
    back: str,
    act: Callable[[], object],
    **more: Any,
) -> HttpResponse:
    """Ask, then act once; a refusal stands in the form that asked."""
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Refused as error:
            put_on(form, error)
        else:
            return done(request, gettext(command.label), back)
    return ask(request, form, command, title, back, **more)
