"""Pages of those who look after the system: keys, webhooks, what was delivered; and what stands on a case's page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hotline.cases.models import Case
from hotline.core.pages import SIGNED_IN, Request, draw, page_of, put_on, view
from hotline.core.templatetags.pieces import Tab
from hotline.kernel.rules import Refused
from hotline.open311 import forms
from hotline.open311.logic import texts
from hotline.open311.logic.outward import EVENT_LABELS, Delivering
from hotline.open311.models import ApiKey, Delivery, Posting, Subscription
from hotline.open311.queries import keys as key_queries
from hotline.open311.queries import updates as update_queries
from hotline.open311.queries import webhooks as queries
from hotline.open311.services import keys as key_services
from hotline.open311.services import webhooks as services

STATUSES = {
    Delivering.WAITING: gettext_lazy("Waiting"),
    Delivering.DELIVERED: gettext_lazy("Delivered"),
    Delivering.FAILED: gettext_lazy("Given up"),
    Delivering.DROPPED: gettext_lazy("Dropped"),
}


def tabs(active: str) -> list[Tab]:
    """What of the interface is looked after."""
    places = {
        "keys": (_("Keys"), "open311:keys"),
        "webhooks": (_("Webhooks"), "open311:webhooks"),
        "deliveries": (_("Deliveries"), "open311:deliveries"),
        "docs": (_("Documentation"), "open311:docs"),
    }
    return [Tab(label, reverse(name), active=key == active) for key, (label, name) in places.items()]


# ---------------------------------------------------------------- keys


@view("open311.administer", methods=["GET"])
def keys(request: Request) -> HttpResponse:
    """Every key of the centre, and what is read without one."""
    page = page_of(request, key_queries.keys(request.user))
    last = key_queries.last_uses(page.rows)
    context = {
        "tabs": tabs("keys"),
        "page": page,
        "rows": [(row, key_queries.lives(row, request.at), last.get(row.pk)) for row in page.rows],
        "without": key_queries.public_uses(request.user.centre, request.at),
        "days": key_queries.SHOWN_DAYS,
    }
    return draw(request, "open311/keys.html", context)


@view("open311.administer")
def new_key(request: Request) -> HttpResponse:
    """Make a key; it is shown on the answer and never again."""
    form = forms.KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, text = key_services.make_key(values=form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            return render(request, "open311/key_made.html", {"key": made, "text": text})
    context = {
        "form": form,
        "title": _("New key"),
        "verb": _("Make the key"),
        "back": reverse("open311:keys"),
        "above": _("Keys"),
    }
    return render(request, "open311/form.html", context)


def _key(request: Request, pk: int) -> ApiKey:
    return get_object_or_404(ApiKey.objects.visible_to(request.user).select_related("made_by", "revoked_by"), pk=pk)


@view("open311.administer")
def key(request: Request, pk: int) -> HttpResponse:
    """One key: what it may, what it used, how it ends."""
    row = _key(request, pk)
    initial = {name: getattr(row, name) for name in key_services.CHANGES}
    form = forms.KeyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            key_services.change_key(key_id=row.pk, values=form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, _("The key is changed."))
            return redirect("open311:key", row.pk)
    return render(request, "open311/key.html", _of_key(request, row, form=form))


def _of_key(request: Request, row: ApiKey, **more: object) -> dict[str, object]:
    return {
        "tabs": tabs("keys"),
        "key": row,
        "lives": key_queries.lives(row, request.at),
        "uses": [
            {"day": day, **{name: used.get(name, 0) for name in ("read", "create", "update", "limited")}}
            for day, used in key_queries.uses(row, request.at)
        ],
        "revoke_form": forms.RevokeForm(),
        **more,
    }


@view("open311.administer", methods=["POST"])
def revoke_key(request: Request, pk: int) -> HttpResponse:
    """End a key for good."""
    row = _key(request, pk)
    form = forms.RevokeForm(request.POST)
    if form.is_valid():
        key_services.revoke_key(key_id=row.pk, **form.cleaned_data, by=request.user, at=request.at)
        messages.success(request, _("The key has ended."))
        return redirect("open311:key", row.pk)
    initial = {name: getattr(row, name) for name in key_services.CHANGES}
    context = _of_key(request, row, form=forms.KeyForm(initial=initial)) | {"revoke_form": form}
    return render(request, "open311/key.html", context, status=422)


# ---------------------------------------------------------------- webhooks


@view("open311.administer", methods=["GET"])
def webhooks(request: Request) -> HttpResponse:
    """Who is told of what."""
    page = page_of(request, queries.subscriptions(request.user))
    return draw(request, "open311/webhooks.html", {"tabs": tabs("webhooks"), "page": page})


@view("open311.administer")
def new_webhook(request: Request) -> HttpResponse:
    """Tell an address."""
    form = forms.SubscriptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.subscribe(values=form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, _("The receiver will be told from now on. Give it the secret."))
            return redirect("open311:webhook", row.pk)
    context = {
        "form": form,
        "title": _("New webhook"),
        "verb": _("Begin"),
        "back": reverse("open311:webhooks"),
        "above": _("Webhooks"),
    }
    return render(request, "open311/form.html", context)


def _subscription(request: Request, pk: int) -> Subscription:
    return get_object_or_404(Subscription.objects.visible_to(request.user).select_related("made_by"), pk=pk)


@view("open311.administer")
def webhook(request: Request, pk: int) -> HttpResponse:
    """One subscription: its address, its secret, its latest deliveries."""
    row = _subscription(request, pk)
    initial = {name: getattr(row, name) for name in (*services.CHANGES, "is_active")}
    form = forms.ChangeSubscriptionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_subscription(
                subscription_id=row.pk,
                values=form.values,
                is_active=form.cleaned_data["is_active"],
                by=request.user,
                at=request.at,
            )
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, _("The webhook is changed."))
            return redirect("open311:webhook", row.pk)
    latest = queries.deliveries(request.user).filter(subscription=row)[:10]
    context = {
        "tabs": tabs("webhooks"),
        "row": row,
        "form": form,
        "secret": queries.secret_of(row),
        "rows": _shown(list(latest)),
    }
    return render(request, "open311/webhook.html", context)


@view("open311.administer", methods=["POST"])
def renew_secret(request: Request, pk: int) -> HttpResponse:
    """Another secret."""
    row = _subscription(request, pk)
    services.renew_secret(subscription_id=row.pk, by=request.user, at=request.at)
    messages.success(request, _("The secret is new. Give it to the receiver: what is sent now bears it."))
    return redirect("open311:webhook", row.pk)


# ---------------------------------------------------------------- deliveries


def _shown(rows: list[Delivery]) -> list[tuple[Delivery, str]]:
    """Deliveries with the words for their events."""
    labels = {event.value: _(label) for event, label in EVENT_LABELS.items()}
    return [(row, labels[row.event]) for row in rows]


@view("open311.administer", methods=["GET"])
def deliveries(request: Request) -> HttpResponse:
    """What was sent to whom, and how it went."""
    rows = queries.deliveries(request.user)
    status = request.GET.get("status", "")
    if status in STATUSES:
        rows = rows.filter(status=status)
    page = page_of(request, rows)
    context = {
        "tabs": tabs("deliveries"),
        "page": page,
        "rows": _shown(page.rows),
        "status": status,
        "statuses": [(value.value, label) for value, label in STATUSES.items()],
    }
    return draw(request, "open311/deliveries.html", context)


def _delivery(request: Request, pk: int) -> Delivery:
    return get_object_or_404(queries.deliveries(request.user), pk=pk)


@view("open311.administer", methods=["GET"])
def delivery(request: Request, pk: int) -> HttpResponse:
    """One delivery: every try, what was sent, what came back."""
    row = _delivery(request, pk)
    context = {
        "tabs": tabs("deliveries"),
        "row": row,
        "label": _(EVENT_LABELS[row.event]),  # type: ignore[index]
        "attempts": queries.attempts(row),
    }
    return render(request, "open311/delivery.html", context)


@view("open311.administer", methods=["POST"])
def resend(request: Request, pk: int) -> HttpResponse:
    """Once more."""
    row = _delivery(request, pk)
    services.resend(delivery_id=row.pk, by=request.user, at=request.at)
    messages.success(request, _("It will be sent again within a minute."))
    return redirect("open311:delivery", row.pk)


# ---------------------------------------------------------------- on a case's page


@view(SIGNED_IN, methods=["GET"])
def of_case(request: Request, case_id: int) -> HttpResponse:
    """What programs posted and told of a case: a fragment beside it; nothing when there is nothing."""
    case = get_object_or_404(Case.objects.visible_to(request.user), pk=case_id)
    posting = Posting.objects.filter(case=case).select_related("key", "condition").first()
    told = [(row, texts.plain(row.text)) for row in update_queries.of_case(case.pk)]
    if posting is None and not told:
        return HttpResponse("")
    return render(request, "open311/_of_case.html", {"posting": posting, "told": told})
