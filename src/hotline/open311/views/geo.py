"""GeoReport v2: discovery, services, requests, tokens, updates. Reads are everybody's, writes need a key."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from hotline.cases.models import Category, Condition, Grid
from hotline.core import clock
from hotline.core.pages import Request
from hotline.kernel.words import gettext_noop as _
from hotline.open311.logic import formats, texts, wishes
from hotline.open311.logic.asking import BAD, MISSING, Fault, Faulty, asked_for
from hotline.open311.logic.wishes import MOST_BYTES, MOST_FILES, Upload, Wish
from hotline.open311.queries import published
from hotline.open311.queries import requests as queries
from hotline.open311.queries import updates as public_updates
from hotline.open311.services import posting as services
from hotline.open311.views.answering import BAD_BODY, Call, answer, endpoint, needs_key

CHANGESET = datetime(2026, 3, 1, tzinfo=clock.ZONE)  # when what the interface answers changed last
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
FORMATS = ("text/xml", "application/json")
UPLOADS = ("media", "media[]", "uploads")


# ---------------------------------------------------------------- discovery and services


def _discovery(call: Call) -> HttpResponse:
    request = call.request
    changed = formats.moment(CHANGESET, clock.ZONE)
    ours = {"centre": call.centre.name, "url": request.build_absolute_uri(reverse("open311:docs"))}
    base = request.build_absolute_uri(reverse("open311:base")).rstrip("/")
    told = {
        "changeset": changed,
        "contact": settings.OPEN311_CONTACT or gettext("{centre}, see {url}").format(**ours),
        "key_service": gettext("Ask {centre} for a key: {url}").format(**ours),
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": base,
                "changeset": changed,
                "type": "production",
                "formats": list(FORMATS),
            }
        ],
    }
    return answer(call.form, "discovery", told)


discovery = endpoint(get=_discovery)


def _services(call: Call) -> HttpResponse:
    rows = [_service(row) for row in published.services(call.centre, clock.local_day(call.request.at))]
    return answer(call.form, "services", rows)


services_list = endpoint(get=_services)


def _service(category: Category) -> dict[str, Any]:
    name, group = texts.plain(category.small_name), texts.plain(category.big_name)
    conditions = "；".join(texts.plain(row.filing_condition) for row in published.conditions_of(category))
    return {
        "service_code": category.code,
        "service_name": name,
        "description": gettext("{name}: {conditions}").format(name=name, conditions=conditions)[:500],
        "metadata": True,
        "type": "realtime",
        "keywords": ",".join(dict.fromkeys([name.replace(",", " "), group.replace(",", " ")])),
        "group": group,
    }


def _definition(call: Call, code: str) -> HttpResponse:
    return answer(call.form, "service_definition", definition_of(_known(call, texts.carried(code))))


definition = endpoint(get=_definition)


def definition_of(category: Category) -> dict[str, Any]:
    """The attributes of a service."""
    described = {
        wishes.CONDITION: (gettext("Which of these holds?"), "singlevaluelist"),
        wishes.SECRET: (
            gettext("Shall the report be kept secret? It is then shown to nobody outside."),
            "singlevaluelist",
        ),
        wishes.OWN_ID: (gettext("Your own id of the report: sent again, it is the same report."), "string"),
    }
    attributes = []
    for order, (code, (required, choices)) in enumerate(published.offered(category).items(), start=1):
        description, datatype = described[code]
        attributes.append(
            {
                "variable": True,
                "code": code,
                "datatype": datatype,
                "required": required,
                "datatype_description": None,
                "order": order,
                "description": description,
                "values": [{"key": one.key, "name": texts.plain(gettext(one.name))} for one in choices],
            }
        )
    return {"service_code": category.code, "attributes": attributes}


def _known(call: Call, code: str) -> Category:
    found = published.service(call.centre, code, clock.local_day(call.request.at))
    if found is None:
        raise Faulty(wishes.unknown_service())
    return found


# ---------------------------------------------------------------- requests


def _requests(call: Call) -> HttpResponse:
    asked = asked_for(call.arguments)
    rows = queries.told(queries.found(call.centre, asked), extended=asked.extended)
    response = answer(call.form, "service_requests", rows)
    if not asked.ids and len(rows) == asked.size:
        query = call.request.GET.copy()
        query["page"] = str(asked.page + 1)
        query.pop("api_key", None)
        address = call.request.build_absolute_uri(call.request.path)
        response.headers["Link"] = f'<{address}?{query.urlencode()}>; rel="next"'
    return response


def _request(call: Call, number: str) -> HttpResponse:
    case = queries.one(call.centre, texts.carried(number))
    if case is None:
        raise Faulty(wishes.unknown_request())
    return answer(call.form, "service_requests", queries.told([case], extended=call.arguments.truth("extensions")))


request_one = endpoint(get=_request)


def _post(call: Call) -> HttpResponse:
    key = needs_key(call, "may_create", _("This api_key may not report."))
    wish = _wish(call)
    category = None
    if wish.code:
        category = published.service(call.centre, wish.code, clock.local_day(call.request.at))
        call.arguments.faults += [wishes.unknown_service()] if category is None else _answer_faults(wish, category)
    grid = _grid(call, wish)
    call.arguments.refuse()
    assert category is not None, "refused above"
    posted, is_new = services.post_request(
        key=key,
        wish=wish,
        category=category,
        condition=_condition(wish, category),
        grid=grid,
        by=call.by,
        at=call.request.at,
    )
    told = {
        "service_request_id": posted.case.number,
        "service_notice": gettext("Keep this number; with it you can ask how your report stands."),
        "account_id": posted.account or None,
    }
    return answer(call.form, "service_requests", [told], status=201 if is_new else 200)


requests = endpoint(get=_requests, post=_post)


def _wish(call: Call) -> Wish:
    """What was posted; the files of a body are read no further than they may be long."""
    request = call.request
    try:
        lists = {name: request.POST.getlist(name) for name in request.POST}
        # One more than allowed is read, so that too many and too long are seen.
        given = [file for name in UPLOADS for file in request.FILES.getlist(name)][: MOST_FILES + 1]
        files = tuple(_upload(file) for file in given)
    except BAD_BODY as error:
        raise Faulty(Fault(BAD, _("The call could not be read."))) from error
    return wishes.read_wish(call.arguments, lists, files, request.headers.get("Idempotency-Key", ""))


def _upload(file: Any) -> Upload:
    return Upload(texts.plain(file.name or "")[:200] or "file", file.read(MOST_BYTES + 1))


def _answer_faults(wish: Wish, category: Category) -> list[Fault]:
    return wishes.answer_faults(wish.answers, published.offered(category))


def _condition(wish: Wish, category: Category) -> Condition | None:
    """The condition that the reporter chose; the only one there is, where he chose none."""
    given = "".join(wish.answers.get(wishes.CONDITION, ()))
    conditions = published.conditions_of(category)
    if not given and len(conditions) == 1:
        return conditions[0]
    return next((row for row in conditions if str(row.seq) == given), None)


def _grid(call: Call, wish: Wish) -> Grid | None:
    """An address id is the code of a responsible grid."""
    if not wish.address_id:
        return None
    rows = Grid.objects.filter(district__centre=call.centre, is_active=True, code=wish.address_id)
    found = rows.order_by("pk").first()
    if found is None:
        call.arguments.faults.append(Fault(BAD, _("There is no such address_id.")))
    return found


def _token(call: Call, token: str) -> HttpResponse:
    """Every report gets its number at once, so a token is the number itself."""
    case = queries.one(call.centre, texts.carried(token))
    if case is None:
        raise Faulty(Fault(MISSING, _("There is no such token.")))
    return answer(call.form, "service_requests", [{"service_request_id": case.number, "token": case.number}])


token_one = endpoint(get=_token)


# ---------------------------------------------------------------- updates


def _updates(call: Call) -> HttpResponse:
    return answer(call.form, "service_request_updates", public_updates.found(call.centre, call.arguments))


def _tell(call: Call) -> HttpResponse:
    key = needs_key(call, "may_update", _("This api_key may not tell of updates."))
    told = wishes.read_told(call.arguments)
    case = queries.one(call.centre, told.request_id) if told.request_id else None
    if told.request_id and case is None:
        call.arguments.faults.append(wishes.unknown_request())
    call.arguments.refuse()
    assert case is not None, "refused above"
    row, is_new = services.tell_update(key=key, told=told, case=case, by=call.by, at=call.request.at)
    return answer(call.form, "service_request_updates", [{"update_id": str(row.pk)}], status=201 if is_new else 200)


updates = endpoint(get=_updates, post=_tell)


# ---------------------------------------------------------------- nothing else


def _nothing(call: Call, rest: str) -> HttpResponse:  # noqa: ARG001 the address is the argument
    raise Faulty(Fault(MISSING, _("There is nothing at this address.")))


def nothing(request: Request, rest: str = "") -> HttpResponse:
    """Any other address of the interface says so in the form it ends in."""
    form = formats.JSON if rest.endswith(".json") else formats.XML
    response: HttpResponse = _nowhere(request, form=form, rest=rest)
    return response


_nowhere = endpoint(get=_nothing, post=_nothing)
nothing.permission = _nowhere.permission  # type: ignore[attr-defined]
nothing.csrf_exempt = True  # type: ignore[attr-defined]
