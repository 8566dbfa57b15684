"""The standard at the desk: browse it by class, search it, read a condition with all its editions (B2.4, B3.7)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from hotline.cases.forms.case import limit_text
from hotline.cases.forms.standard import Radius, StandardFilter
from hotline.cases.models import Category, Condition
from hotline.cases.queries import standard as queries
from hotline.cases.services import standard as services
from hotline.cases.views import telling
from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, view, xlsx
from hotline.core.templatetags.pieces import Tab


@view("cases.view_standard", methods=["GET"])
def standard(request: Request) -> HttpResponse:
    """The conditions of one big class, or those that hold the words; with htmx only the list."""
    form = StandardFilter(request.GET or None)
    today = clock.local_day(request.at)
    day, text = form.day(today), form.text if form.is_bound else ""
    classes = queries.big_classes(request.user.centre_id, day)
    chosen = "" if text else request.GET.get("class", classes[0].key if classes else "")
    rows = queries.found(request.user, text, day) if text else queries.of_class(request.user, chosen, day)
    shown = list(rows[: queries.MOST_FOUND + 1])
    on = f"&on={day}" if day != today else ""
    context = {
        "form": form,
        "day": day,
        "today": today,
        "text": text,
        "tabs": [Tab(one.name, f"?class={one.key}{on}", one.key == chosen, one.count) for one in classes],
        "groups": queries.grouped(shown[: queries.MOST_FOUND]),
        "count": min(len(shown), queries.MOST_FOUND),
        "more": len(shown) > queries.MOST_FOUND,
        "total": sum(one.count for one in classes),
    }
    return draw(request, "cases/standard.html", context, fragment="cases/_standard_list.html")


@view("cases.view_standard", methods=["GET"])
def condition(request: Request, pk: int) -> HttpResponse:
    """One condition whole: when to file, when to close, how long, on what law; and the editions before and after it."""
    rows = Condition.objects.visible_to(request.user).select_related("category", "department")
    row = get_object_or_404(rows, pk=pk)
    day = clock.local_day(request.at)
    context = {
        "row": row,
        "limit": limit_text(row),
        "editions": [(one, limit_text(one)) for one in queries.editions(row)],
        "others": queries.others(row, day),
        "in_force": day in row.days,
        "radius": Radius(initial={"radius_m": row.category.radius_m}),
        "sets_radius": may(request.user, "cases.set_radius", row.category),
    }
    return draw(request, "cases/standard_condition.html", context, fragment="cases/_standard_condition.html")


@view("cases.import", methods=["POST"])
def category_radius(request: Request, pk: int) -> HttpResponse:
    """Set how far around a report of a sub-class duplicates are looked for."""
    category = get_object_or_404(Category, pk=pk, centre=request.user.centre_id)
    form = Radius(request.POST)
    if form.is_valid():
        services.set_radius(category_id=pk, radius_m=form.cleaned_data["radius_m"], by=request.user, at=request.at)
        messages.success(request, _("{name}: the radius is set.").format(name=category.small_name))
    else:
        telling.mistakes(request, form)
    some = category.conditions.order_by("seq", "-pk").first()
    return redirect("cases:condition", some.pk) if some else redirect("cases:standard")


@view("cases.view_standard", methods=["GET"])
def export(request: Request) -> HttpResponse:
    """The standard of a day as a workbook."""
    form = StandardFilter(request.GET or None)
    day = form.day(clock.local_day(request.at))
    heads = [
        *(_("Code"), _("Big class"), _("Sub-class"), _("Number"), _("Filing condition"), _("Closing condition")),
        *(_("Limit"), _("Unit"), _("Department"), _("Handling unit"), _("Supervising department")),
        *(_("Legal basis"), _("Collection requirement"), _("In force from")),
    ]
    lines = (
        (
            *(row.category.code, row.category.big_name, row.category.small_name, row.seq),
            *(row.filing_condition, row.closing_condition, row.limit_value, row.get_limit_unit_display()),
            *(row.department or "", row.handling_unit, row.supervising, row.legal_basis, row.requirement),
            row.days.lower,
        )
        for row in queries.in_force(request.user, day)
    )
    return xlsx(f"standard-{day:%Y%m%d}", heads, lines)
