"""What views share: who may open a page, drawing whole pages or fragments, pages of a list, refusals, exports."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar

import xlsxwriter
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db.models import Count, Model, QuerySet, Window
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from hotline.core import access, clock, live
from hotline.core.templatetags.pieces import Tab
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import Words

if TYPE_CHECKING:
    from hotline.people.models import Person

ModelT = TypeVar("ModelT", bound=Model)
PUBLIC = "public"  # no sign-in needed
SIGNED_IN = "signed in"  # any person with a seat

ROWS = 50
MOST_ROWS = 500
COUNT_UP_TO = 10_000


class Request(HttpRequest):
    """A request as our views see it: a signed-in person, its moment, htmx."""

    user: "Person"
    at: datetime
    id: str
    htmx: HtmxDetails
    live_version: int  # of a whole page: what had moved before it was read


View = Callable[..., HttpResponse]


def view(permission: str, *, methods: Sequence[str] = ("GET", "POST")) -> Callable[[View], View]:
    """Declare whom a page admits: a permission's name, SIGNED_IN or PUBLIC. Rows are checked by `visible_to`."""

    def enter(function: View) -> View:
        @wraps(function)
        def admitted(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            if permission != PUBLIC:
                if not _signed_in(request):
                    return sign_in_first(request)
                if permission != SIGNED_IN and not access.may(request.user, permission):
                    return forbidden(request)
                if _is_whole_page(request):
                    request.live_version = live.newest()  # before anything is read, or a change in between is missed
            return function(request, *args, **kwargs)

        guarded = require_http_methods([*methods, "HEAD"] if "GET" in methods else list(methods))(admitted)
        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return enter


def _is_whole_page(request: HttpRequest) -> bool:
    """Whether a browser goes to an address, and does not just fetch a part of a page."""
    asked = request.method == "GET" and not getattr(request, "htmx", False)
    return asked and "text/html" in request.headers.get("Accept", "")


def _signed_in(request: HttpRequest) -> bool:
    return bool(request.user.is_authenticated)


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Send a visitor to sign in; a fragment's request makes the whole page go there."""
    if getattr(request, "htmx", False):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = reverse(settings.LOGIN_URL)
        return response
    return redirect_to_login(request.get_full_path())


def forbidden(request: HttpRequest) -> HttpResponse:
    """403 that says what to do."""
    return render(request, "403.html", status=403)


def words(refusal: Refusal) -> str:
    """A refusal's note in the reader's language."""
    return gettext(refusal.note).format(**{key: _said(value) for key, value in refusal.params.items()})


def _said(value: object) -> str:
    return value.told(get_language() or "zh-hans") if isinstance(value, Words) else gettext(str(value))


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """A business no: as a toast for htmx, as a page otherwise; always with clause and reason. 409."""
    rows = [{"clause": gettext(refusal.clause), "note": words(refusal)} for refusal in error.refusals]
    if getattr(request, "htmx", False):
        response = render(request, "core/_refusal.html", {"refusals": rows}, status=409)
        response.headers["HX-Retarget"] = "#toasts"
        response.headers["HX-Reswap"] = "beforeend"
        return response
    return render(request, "core/refused.html", {"refusals": rows}, status=409)


def put_on(form: BaseForm, error: Refused) -> None:
    """Show refusals in the form that asked; nothing typed is lost."""
    for refusal in error.refusals:
        field = refusal.params.get("field")
        form.add_error(str(field) if field in form.fields else None, f"{words(refusal)} ({gettext(refusal.clause)})")


def asked_month(request: Request, known: Sequence[date]) -> date:
    """The month that ?month= asks for, else the newest known, else the present one."""
    try:
        return date.fromisoformat(request.GET.get("month", "")).replace(day=1)
    except ValueError:
        return known[0] if known else clock.local_day(request.at).replace(day=1)


def month_tabs(known: Sequence[date], chosen: date) -> list[Tab]:
    """The newest months to choose from, and the chosen one."""
    listed = known if chosen in known else sorted([chosen, *known], reverse=True)
    return [Tab(f"{one.year}-{one.month:02}", f"?month={one}", one == chosen) for one in listed[:6]]


@dataclass(frozen=True, slots=True)
class Slice:
    """One page of a list. `total` stops counting at COUNT_UP_TO (`more` says so), so that a long list stays fast."""

    rows: list[Any]
    number: int
    size: int
    total: int
    more: bool

    @property
    def last(self) -> int:
        """The number of the last page that was counted."""
        return max(1, -(-self.total // self.size))

    @property
    def first_row(self) -> int:
        """The place of the first row shown, counting from one."""
        return (self.number - 1) * self.size + 1 if self.rows else 0

    @property
    def last_row(self) -> int:
        """The place of the last row shown."""
        return (self.number - 1) * self.size + len(self.rows)


def whole(text: str | None, default: int, most: int) -> int:
    """A whole number from an address, within 1 and `most`; nonsense is the default."""
    return min(max(int(text), 1), most) if text and text.isascii() and text.isdigit() else default


def page_of(request: HttpRequest, rows: "QuerySet[ModelT]", *, at_once: bool = False) -> Slice:
    """The page that ?page= and ?rows= ask for: two queries, whatever the length of the list.

    `at_once`: to find the rows is what costs, and they are not many: they are counted while they are found, and those
    of the page are read by their keys, with what they select but without annotations.
    """
    size = whole(request.GET.get("rows"), ROWS, MOST_ROWS)
    number = whole(request.GET.get("page"), 1, COUNT_UP_TO // size + 1)
    if at_once:
        keys = rows.select_related(None).annotate(all_rows=Window(Count("*"))).values_list("pk", "all_rows")
        if found := list(keys[(number - 1) * size : number * size]):
            plain = rows.model._default_manager.filter(pk__in=[key for key, _all in found])
            plain.query.select_related = rows.query.select_related
            by_key, total = {row.pk: row for row in plain}, found[0][1]
            shown = [by_key[key] for key, _all in found if key in by_key]
            return Slice(shown, number, size, min(total, COUNT_UP_TO), total > COUNT_UP_TO)
    total = rows.order_by()[: COUNT_UP_TO + 1].count()
    shown = list(rows[(number - 1) * size : number * size])
    return Slice(shown, number, size, min(total, COUNT_UP_TO), total > COUNT_UP_TO)


def part_of(request: HttpRequest, rows: Sequence[Any]) -> Slice:
    """The same of rows that are read already."""
    size = whole(request.GET.get("rows"), ROWS, MOST_ROWS)
    number = whole(request.GET.get("page"), 1, COUNT_UP_TO // size + 1)
    return Slice(list(rows[(number - 1) * size : number * size]), number, size, len(rows), more=False)


def ordered(
    request: HttpRequest, rows: "QuerySet[ModelT]", columns: dict[str, str], default: str
) -> "QuerySet[ModelT]":
    """Sort by ?sort=name or ?sort=-name, where `columns` maps names to fields; ties go by key."""
    wish = request.GET.get("sort", default)
    name = wish.removeprefix("-")
    if name not in columns:
        wish, name = default, default.removeprefix("-")
    sign = "-" if wish.startswith("-") else ""
    return rows.order_by(f"{sign}{columns[name]}", f"{sign}pk")


def draw(request: HttpRequest, page: str, context: dict[str, Any] | None = None, *, fragment: str = "") -> HttpResponse:
    """The whole page, or only its fragment when htmx asks for it (and not for a restored history entry)."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    partial = fragment and htmx and not htmx.history_restore_request
    return render(request, fragment if partial else page, context)


def xlsx(
    name: str, heads: Sequence[str], rows: Iterable[Sequence[object]], *, created: datetime | None = None
) -> HttpResponse:
    """A workbook download. Text is written as text: a cell that begins with = + - @ never becomes a formula.

    With `created` the same rows give the same bytes, whenever they are asked for.
    """
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    if created is not None:
        book.set_properties({"created": clock.local(created).replace(tzinfo=None)})
    sheet = book.add_worksheet()
    head, moment, day = (
        book.add_format({"bold": True, "bottom": 1}),
        book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        book.add_format({"num_format": "yyyy-mm-dd"}),
    )
    for column, title in enumerate(heads):
        sheet.write_string(0, column, str(title), head)
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(line, column, clock.local(value).replace(tzinfo=None), moment)
            elif isinstance(value, date):
                sheet.write_datetime(line, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
            elif isinstance(value, int) and not isinstance(value, bool):
                sheet.write_number(line, column, value)
            elif value is not None:
                sheet.write_string(line, column, str(value))
    sheet.freeze_panes(1, 0)
    sheet.autofit()
    book.close()
    response = HttpResponse(
        out.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response
