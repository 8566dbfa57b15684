"""The public form: anybody may report, without an account; whatever is wrong is said, and nothing typed is lost."""

import secrets

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt

from hotline.citizens import forms
from hotline.citizens.logic.photos import Photo
from hotline.citizens.logic.terms import TERMS
from hotline.citizens.models import PublicIntake
from hotline.citizens.queries import public
from hotline.citizens.services import intake
from hotline.citizens.views import doors
from hotline.core import clock
from hotline.core.pages import PUBLIC, Request, put_on, view
from hotline.kernel.rules import Refused
from hotline.people.models import Centre


@view(PUBLIC, methods=["GET"])
def door(request: Request) -> HttpResponse:
    """The one centre that takes reports, or a choice."""
    centres = public.open_centres()
    if len(centres) == 1:
        return redirect("citizens:report", centres[0].code)
    return render(request, "citizens/door.html", {"centres": centres, "target": "citizens:report"})


@view(PUBLIC, methods=["GET"])
def districts(_request: Request, code: str) -> HttpResponse:
    """The districts as the ground of the map: public knowledge."""
    centre, _intake = doors.open_centre(code)
    return JsonResponse(public.outlines(centre))


# No rights of an account can be borrowed here, and a form of an old tab must not lose what was typed: the signed key of
# the form does what a cookie's token would.
@csrf_exempt
@view(PUBLIC)
def report(request: Request, code: str) -> HttpResponse:
    """Report something."""
    centre, settings = doors.open_centre(code)
    if request.method != "POST":
        return _page(request, centre, settings, _fresh(request, centre, settings))
    if doors.is_too_large(request):
        return doors.too_large(request)
    form = forms.ReportForm(request.POST, centre=centre, intake=settings)
    try:
        doors.count(request, centre, "post")
    except Refused as error:
        form.is_valid()
        put_on(form, error)
        return _page(request, centre, settings, form, status=429)
    return _take(request, centre, settings, form)


def _fresh(request: Request, centre: Centre, settings: PublicIntake) -> forms.ReportForm:
    key = forms.sign_form(secrets.token_hex(16), request.at)
    return forms.ReportForm(initial={"form": key}, centre=centre, intake=settings)


def _take(request: Request, centre: Centre, settings: PublicIntake, form: forms.ReportForm) -> HttpResponse:
    valid = form.is_valid()
    held = forms.read_form(request.POST.get("form", ""))
    waiting = public.stashed(held[0]) if held else []
    if held and request.POST.get("drop_photos"):
        intake.drop_stashed(form=held[0], by=doors.web(centre), at=request.at)
        waiting = []
    found, bad = doors.read_photos(request.FILES.getlist("photos"), max(settings.most_photos - len(waiting), 0))
    for line in bad:
        form.add_error(None, line)
    key = form.check_moment(request.at, TERMS.on(clock.local_day(request.at))) if valid and not bad else ""
    if not key:
        if held and found:
            intake.stash(form=held[0], photos=found, by=doors.web(centre), at=request.at)
        return _page(request, centre, settings, form)
    photos = [*(Photo(bytes(row.content)) for row in waiting), *found]
    return _register(request, centre, settings, form, key, photos)


def _register(
    request: Request, centre: Centre, settings: PublicIntake, form: forms.ReportForm, key: str, photos: list[Photo]
) -> HttpResponse:
    said = form.cleaned_data
    names = ("description", "place", "latitude", "longitude", "category", "name", "number", "mail", "is_secret")
    told = intake.Told(**{name: said[name] for name in names if name in said})
    by = doors.web(centre)
    try:
        doors.count(request, centre, "report")
        receipt = intake.take_report(
            form=key, told=told, photos=photos, language=get_language() or "zh-hans", by=by, at=request.at
        )
    except Refused as error:
        put_on(form, error)
        often = any(refusal.clause == "citizens.often" for refusal in error.refusals)
        if photos:
            intake.drop_stashed(form=key, by=by, at=request.at)
            intake.stash(form=key, photos=photos, by=by, at=request.at)
        return _page(request, centre, settings, form, status=429 if often else 200)
    context = {"centre": centre, "receipt": receipt, "told": told, "photos": len(photos)}
    return render(request, "citizens/report_done.html", context)


def _page(
    request: Request, centre: Centre, settings: PublicIntake, form: forms.ReportForm, status: int = 200
) -> HttpResponse:
    """The form as it was typed; a key that is not good any more is replaced."""
    held = forms.read_form(form["form"].value() or "")
    terms = TERMS.on(clock.local_day(request.at))
    if held is None or request.at - held[1] > terms.longest:
        fresh = request.POST.copy()
        fresh["form"] = forms.sign_form(secrets.token_hex(16), request.at)
        form.data = fresh
        held = None
    context = {
        "centre": centre,
        "intake": settings,
        "form": form,
        "consent": settings.consent or forms.CONSENT,
        "waiting": public.stashed(held[0]) if held else [],
    }
    return render(request, "citizens/report.html", context, status=status)
