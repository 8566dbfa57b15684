"""Pages of customers: the list, one customer, registering while talking, and the log of looks behind the mask."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from hotline.core.access import may
from hotline.core.pages import Request, draw, page_of, put_on, view
from hotline.customers import forms, queries, services
from hotline.customers.models import Customer, Reveal
from hotline.customers.services import What
from hotline.kernel.rules import Refused

MOST_FOUND = 50


def _customer(request: Request, pk: int) -> Customer:
    """A customer of the person's own centre; any other does not exist for him."""
    return get_object_or_404(queries.with_numbers(Customer.objects.visible_to(request.user)), pk=pk)


@view("customers.view_list")
def customer_list(request: Request) -> HttpResponse:
    """The latest customers, or those who match what was typed; numbers stay masked."""
    form = forms.SearchForm(request.POST or None)
    wish = form.cleaned_data["q"].strip() if form.is_bound and form.is_valid() else ""
    context: dict[str, Any] = {
        "form": form,
        "wish": wish,
        "may_register": may(request.user, "customers.register"),
        "may_see_reveals": may(request.user, "customers.view_reveals"),
    }
    if wish:
        rows = queries.find(request.user, wish, MOST_FOUND)
        context["is_cut"] = len(rows) == MOST_FOUND
    else:
        recent = queries.with_numbers(Customer.objects.visible_to(request.user)).order_by(queries.RECENT, "-pk")
        context["page"] = page_of(request, recent)
        rows = context["page"].rows
    context["cards"] = queries.cards(rows, request.user)
    return draw(request, "customers/list.html", context, fragment="customers/_list.html")


@view("customers.view_list", methods=["GET"])
def page(request: Request, pk: int) -> HttpResponse:
    """One customer: details, masked numbers, who looked, what was before."""
    return draw(request, "customers/page.html", _page(request, _customer(request, pk)), fragment="customers/_page.html")


def _page(request: Request, customer: Customer, **more: Any) -> dict[str, Any]:
    person = request.user
    return {
        "customer": customer,
        "card": queries.card(customer, person),
        "numbers": queries.lines(customer),
        "looks": queries.looks_at(customer, person),
        "may_update": may(person, "customers.update", customer),
        "may_reveal": may(person, "customers.reveal", customer),
        "hidden": _hidden(customer),
        "number_form": forms.NumberForm(),
        "secret_form": forms.SecretForm(initial={"is_secret": customer.is_secret}),
        **more,
    }


def _hidden(customer: Customer) -> list[str]:
    """What of this customer stands behind the mask."""
    kept = {
        What.NUMBER: bool(customer.numbers.all()),
        What.NAME: customer.is_secret and customer.name,
        What.ADDRESS: customer.is_secret and customer.address,
    }
    return [what.value for what, is_there in kept.items() if is_there]


@view("customers.update")
def edit(request: Request, pk: int) -> HttpResponse:
    """Put details right; those of a secret customer that are behind the mask are not on the form."""
    customer = _customer(request, pk)
    initial = {name: getattr(customer, name) for name in services.DETAILS}
    form = forms.DetailsForm(request.POST or None, initial=initial)
    if customer.is_secret:
        for name in ("name", "address"):
            form.fields[name].help_text = gettext("Kept secret; leave it empty to keep it.")
            form.initial[name] = ""
    if request.method == "POST" and form.is_valid():
        changes = {
            key: value
            for key, value in form.changes.items()
            if value or not (customer.is_secret and key in {"name", "address"})
        }
        try:
            services.update(customer_id=customer.pk, changes=changes, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("The customer's details are kept."))
            return redirect("customers:page", customer.pk)
    return render(request, "customers/edit.html", {"form": form, "card": queries.card(customer, request.user)})


@view("customers.update", methods=["POST"])
def add_number(request: Request, pk: int) -> HttpResponse:
    """A further number."""
    customer = _customer(request, pk)
    form = forms.NumberForm(request.POST)
    if form.is_valid():
        try:
            services.add_number(customer_id=customer.pk, **form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("The number is kept."))
            return redirect("customers:page", customer.pk)
    return render(request, "customers/page.html", _page(request, customer, number_form=form))


