"""Swaps of shifts: mine and those asked of me, a new one, paying back, one with its steps."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext

from hotline.approvals import queries as approvals
from hotline.core.access import may
from hotline.core.pages import Request, draw, put_on, view
from hotline.kernel.rules import Refused
from hotline.leave.forms import NoteForm, PartnerForm, SwapForm
from hotline.leave.models import Side, Swap, SwapStatus
from hotline.leave.models.swaps import SWAP_SUBJECT
from hotline.leave.queries import swaps as queries
from hotline.leave.services import swaps as services
from hotline.leave.services.swaps import Exchange
from hotline.leave.views import shown
from hotline.people.models import Person
from hotline.rulebook.swaps import SwapKind

PAIR = 2


@view("leave.swap", methods=["GET"])
def swaps(request: Request) -> HttpResponse:
    """What is asked of me, what I owe, my swaps; my quota of the month and of the year."""
    person, today = request.user, shown.today(request)
    terms = queries.terms_of(person.centre_id, today)
    context = {
        "tabs": shown.tabs_of(person, "swaps"),
        "to_answer": queries.to_answer(person),
        "owed": queries.owed_by(person),
        "rows": queries.mine(person),
        "in_month": queries.in_month(person, today, terms),
        "per_month": terms.per_month,
        "in_year": queries.in_year(person, today.year),
        "per_year": terms.pairs_per_year,
        "today": today,
        "topic": f"leaves:{person.pk}",
    }
    return draw(request, "leave/swaps.html", context, fragment="leave/_swaps.html")


@view("leave.swap")
def new(request: Request) -> HttpResponse:
    """First with whom, then which shifts; or the shift by which something is paid back."""
    person, today = request.user, shown.today(request)
    debt = _debt(request, person)
    partners = queries.partners(person, today)
    chosen = debt.partner if debt else _chosen(request, partners)
    if chosen is None:
        form = PartnerForm(partners=partners)
        return draw(request, "leave/swap_partner.html", {"tabs": shown.tabs_of(person, "swaps"), "form": form})
    form_ = SwapForm(
        request.POST if request.method == "POST" else None,
        mine=queries.shifts_to_swap(person, request.at),
        theirs=queries.shifts_to_swap(chosen, request.at),
        pays_back=debt is not None,
        initial={"reason": gettext("Pays back a shift")} if debt else None,
    )
    if request.method == "POST" and form_.is_valid():
        try:
            row = services.ask_swap(
                partner=chosen, exchange=_exchange(form_, debt), reason=form_.cleaned_data["reason"], by=person,
                at=request.at,
            )  # fmt: skip
        except Refused as error:
            put_on(form_, error)
        else:
            messages.success(request, gettext("{name} is asked.").format(name=chosen.name))
            return redirect("leave:swap", row.pk)
    context = {"tabs": shown.tabs_of(person, "swaps"), "form": form_, "partner": chosen, "debt": debt}
    return draw(request, "leave/swap_new.html", context)


def _debt(request: Request, person: Person) -> Swap | None:
    wanted = request.GET.get("repays", "")
    return next((row for row in queries.owed_by(person) if str(row.pk) == wanted), None)


def _chosen(request: Request, partners: list[Person]) -> Person | None:
    wanted = request.GET.get("partner", "")
    return next((one for one in partners if str(one.pk) == wanted), None)


def _exchange(form: SwapForm, debt: Swap | None) -> Exchange:
    given, taken = form.keys
    if debt is not None:
        return Exchange((), taken, debt.pk, SwapKind.PAY_BACK)
    return Exchange(given, taken, None, SwapKind.PAIR if len(given) == PAIR else SwapKind.SINGLE)


def _row(request: Request, pk: int) -> Swap:
    rows = Swap.objects.visible_to(request.user).select_related("asker__centre", "partner", "repays")
    return get_object_or_404(rows.prefetch_related("shifts__shift_type"), pk=pk)


@view("leave.ask", methods=["GET"])
def swap(request: Request, pk: int) -> HttpResponse:
    """A swap as both sides and the supervisor see it."""
    return _draw(request, _row(request, pk))


def _draw(request: Request, row: Swap, form: NoteForm | None = None) -> HttpResponse:
    person = request.user
    history = approvals.history(SWAP_SUBJECT, [row.pk]).get(row.pk, [])
    shifts = list(row.shifts.all())
    runs = row.status in {SwapStatus.WISHED, SwapStatus.AGREED}
    context = {
        "tabs": shown.tabs_of(person, "swaps" if person.pk in {row.asker_id, row.partner_id} else "deciding"),
        "row": row,
        "given": [one for one in shifts if one.side == Side.GIVEN],
        "taken": [one for one in shifts if one.side == Side.TAKEN],
        "rests": queries.short_rests(row) if runs else [],
        "items": shown.timeline(history),
        "may_answer": row.status == SwapStatus.WISHED and may(person, "leave.answer_swap", row),
        "may_decide": may(person, "leave.decide_swap", row),
        "may_withdraw": runs and may(person, "leave.withdraw_swap", row),
        "may_repay": row.pay_back_by and not row.paid_back_at and person.pk == row.asker_id,
        "is_overdue": row.pay_back_by and not row.paid_back_at and row.pay_back_by < shown.today(request),
        "form": form or NoteForm(),
        "topic": f"{SWAP_SUBJECT}:{row.pk}",
    }
    return draw(request, "leave/swap.html", context, fragment="leave/_swap.html")


@view("leave.ask", methods=["POST"])
def swap_act(request: Request, pk: int, action: str) -> HttpResponse:
    """Agree or decline, approve or refuse, take it back."""
    row = _row(request, pk)
    form = NoteForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    calls: dict[str, tuple[Callable[..., Swap], dict[str, bool], str]] = {
        "agree": (services.answer, {"agrees": True}, gettext("You have agreed. The supervisor decides now.")),
        "decline": (services.answer, {"agrees": False}, gettext("Your colleague is told.")),
        "approve": (services.decide_swap, {"is_yes": True}, gettext("Approved. Both rosters have changed.")),
        "refuse": (services.decide_swap, {"is_yes": False}, gettext("Refused. Both are told.")),
        "withdraw": (services.withdraw_swap, {}, gettext("Taken back.")),
    }
    if action not in calls:
        raise Http404(action)
    service, values, said = calls[action]
    try:
        service(swap_id=row.pk, note=note, **values, by=request.user, at=request.at)
    except Refused as error:
        put_on(form, error)
        return _draw(request, _row(request, pk), form)
    messages.success(request, said)
    return redirect("leave:swap", pk)
