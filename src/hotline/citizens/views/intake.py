"""The settings of the public page."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from hotline.citizens import forms
from hotline.citizens.queries import public
from hotline.citizens.services import intake as services
from hotline.core.pages import Request, put_on, view
from hotline.kernel.rules import Refused


@view("citizens.set_intake")
def settings_page(request: Request) -> HttpResponse:
    """Open or close the public page, and what it asks for."""
    row = public.intake_of(request.user.centre)
    form = forms.IntakeForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_intake(
                centre=request.user.centre, values=dict(form.cleaned_data), by=request.user, at=request.at
            )
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("The public page is set."))
            return redirect("citizens:intake")
    code = request.user.centre.code
    links = [
        (gettext("Report something"), reverse("citizens:report", args=[code])),
        (gettext("Follow a report"), reverse("citizens:track", args=[code])),
    ]
    context = {
        "form": form,
        "row": row,
        "links": [(label, f"{settings.PUBLIC_ADDRESS}{url}", url) for label, url in links],
        "consent": forms.CONSENT,
    }
    return render(request, "citizens/intake.html", context)