@view("customers.update", methods=["POST"])
def secrecy(request: Request, pk: int) -> HttpResponse:
    """Keep secret who this is, or end that."""
    customer = _customer(request, pk)
    form = forms.SecretForm(request.POST)
    if form.is_valid():
        try:
            services.set_secret(customer_id=customer.pk, **form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            return redirect("customers:page", customer.pk)
    return render(request, "customers/page.html", _page(request, customer, secret_form=form))


@view("customers.reveal")
def reveal(request: Request, pk: int) -> HttpResponse:
    """The dialog that asks why, and then shows what was asked for; each look is logged."""
    customer = _customer(request, pk)
    asked = request.GET.get("what", What.NUMBER)
    form = forms.RevealForm(request.POST or None, initial={"what": asked})
    context: dict[str, Any] = {"form": form, "card": queries.card(customer, request.user), "value": None}
    choices = dict(form.fields["what"].choices)  # type: ignore[attr-defined]
    form.fields["what"].choices = [(what, choices[What(what)]) for what in _hidden(customer)]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        what = What(form.cleaned_data["what"])
        reason = form.cleaned_data["reason"]
        try:
            context["value"] = services.reveal(
                customer_id=customer.pk, what=what, reason=reason, by=request.user, at=request.at
            )
        except Refused as error:
            put_on(form, error)
    return render(request, "customers/_reveal.html", context)


@view("customers.register")
def new(request: Request) -> HttpResponse:
    """Register while talking: likely duplicates appear below while number or name is typed."""
    form = forms.NewForm(request.POST or None)
    into = _into(request)
    if request.method == "POST" and form.is_valid():
        try:
            customer = services.register(**form.changes, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            if request.htmx:
                return _chosen(request, customer, into)
            messages.success(request, gettext("The customer is registered."))
            return redirect("customers:page", customer.pk)
    suggestions = _suggestions(request) if form.is_bound else []
    context = {"form": form, "into": into, "suggestions": suggestions, "whole": not request.htmx}
    return draw(request, "customers/new.html", context, fragment="customers/_new.html")


def _into(request: Request) -> str:
    """The id of the form on the page that wants to know the customer."""
    wish = request.POST.get("into") or request.GET.get("into", "")
    return wish if wish.replace("-", "").replace("_", "").isalnum() and wish.isascii() else ""


def _suggestions(request: Request) -> list[queries.Card]:
    typed = {name: request.POST.get(name, "") for name in ("name", "number", "address")}
    found = queries.likely_duplicates(request.user.centre_id, **typed)
    return [queries.card(customer, request.user, why) for customer, why in found]


@view("customers.register", methods=["POST"])
def suggest(request: Request) -> HttpResponse:
    """Customers who are probably the one being typed; nothing when there is none."""
    whole = request.POST.get("whole") == "1"
    context = {"suggestions": _suggestions(request), "into": _into(request), "whole": whole}
    return render(request, "customers/_suggestions.html", context)


@view("customers.register", methods=["POST"])
def pick(request: Request) -> HttpResponse:
    """Take one of the suggested customers instead of a new one."""
    form = forms.PickForm(request.POST)
    chosen = form.cleaned_data["customer"] if form.is_valid() else 0
    customer = _customer(request, chosen)
    if request.htmx:
        return _chosen(request, customer, _into(request))
    return redirect("customers:page", customer.pk)


def _chosen(request: Request, customer: Customer, into: str) -> HttpResponse:
    """The customer of the case in hand, as a fragment that carries his key into the page's form."""
    card = queries.card(customer, request.user)
    response = render(request, "customers/_chosen.html", {"card": card, "into": into})
    response.headers["HX-Trigger"] = "customer-chosen"
    return response


@view("customers.view_reveals", methods=["GET"])
def reveals(request: Request) -> HttpResponse:
    """Who looked behind the mask, when and why: one's own looks, or all of the centre's."""
    rows = Reveal.objects.visible_to(request.user).select_related("person", "customer").order_by("-at", "-pk")
    found = page_of(request, rows)
    labels = dict(forms.RevealForm.base_fields["what"].choices)  # type: ignore[attr-defined]
    lines = [
        {"row": row, "what": labels[What(row.what)], "customer": queries.shown_name(row.customer, request.user)}
        for row in found.rows
    ]
    context = {
        "page": found,
        "lines": lines,
        "opens": may(request.user, "customers.view_list"),
        "topics": f"reveals:{request.user.centre_id}",
    }
    return draw(request, "customers/reveals.html", context, fragment="customers/_reveals.html")
