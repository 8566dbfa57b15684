"""Following a report by number and code: three states, a supplement, a rating; nothing personal is ever shown."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from hotline.cases.models import Case
from hotline.citizens import forms
from hotline.citizens.logic import codes
from hotline.citizens.logic.terms import TERMS
from hotline.citizens.models import CallBack, Tracking
from hotline.citizens.queries import public
from hotline.citizens.services import calls, tracking
from hotline.citizens.views import doors
from hotline.core import clock
from hotline.core.pages import PUBLIC, Request, put_on, view
from hotline.kernel.rules import Refused
from hotline.people.models import Centre


@view(PUBLIC, methods=["GET"])
def door(request: Request) -> HttpResponse:
    """The one centre whose reports can be followed, or a choice."""
    centres = public.open_centres()
    if len(centres) == 1:
        return redirect("citizens:track", centres[0].code)
    return render(request, "citizens/door.html", {"centres": centres, "target": "citizens:track"})


def _is_full(request: Request, centre: Centre, number: str) -> bool:
    limits = TERMS.on(clock.local_day(request.at)).limits
    asked = {"track": doors.address_of(request), "number": number}
    return any(
        public.is_full(public.keyed(what, f"{centre.pk}:{value}"), limits[what], request.at)
        for what, value in asked.items()
        if value
    )


@view(PUBLIC)
def track(request: Request, code: str) -> HttpResponse:
    """Ask for number and code; wrong ones are counted, and say nothing of which of the two is wrong."""
    centre, _intake = doors.open_centre(code)
    if doors.is_too_large(request):
        return doors.too_large(request)
    form = forms.TrackForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        number = codes.tidy_number(form.cleaned_data["number"])
        if _is_full(request, centre, number):
            form.add_error(None, gettext("That was very often in a short time. Try again later."))
            status = 429
        else:
            case = public.case_behind(centre, number, form.cleaned_data["code"])
            if case is not None:
                request.session[doors.TRACKED] = {"case": case.pk, "centre": centre.pk}
                return redirect("citizens:here", centre.code)
            _count_wrong(request, centre, number)
            form.add_error(None, gettext("No report has this number and this code. Look at both again."))
    return render(request, "citizens/track.html", {"centre": centre, "form": form}, status=status)


def _count_wrong(request: Request, centre: Centre, number: str) -> None:
    for what, value in (("track", ""), ("number", number)):
        try:
            if what == "track" or value:
                doors.count(request, centre, what, value)
        except Refused:
            continue  # it is full now: the next try is told so


def _tracked(request: Request, centre: Centre) -> Case | None:
    """The report this browser has shown number and code for."""
    held = request.session.get(doors.TRACKED)
    if not isinstance(held, dict) or held.get("centre") != centre.pk:
        return None
    return Case.objects.select_related("merged_into", "centre").filter(pk=held["case"], centre=centre).first()


@view(PUBLIC, methods=["GET"])
def here(request: Request, code: str) -> HttpResponse:
    """Where the report stands."""
    return _show(request, code)


def _show(
    request: Request,
    code: str,
    *,
    add: forms.AddForm | None = None,
    rate: forms.RateForm | None = None,
    status: int = 200,
) -> HttpResponse:
    centre, _intake = doors.open_centre(code)
    case = _tracked(request, centre)
    if case is None:
        return redirect("citizens:track", centre.code)
    seen = public.seen(case)
    call = CallBack.objects.filter(case=case, round=seen.round).first()
    context = {
        "centre": centre,
        "seen": seen,
        "added": list(case.supplements.all()[:20]),
        "takes_photos": case.merged_into_id is None and case.reporter_id == doors.web(centre).pk,
        "add": add or forms.AddForm(),
        "rate": rate or forms.RateForm(),
        "call": call,
        "can_rate": public.root_of(case).status == "closed" and not (call and call.grade),
        "wants_none": Tracking.objects.filter(case=case, wants_none=True).exists(),
    }
    return render(request, "citizens/here.html", context, status=status)


@csrf_exempt
@view(PUBLIC, methods=["POST"])
def add(request: Request, code: str) -> HttpResponse:
    """Add words or photos; SameSite keeps other pages from using the browser's cookie for it."""
    if doors.is_too_large(request):
        return doors.too_large(request)
    centre, intake = doors.open_centre(code)
    case = _tracked(request, centre)
    form = forms.AddForm(request.POST)
    if case is None:
        return redirect("citizens:track", centre.code)
    found, bad = doors.read_photos(request.FILES.getlist("photos"), intake.most_photos)
    if not form.is_valid() or bad:
        for line in bad:
            form.add_error(None, line)
        return _show(request, code, add=form)
    try:
        doors.count(request, centre, "supplement", str(case.pk))
        tracking.add(case_id=case.pk, photos=found, by=doors.web(centre), at=request.at, **form.cleaned_data)
    except Refused as error:
        put_on(form, error)
        return _show(request, code, add=form)
    messages.success(request, gettext("Thank you, it is with your report."))
    return redirect("citizens:here", centre.code)


@view(PUBLIC, methods=["POST"])
def rate(request: Request, code: str) -> HttpResponse:
    """Say how content one is."""
    centre, _intake = doors.open_centre(code)
    case = _tracked(request, centre)
    if case is None:
        return redirect("citizens:track", centre.code)
    form = forms.RateForm(request.POST)
    if form.is_valid() and _rated(request, case, public.root_of(case).reopen_count, form):
        messages.success(request, gettext("Thank you for telling us."))
        return redirect("citizens:here", centre.code)
    return _show(request, code, rate=form)


def _rated(request: Request, case: Case, round_: int, form: forms.RateForm) -> bool:
    try:
        doors.count(request, case.centre, "rate")
        calls.rate_by_himself(
            case_id=case.pk, round_=round_, by=doors.web(case.centre), at=request.at, **form.cleaned_data
        )
    except Refused as error:
        put_on(form, error)
        return False
    return True


@view(PUBLIC)
def rate_link(request: Request, token: str) -> HttpResponse:
    """The link in an SMS: rate one end of one report, without number and code; it tells nothing of the report."""
    found = public.case_of_token(token)
    if found is None or not public.intake_of(found[0].centre):
        raise Http404
    case, round_ = found
    form = forms.RateForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _rated(request, case, round_, form):
        told = gettext("Thank you for telling us.")
        return render(request, "citizens/told.html", {"told": told, "tone": "green", "centre": case.centre})
    call = CallBack.objects.filter(case=case, round=round_).first()
    root = public.root_of(case)
    is_open = root.status == "closed" and root.reopen_count == round_ and not (call and call.grade)
    context = {"centre": case.centre, "number": case.number, "rate": form, "can_rate": is_open}
    return render(request, "citizens/rate.html", context)


@view(PUBLIC, methods=["POST"])
def want_messages(request: Request, code: str) -> HttpResponse:
    """No more messages about this report, or messages again."""
    centre, _intake = doors.open_centre(code)
    case = _tracked(request, centre)
    if case is None:
        return redirect("citizens:track", centre.code)
    wants = request.POST.get("wants") == "1"
    tracking.want_messages(case_id=case.pk, wants=wants, by=doors.web(centre), at=request.at)
    told = gettext("You will be written to again.") if wants else gettext("You will not be written to any more.")
    messages.success(request, told)
    return redirect("citizens:here", centre.code)


@view(PUBLIC, methods=["POST"])
def leave(request: Request, code: str) -> HttpResponse:
    """Let this browser forget the report."""
    centre, _intake = doors.open_centre(code)
    request.session.pop(doors.TRACKED, None)
    return redirect("citizens:track", centre.code)
