"""Addresses of cases."""

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from hotline.cases.views import (
    board,
    case,
    department,
    desk,
    drafts,
    field,
    files,
    gate,
    imports,
    incidents,
    indicators,
    listing,
    merging,
    of_customer,
    on_call,
    standard,
    waivers,
)
from hotline.cases.views import map as map_views

app_name = "cases"


class Number(StringConverter):
    """A case's number: 20260309-0042."""

    regex = r"[0-9]{8}-[0-9]{4,8}"


register_converter(Number, "number")

# the operator's desk, the case page, lists
PART_A: list[URLPattern] = [
    path("desk", desk.desk, name="desk"),
    path("desk/hand", desk.hand, name="desk_hand"),
    path("desk/next", desk.take_next, name="desk_next"),
    path("desk/new", desk.new, name="desk_new"),
    path("desk/call/<int:pk>", on_call.on_call, name="on_call"),
    path("desk/call/<int:pk>/tie", on_call.tie, name="tie_call"),
    path("calls/<int:pk>", on_call.calls_of, name="calls_of"),
    path("desk/callers", desk.callers, name="desk_callers"),
    path("of-customer/<int:pk>", of_customer.history, name="of_customer"),
    path("desk/conditions", desk.conditions, name="desk_conditions"),
    path("desk/similar", merging.similar, name="desk_similar"),
    path("similar/<int:pk>", merging.similar_to, name="similar_to"),
    path("merged/<int:pk>/goes-on", merging.goes_on, name="goes_on"),
    path("merged/<int:pk>/reporters", merging.reporters, name="reporters"),
    path("desk/drafts/<str:key>", desk.draft, name="desk_draft"),
    path("desk/<number:number>/watch", desk.watch, name="desk_watch"),
    path("desk/<number:number>/<slug:action>", desk.step, name="desk_step"),
    path("pick/category", desk.pick_category, name="pick_category"),
    path("pick/operator", listing.pick_operator, name="pick_operator"),
    path("pick/department", listing.pick_department, name="pick_department"),
    path("list", listing.cases, name="list"),
    path("list/export", listing.export, name="list_export"),
    path("list/assign", listing.assign, name="list_assign"),
    path("<number:number>", case.case, name="case"),
    path("<number:number>/<slug:action>", case.act, name="act"),
]

# the leader's board, tasks, the department's inbox, the standard, imports, indicators
PART_B: list[URLPattern] = [
    path("board", board.board, name="board"),
    path("board/reassign", board.reassign, name="reassign"),
    path("board/tasks/<str:number>", board.hand_task, name="hand_task"),
    path("gate", gate.gate, name="gate"),
    path("gate/<str:gate>/<str:act>/<str:number>", gate.gate_act, name="gate_act"),
    path("dispatching", department.dispatching_page, name="dispatching"),
    path("dispatching/<str:act>/<str:number>", department.dispatching_act, name="dispatching_act"),
    path("tasks", field.tasks, name="tasks"),
    path("tasks/report", field.report, name="task_report"),
    path("tasks/<int:pk>", field.task, name="task"),
    path("inbox", department.inbox, name="inbox"),
    path("inbox/<str:number>", department.inbox_case, name="inbox_case"),
    path("inbox/<str:number>/<str:act>", department.inbox_act, name="inbox_act"),
    path("indicators", indicators.indicators, name="indicators"),
    path("indicators/<str:key>/<str:part>", indicators.indicator_list, name="indicator_list"),
    path("map", map_views.map_page, name="map"),
    path("map/cases", map_views.map_cases, name="map_cases"),
    path("map/districts", map_views.map_districts, name="map_districts"),
    path("districts", map_views.districts, name="districts"),
    path("incidents", incidents.incidents, name="incidents"),
    path("incidents/new", incidents.new, name="incident_new"),
    path("incidents/announcements", incidents.announcements, name="announcements"),
    path("incidents/hint", incidents.hint, name="incident_hint"),
    path("incidents/of-case/<int:pk>", incidents.of_case, name="incident_of"),
    path("incidents/of-case/<int:pk>/join", incidents.join, name="incident_join"),
    path("incidents/<int:pk>", incidents.incident, name="incident"),
    path("incidents/<int:pk>/points", incidents.points, name="incident_points"),
    path("incidents/<int:pk>/leave/<number:number>", incidents.leave, name="incident_leave"),
    path("incidents/<int:pk>/<slug:act>", incidents.act, name="incident_act"),
    path("waivers", waivers.waivers_page, name="waivers"),
    path("waivers/ask/<int:pk>", waivers.waiver_ask, name="waiver_ask"),
    path("waivers/<int:pk>/decide", waivers.waiver_decide, name="waiver_decide"),
]

# files, drafts, the standard, imports
PART_C: list[URLPattern] = [
    path("files/<uuid:key>", files.file, name="file"),
    path("files/<uuid:key>/preview", files.preview, name="preview"),
    path("drafts/<str:key>", drafts.draft, name="draft"),
    path("standard", standard.standard, name="standard"),
    path("standard/export", standard.export, name="standard_export"),
    path("standard/categories/<int:pk>/radius", standard.category_radius, name="category_radius"),
    path("standard/<int:pk>", standard.condition, name="condition"),
    path("imports", imports.runs, name="imports"),
    path("imports/new", imports.new, name="import_new"),
    path("imports/do", imports.do, name="import_do"),
    path("imports/<int:pk>", imports.run, name="import"),
    path("imports/<int:pk>/rows", imports.rows, name="import_rows"),
]

urlpatterns = [*PART_A, *PART_B, *PART_C]
