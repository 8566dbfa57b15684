"""Agreements: a new version, one version with its signatures, and how a department is reached."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from hotline.core.access import NotAllowed, may
from hotline.core.clock import local_day
from hotline.core.pages import Request, draw, put_on, view
from hotline.departments.forms import AgreementForm, ContactForm, WordsForm
from hotline.departments.models import Agreement, Contact
from hotline.departments.queries import work
from hotline.departments.queries.workbook import permille
from hotline.departments.services import agreements as services
from hotline.departments.views import telling
from hotline.departments.views.units import unit_of
from hotline.kernel.rules import Refused


@view("departments.draft_agreement")
def new(request: Request, pk: int) -> HttpResponse:
    """Draft a version; ?from= begins with an earlier one."""
    department = unit_of(request, pk)
    earlier = request.GET.get("from", "")
    version = (
        Agreement.objects.visible_to(request.user).filter(department=department, pk=int(earlier)).first()
        if earlier.isascii() and earlier.isdigit()
        else None
    )
    form = AgreementForm(
        request.POST if request.method == "POST" else None,
        department=department,
        day=local_day(request.at),
        initial=AgreementForm.from_version(version) if version else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.draft_agreement(department=department, **form.values, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("The draft is kept."))
            return redirect("departments:agreement", made.pk)
    return draw(request, "departments/agreement_new.html", {"form": form, "department": department})


@view("departments.view_units", methods=["GET"])
def agreement(request: Request, pk: int) -> HttpResponse:
    """One version: its terms, who signed when, and what can be done now."""
    row = _row(request, pk)
    person = request.user
    context = {
        "agreement": row,
        "department": row.department,
        "work": dict(work.choices(row.department.centre_id)).get(row.work, row.work),
        "targets": [
            (gettext("Accepted in time"), "≥ " + permille(row.target_accept)),
            (gettext("Own time kept"), "≥ " + permille(row.target_hop)),
            (gettext("Phase kept"), "≥ " + permille(row.target_phase)),
            (gettext("Rework rate"), "≤ " + permille(row.target_rework)),
        ],
        "may_offer": row.status == "draft" and may(person, "departments.sign_for_centre", row),
        "may_sign": row.status == "offered" and may(person, "departments.sign_for_department", row),
        "may_withdraw": row.status in {"draft", "offered"}
        and may(person, "departments.draft_agreement", row.department),
        "may_renew": may(person, "departments.draft_agreement", row.department),
        "form": WordsForm(auto_id="decline_%s"),
    }
    return draw(request, "departments/agreement.html", context)


def _row(request: Request, pk: int) -> Agreement:
    names = ("department__centre", "drafted_by", "centre_signer", "department_signer", "status_by")
    return get_object_or_404(Agreement.objects.visible_to(request.user).select_related(*names), pk=pk)


@view("departments.view_units", methods=["POST"])
def agreement_act(request: Request, pk: int, act: str) -> HttpResponse:
    """Sign for the centre or for the department, decline, withdraw."""
    row = _row(request, pk)
    plain = {
        "offer": (services.offer_agreement, gettext("Signed for the centre; the department is asked to sign.")),
        "sign": (services.sign_agreement, gettext("Signed. The agreement holds from its day on.")),
        "withdraw": (services.withdraw_agreement, gettext("The agreement is withdrawn.")),
    }
    if act in plain:
        service, said = plain[act]
        telling.attempt(request, said, service, agreement_id=row.pk)
    elif act == "decline":
        form = WordsForm(request.POST)
        if form.is_valid():
            values = {"agreement_id": row.pk, "reason": form.cleaned_data["words"]}
            telling.attempt(request, gettext("Declined."), services.decline_agreement, **values)
        else:
            telling.mistakes(request, form)
    else:
        raise Http404(act)
    return redirect(reverse("departments:agreement", args=[pk]))


@view("departments.keep_contact")
def contact(request: Request, pk: int) -> HttpResponse:
    """How a department is reached and who gets the monthly report."""
    department = unit_of(request, pk)
    if not may(request.user, "departments.keep_contact", department):
        raise NotAllowed("departments.keep_contact")
    known = Contact.objects.filter(department=department).first()
    form = ContactForm(request.POST if request.method == "POST" else None, initial=ContactForm.of(known))
    if request.method == "POST" and form.is_valid():
        try:
            services.keep_contact(department=department, **form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("The contact is kept."))
            return redirect("departments:unit", department.pk)
    return draw(request, "departments/contact.html", {"form": form, "department": department})
