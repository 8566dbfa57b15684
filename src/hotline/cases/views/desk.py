"""The operator's desk: what is in hand, the case form, the standard beside it; receiving to dispatching by keys."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.forms import Form
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django_htmx.http import push_url, reswap, retarget, trigger_client_event

from hotline.cases.forms.case import ACT_FORMS, Act, Facts, limit_text, with_draft
from hotline.cases.forms.desk import NewReport
from hotline.cases.logic.flow import ACTION_LABELS, Action
from hotline.cases.models import Case, Condition, Holding
from hotline.cases.queries import custody, files
from hotline.cases.queries import desk as queries
from hotline.cases.services import calls, drafts, intake, merging
from hotline.cases.services import desk as services
from hotline.cases.views import acts
from hotline.cases.views.case import act_dialog
from hotline.core.access import may
from hotline.core.clock import local_day
from hotline.core.pages import Request, draw, view, whole
from hotline.customers import services as customers
from hotline.customers.models import Customer
from hotline.customers.queries import Card, card, likely_duplicates
from hotline.kernel.rules import Refused
from hotline.people.models import Person
from hotline.telephony.queries import desk as telephone

SAVE, NEW = "save", "new"
DESK = "cases.open_desk"
MOST_ID = 10**17
SHOWN = (
    "category",
    "condition__category",
    "condition__department",
    "customer",
    "department",
    "operator",
    "district",
    "grid",
    "reporter",
)


@dataclass
class Work:
    """What lies on the desk: a case in hand, a new report, or nothing."""

    case: Case | None = None
    facts: Facts | None = None
    step: Act | None = None
    action: Action | None = None
    conditions: list[Condition] = field(default_factory=list)
    chosen: Condition | None = None
    buttons: list[acts.Button] = field(default_factory=list)
    is_new: bool = False
    call: int = 0  # the call that a new report is opened from
    customer: Customer | None = None  # who is on the line, when a report is opened from a call
    restored: bool = False  # what was typed earlier and not sent stands in the form again

    @property
    def has_errors(self) -> bool:
        """Whether something typed was refused."""
        return any(form is not None and form.is_bound and form.errors for form in (self.facts, self.step))

    @property
    def next_button(self) -> acts.Button | None:
        """The natural next step."""
        return next((button for button in self.buttons if button.is_next), None)

    @property
    def other_buttons(self) -> list[acts.Button]:
        """What else may be done."""
        return [button for button in self.buttons if not button.is_next]

    @property
    def asks_condition(self) -> bool:
        """Whether the filing condition is still to be chosen."""
        return self.action is Action.PRE_FILE

    @property
    def is_idle(self) -> bool:
        """Whether the middle of the desk is empty, so that what is handed out may open there by itself."""
        return self.case is None and not self.is_new

    @property
    def focus(self) -> str:
        """Where the work goes on: the name of a field, or of the next button."""
        if self.has_errors:
            return ""
        if self.is_new or self.case is None:
            return "caller"
        if self.asks_condition:
            return "condition" if self.conditions else "category"
        return "step" if self.step and len(self.step.visible_fields()) == 1 else "next"


def _fetch(request: Request, number: str) -> Case:
    return get_object_or_404(
        Case.objects.visible_to(request.user).select_related(*SHOWN), number=number, centre=request.user.centre_id
    )


def _facts(request: Request, case: Case | None, *, posted: bool) -> Facts:
    form = Facts if case else NewReport
    return form(request.POST if posted else None, case=case, **_whose(request))


def _whose(request: Request) -> dict[str, Any]:
    return {"person": request.user, "picker_url": reverse("cases:pick_category")}


def new_work(request: Request, facts: Facts | None = None) -> Work:
    """A new report, with what was typed of it earlier; from a call, with the caller."""
    if facts is not None:
        return Work(
            facts=facts, is_new=True, call=whole(request.POST.get("call"), 0, MOST_ID), customer=_chosen(request)
        )
    draft = files.draft(request.user, NEW)
    initial = dict(draft.data) if draft else {}
    pk = request.GET.get("call", "")
    call = telephone.in_hand(request.user, int(pk)) if pk.isascii() and pk.isdigit() and len(pk) < 18 else None
    if call is not None and call.customer is None:
        initial["caller_number"] = call.number
    work = Work(facts=NewReport(initial=initial, **_whose(request)), is_new=True, restored=draft is not None)
    if call is not None:
        work.call, work.customer = call.pk, call.customer
    return work


def _chosen(request: Request) -> Customer | None:
    """The known caller who was chosen in a form that is shown again."""
    pk = request.POST.get("customer", "")
    known = Customer.objects.visible_to(request.user)
    return known.filter(pk=int(pk)).first() if pk.isascii() and pk.isdigit() and len(pk) < 18 else None


def work_on(request: Request, case: Case, facts: Facts | None = None, step: Act | None = None) -> Work:
    """A case in hand; what was typed and refused, or typed earlier and not sent, stands in its form."""
    offered = acts.buttons(request.user, case, "cases:desk_step")
    draft = files.draft(request.user, f"case:{case.pk}") if facts is None else None
    typed = draft.data if draft else {}
    made = Work(case=case, facts=facts, buttons=offered)
    if facts is None:
        made.facts, made.restored = with_draft(case, typed, **_whose(request))
    following = made.next_button
    made.action = following.action if following else None
    made.chosen = case.condition
    if made.asks_condition:
        _offer_conditions(request, made, str(request.POST.get("condition") or typed.get("condition") or ""))
    elif made.action is not None:
        fits = step is not None and type(step) is ACT_FORMS[made.action]
        form = step if step is not None and fits else acts.ask(request, made.action, case, posted=False)
        form.initial.update({name: typed[name] for name in form.fields.keys() & typed.keys() - {"version"}})
        made.step = form
    return made


def _offer_conditions(request: Request, work: Work, wanted: str) -> None:
    """The conditions of the sub-class that stands in the form, which may not be saved yet."""
    facts = work.facts
    assert facts is not None
    key = facts.data.get("category", "") if facts.is_bound else facts.initial.get("category")
    saved = work.case.category if work.case else None
    category = saved if saved and str(saved.pk) == str(key) else queries.category_by_key(request.user, str(key or ""))
    work.conditions = queries.conditions(category.pk if category else None, local_day(request.at))
    work.chosen = next((one for one in work.conditions if str(one.pk) == wanted), None)


FIELD_OF = {"caller": "caller_number", "category": "category"}


def _point_to(work: Work) -> None:
    """Mark the field in which the work goes on; the page puts the cursor there."""
    form: Form | None = work.facts
    name = FIELD_OF.get(work.focus, "")
    if work.focus == "step" and work.step is not None:
        form, name = work.step, work.step.visible_fields()[0].name
    if form is not None and name in form.fields:
        form.fields[name].widget.attrs["data-autofocus"] = ""


def _context(request: Request, work: Work, *, quiet: bool) -> dict[str, Any]:
    if not quiet:
        _point_to(work)
    held = list(custody.in_hand(request.user))
    return {
        "work": work,
        "case": work.case,
        "held": held,
        "open_number": work.case.number if work.case else "",
        "swapped": False,
        "category": None,
        "in_hand": work.case is not None and any(row.case_id == work.case.pk for row in held),
        "may_register": may(request.user, "cases.register"),
        "limit": limit_text(work.chosen) if work.chosen else "",
        "kinds": acts.FILE_KINDS,
        "quiet": quiet,
        "draft_key": f"case:{work.case.pk}" if work.case else NEW,
        "caller": _caller(request, work),
    }


def _caller(request: Request, work: Work) -> Card | None:
    """Who called, behind the mask, for those who may serve him."""
    customer = work.case.customer if work.case else work.customer
    if customer is None or not may(request.user, "customers.view_customer", customer):
        return None
    return card(customer, request.user)


def _show(request: Request, work: Work, *, status: int = 200, said: str = "", quiet: bool = False) -> HttpResponse:
    """The desk, whole or as the fragment that replaces it; the address follows the case.

    What comes by itself comes quietly: it takes no focus and closes no window in which somebody types.
    """
    context = _context(request, work, quiet=quiet)
    response = draw(request, "cases/desk.html", context, fragment="cases/_desk.html")
    response.status_code = status
    if request.htmx:
        where = reverse("cases:desk_new") if work.is_new else reverse("cases:desk")
        push_url(response, f"{where}?case={work.case.number}" if work.case else where)
        if status == 200 and not quiet:
            trigger_client_event(response, "close-dialog", {})
        if said:
            trigger_client_event(response, "toast", {"value": said, "tone": "green"})
    return response


def _most_urgent(person: Person) -> Holding | None:
    return custody.in_hand(person).first()


@view(DESK, methods=["GET"])
def desk(request: Request) -> HttpResponse:
    """The case asked for, else the most urgent in hand, else an empty desk."""
    number = request.GET.get("case", "")
    if not number:
        held = _most_urgent(request.user)
        number = held.case.number if held else ""
    return _show(request, work_on(request, _fetch(request, number)) if number else Work(), quiet="comes" in request.GET)


@view(DESK, methods=["GET"])
def hand(request: Request) -> HttpResponse:
    """The list of what is in hand: fetched again when the topic of the desk moves.

    With nothing in the middle of the desk, what was handed out opens there at once; a form is never taken away.
    """
    held = list(custody.in_hand(request.user))
    comes = held[0].case if held and "idle" in request.GET else None
    context = {"held": held, "open_number": request.GET.get("case", ""), "comes": comes}
    return render(request, "cases/_desk_hand.html", context)


@view(DESK)
def new(request: Request) -> HttpResponse:
    """A new report: its form, then the registered case in hand (B3.1)."""
    if request.method != "POST":
        return _show(request, new_work(request))
    into = acts.offered(request)
    facts = _facts(request, None, posted=True)
    assert isinstance(facts, NewReport)
    if into is not None:
        facts.fields["description"].required = False  # the other case says what it is about
    if facts.is_valid():
        try:
            case = _register(request, facts, into)
        except Refused as error:
            acts.show_refusals(error, facts)
        else:
            said = gettext("{number}: registered") if into is None else gettext("{number}: registered and merged")
            return _go_on(request, case, said.format(number=case.number))
    return _show(request, new_work(request, facts), status=422)


def _register(request: Request, facts: NewReport, into: Case | None) -> Case:
    """The report with its caller and files; with `into` it is merged in the same breath and still counts."""
    with transaction.atomic():
        values = facts.values | _new_caller(request, facts)
        if into is not None:
            values["description"] = values["description"] or into.description
        case = intake.register(**values, by=request.user, at=request.at)
        acts.keep_files(request, case)
        if call := whole(request.POST.get("call"), 0, MOST_ID):
            calls.tie(case=case, call_id=call, by=request.user, at=request.at)
        drafts.drop_draft(key=NEW, by=request.user, at=request.at)
        if into is not None:
            seen = acts.version_of(request, "into_version")
            reason = gettext("The same matter was reported already.")
            case.refresh_from_db(fields=["version"])
            case = merging.merge(
                case_id=case.pk, version=case.version, into_id=into.pk, into_version=seen, reason=reason,
                by=request.user, at=request.at,
            )  # fmt: skip
    return case


def _new_caller(request: Request, facts: Facts) -> dict[str, Any]:
    """Whoever called is registered along with what he reports, unless he is known (A3.4)."""
    said = facts.new_caller
    return {"customer": customers.register(**said, by=request.user, at=request.at)} if said else {}


@view(DESK, methods=["POST"])
def callers(request: Request) -> HttpResponse:
    """Known callers who are probably this one, while his number or name is being typed (A3.4)."""
    if not may(request.user, "customers.view_list"):
        return HttpResponse()
    number, name = request.POST.get("caller_number", "")[:40], request.POST.get("caller_name", "")[:60]
    found = likely_duplicates(request.user.centre_id, name=name, number=number)
    cards = [card(customer, request.user, why) for customer, why in found]
    return render(request, "cases/_desk_callers.html", {"cards": cards})


@view(DESK)
def draft(request: Request, key: str) -> HttpResponse:
    """Keep what is being typed. The form brings it back by itself, over what others changed meanwhile."""
    if request.method == "POST":
        fields = {name: values if len(values) > 1 else values[0] for name, values in request.POST.lists() if values}
        fields.pop("csrfmiddlewaretoken", None)
        drafts.keep_draft(key=key, data=fields, by=request.user, at=request.at)
    return HttpResponse(status=204)


@view(DESK, methods=["POST"])
def take_next(request: Request) -> HttpResponse:
    """Take the next waiting case; when nothing waits, say so."""
    case = services.take_next(by=request.user, at=request.at)
    if case is not None:
        return _go_on(request, case, gettext("{number}: yours now").format(number=case.number))
    held = _most_urgent(request.user)
    work = work_on(request, _fetch(request, held.case.number)) if held else Work()
    return _show(request, work, said=gettext("Nothing is waiting."))


def _go_on(request: Request, case: Case, said: str) -> HttpResponse:
    """Stay with the case while it is in hand, else go to the most urgent one."""
    here = _fetch(request, case.number)
    mine = here.holding is not None and here.holding.person_id == request.user.pk
    if not request.htmx:
        return redirect(f"{reverse('cases:desk')}?case={here.number}" if mine else reverse("cases:desk"))
    if mine:  # the page itself shows how far it is
        return _show(request, work_on(request, here))
    held = _most_urgent(request.user)
    work = work_on(request, _fetch(request, held.case.number)) if held else Work()
    return _show(request, work, said=said)


@view(DESK, methods=["POST"])
def step(request: Request, number: str, action: str) -> HttpResponse:
    """Save what was typed and take the case a step on, both or neither."""
    case = _fetch(request, number)
    wanted = None if action == SAVE else acts.action_of(action)
    facts = _facts(request, case, posted="description" in request.POST)
    good = not facts.is_bound or facts.is_valid()
    asked = acts.ask(request, wanted, _proposed(case, facts), posted=True) if wanted else None
    good = (asked is None or asked.is_valid()) and good
    if good:
        try:
            after = _act(request, case, facts, asked, wanted)
        except Refused as error:
            acts.show_refusals(error, *[form for form in (asked, facts) if form is not None][::-1])
        else:
            said = gettext(ACTION_LABELS[wanted]) if wanted else gettext("Saved")
            return _go_on(request, after, f"{number}: {said}")
    return _refused(request, case, facts, asked, wanted)


def _proposed(case: Case, facts: Facts) -> Case:
    """The case as it will be once the facts are saved: its conditions are those of the sub-class chosen now."""
    if facts.is_bound and "category" in facts.cleaned_data:
        case = Case.objects.select_related(*SHOWN).get(pk=case.pk)
        case.category = facts.cleaned_data["category"]
    return case


def _act(request: Request, case: Case, facts: Facts, asked: Act | None, action: Action | None) -> Case:
    """Facts, files, then the step: in one transaction, each with the version the person saw."""
    seen = acts.version_of(request)
    with transaction.atomic():
        after = case
        if facts.is_bound:
            changes = facts.changes | _new_caller(request, facts)
            after = services.amend(case_id=case.pk, version=seen, changes=changes, by=request.user, at=request.at)
            seen = after.version
        if acts.keep_files(request, case):
            seen = Case.objects.values_list("version", flat=True).get(pk=case.pk)
        if asked is not None and action is not None:
            after = acts.perform(action, asked, case=case, version=seen, by=request.user, at=request.at)
        drafts.drop_draft(key=f"case:{case.pk}", by=request.user, at=request.at)
    return after


def _refused(request: Request, case: Case, facts: Facts, asked: Act | None, action: Action | None) -> HttpResponse:
    """Show the refusal where it was asked: in the dialog, or in the form, which keeps everything typed."""
    if asked is not None and action is not None and request.POST.get("in_dialog"):
        for name, errors in facts.errors.items():
            label = facts.fields[name].label if name in facts.fields else ""
            asked.add_error(None, [f"{label}: {text}" if label else text for text in errors])
        response = act_dialog(request, case, asked, action, status=422)
        return reswap(retarget(response, "#dialog-body"), "innerHTML")
    work = work_on(request, case, facts if facts.is_bound else None, asked)
    if work.asks_condition and asked is not None and facts.is_bound:
        for text in asked.errors.get("condition", []):
            facts.add_error(None, text)
    return _show(request, work, status=422)


@view(DESK, methods=["GET"])
def watch(request: Request, number: str) -> HttpResponse:
    """Whether somebody acted on the case since this page was drawn, and who: said at once, nothing is overwritten."""
    case = get_object_or_404(Case.objects.visible_to(request.user), number=number)
    seen = request.GET.get("version", "")
    last = queries.last_event(case) if str(case.version) != seen else None
    moved = last is not None and last.actor_id != request.user.pk
    context = {
        "case": case,
        "version": seen,
        "last": last,
        "moved": moved,
        "what": gettext(ACTION_LABELS[Action(last.action)]) if last else "",
    }
    return render(request, "cases/_desk_watch.html", context)


@view(DESK, methods=["GET"])
def conditions(request: Request) -> HttpResponse:
    """The conditions of the chosen sub-class, and the standard beside them."""
    category = queries.category_by_key(request.user, request.GET.get("category", ""))
    rows = queries.conditions(category.pk if category else None, local_day(request.at))
    chosen = next((one for one in rows if str(one.pk) == request.GET.get("condition")), None)
    work = Work(conditions=rows, chosen=chosen, action=Action.PRE_FILE)
    context = {"work": work, "limit": limit_text(chosen) if chosen else "", "category": category, "swapped": True}
    only = request.GET.get("only") == "standard"
    return render(request, "cases/_desk_standard_body.html" if only else "cases/_desk_conditions.html", context)


@view("cases.view_standard", methods=["GET"])
def pick_category(request: Request) -> HttpResponse:
    """Sub-classes for the picker: by name, code, pinyin or initials."""
    found = queries.categories(request.user, request.GET.get("q", "")[:40])
    options = [
        {"value": str(row.pk), "label": row.small_name, "detail": f"{row.code} · {row.big_name}"} for row in found
    ]
    return JsonResponse({"options": options})
