"""Pages of texts: the list, one text with its tries, wordings, and whether the senders work."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from hotline.core.access import may
from hotline.core.pages import Request, draw, page_of, put_on, view
from hotline.kernel.rules import Refused
from hotline.messages import forms, queries, services
from hotline.messages.logic import occasions
from hotline.messages.models import Channel, Message, Status
from hotline.messages.senders import chosen


@view("messages.view_list", methods=["GET"])
def message_list(request: Request) -> HttpResponse:
    """Every text of the centre, newest first; addresses are masked."""
    form = forms.FilterForm(request.GET or None)
    rows = Message.objects.visible_to(request.user).select_related("asked_by").order_by("-at", "-pk")
    wish = form.cleaned_data if form.is_valid() else {}
    rows = rows.filter(**{name: value for name, value in wish.items() if value})
    found = page_of(request, rows)
    lines = [{"row": row, "occasion": queries.label_of(row.occasion)} for row in found.rows]
    context = {
        "form": form,
        "page": found,
        "lines": lines,
        "keeps": may(request.user, "messages.keep"),
        "topics": f"messages:{request.user.centre_id}",
    }
    return draw(request, "messages/list.html", context, fragment="messages/_list.html")


def _message(request: Request, pk: int) -> Message:
    message = get_object_or_404(Message.objects.visible_to(request.user).select_related("asked_by"), pk=pk)
    if not may(request.user, "messages.view_message", message):
        raise Http404
    return message


@view("messages.view_list", methods=["GET"])
def page(request: Request, pk: int) -> HttpResponse:
    """One text: where it stands, every try, what can be done."""
    message = _message(request, pk)
    keeps = may(request.user, "messages.keep", message)
    context = {
        "message": message,
        "occasion": queries.label_of(message.occasion),
        "attempts": list(message.attempts.all()),
        "looks": list(message.looks.select_related("person").order_by("-at")[:20]),
        "is_forgotten": queries.letter_of(message) is None,
        "again": keeps and message.status in {Status.FAILED, Status.UNCLEAR},
        "withdraws": keeps and message.status == Status.QUEUED,
        "reveals": may(request.user, "messages.reveal", message),
        "form": forms.ReasonForm(),
    }
    return render(request, "messages/page.html", context)


@view("messages.keep", methods=["POST"])
def send_again(request: Request, pk: int) -> HttpResponse:
    """Try a text from the start."""
    message = _message(request, pk)
    services.send_again(message_id=message.pk, by=request.user, at=request.at)
    messages.success(request, gettext("The message is sent again."))
    return redirect("messages:page", pk)


@view("messages.keep", methods=["POST"])
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Keep a waiting text from going out."""
    message = _message(request, pk)
    reason = request.POST.get("reason", "")
    services.withdraw(message_id=message.pk, reason=reason, by=request.user, at=request.at)
    messages.success(request, gettext("The message is withdrawn."))
    return redirect("messages:page", pk)


@view("messages.reveal")
def reveal(request: Request, pk: int) -> HttpResponse:
    """Look at the whole address and text, with a reason; the look is logged."""
    message = _message(request, pk)
    form = forms.ReasonForm(request.POST or None)
    context: dict[str, object] = {"form": form, "message": message, "letter": None}
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            context["letter"] = services.reveal(message_id=message.pk, reason=reason, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
    return draw(request, "messages/reveal.html", context, fragment="messages/_reveal.html")


@view("messages.keep", methods=["GET"])
def wordings(request: Request) -> HttpResponse:
    """How every occasion is worded in this centre."""
    return render(request, "messages/wordings.html", {"lines": queries.worded(request.user.centre_id)})


@view("messages.keep")
def wording(request: Request, occasion: str, channel: str) -> HttpResponse:
    """Word one occasion anew, or go back to the wording that comes with the product."""
    known = {row.code: row for row in occasions.all_occasions()}
    why = known.get(occasion)
    if why is None or channel not in why.texts:
        raise Http404
    if request.method == "POST" and "restore" in request.POST:
        services.word_as_delivered(occasion=occasion, channel=channel, by=request.user, at=request.at)
        messages.success(request, gettext("The wording that comes with the product is in force again."))
        return redirect("messages:wordings")
    words = queries.words_for(request.user.centre_id, why, channel, queries.CHINESE)
    form = forms.WordingForm(request.POST or None, initial={"subject": words.subject, "text": words.text})
    if channel == occasions.SMS:
        del form.fields["subject"]
    if request.method == "POST" and form.is_valid():
        said = {"subject": form.cleaned_data.get("subject", ""), "text": form.cleaned_data["text"]}
        try:
            services.word(occasion=occasion, channel=channel, **said, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("The wording is kept."))
            return redirect("messages:wordings")
    context = {
        "form": form,
        "label": gettext(why.label),
        "channel": Channel(channel).label,
        "places": [(f"{{{name}}}", gettext(label), name in why.needed) for name, label in why.places.items()],
        "parts": occasions.parts(words.text) if channel == occasions.SMS else 0,
    }
    return render(request, "messages/wording.html", context)


@view("messages.keep")
def setup(request: Request) -> HttpResponse:
    """Which senders are chosen, and a test text."""
    form = forms.TestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wish = form.cleaned_data
        try:
            message = services.send(
                channel=wish["channel"],
                to=wish["to"],
                occasion="test",
                params={"centre": request.user.centre.name},
                key=f"test:{request.id}",
                urgent=True,
                by=request.user,
                at=request.at,
            )
        except Refused as error:
            put_on(form, error)
        else:
            return redirect("messages:page", message.pk)
    senders = [{"label": label, "name": chosen(channel)} for channel, label in Channel.choices]
    return render(request, "messages/setup.html", {"form": form, "senders": senders})
