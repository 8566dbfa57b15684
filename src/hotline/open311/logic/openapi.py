"""The interface as an OpenAPI document: for people who build clients, and for programs that try them out. Pure."""

from typing import Any

from hotline.open311.logic.asking import MOST_IDS, MOST_PAGES, MOST_ROWS, WINDOW
from hotline.open311.logic.wishes import MOST_TEXT

Json = dict[str, Any]
TEXT: Json = {"type": "string"}
MAYBE: Json = {"type": ["string", "null"]}
MOMENT: Json = {"type": "string", "format": "date-time"}
MAYBE_MOMENT: Json = {"type": ["string", "null"], "format": "date-time"}
ERROR = "#/components/schemas/Errors"
FORM = "application/x-www-form-urlencoded"


def document(base: str, title: str) -> Json:
    """The whole document for the interface that is served at `base`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": "2.0",
            "description": "Open311 GeoReport v2 with mySociety's servicerequestupdates and GeoReport Bulk.",
            "license": {"name": "CC BY 3.0", "url": "https://creativecommons.org/licenses/by/3.0/"},
        },
        "servers": [{"url": base}],
        "paths": _paths(),
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "apiKey": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
                "apiKeyArgument": {"type": "apiKey", "in": "query", "name": "api_key"},
            },
        },
    }


def _paths() -> Json:
    paths: Json = {}
    for form in ("json", "xml"):
        paths |= {
            f"/discovery.{form}": {"get": _get("discovery", form, "Where the interface is and how to get a key")},
            f"/services.{form}": {"get": _get("services", form, "What can be reported", "Services")},
            f"/services/{{code}}.{form}": {
                "get": _get("service", form, "What is asked of a report", "Definition", [_path("code", "C0101")])
            },
            f"/requests.{form}": {
                "get": _get("requests", form, _found(), "Requests", _filters()),
                "post": _post("request", form, "Report", _report()),
            },
            f"/requests/{{number}}.{form}": {
                "get": _get("request", form, "One request", "Requests", [_path("number", "20260309-0001"), EXTENSIONS])
            },
            f"/tokens/{{token}}.{form}": {
                "get": _get("token", form, "The request of a token", None, [_path("token", "20260309-0001")])
            },
            f"/servicerequestupdates.{form}": {
                "get": _get("updates", form, "What happened to requests, oldest first", "Updates", _span()),
                "post": _post("update", form, "Tell of an update", _update()),
            },
        }
    csv = {"200": {"description": "GeoReport Bulk", "content": {"text/csv": {"schema": TEXT}}}, **_errors("json")}
    bulk = {"operationId": "bulk", "summary": "Requests as CSV", "parameters": _filters(), "responses": csv}
    return paths | {"/requests.csv": {"get": bulk | {"security": SECURITY}}}


def _found() -> str:
    return (
        f"Requests, newest first, {MOST_ROWS} at most; those of the last {WINDOW.days} days unless other dates are "
        "given. Ids override every other filter."
    )


SECURITY: list[Json] = [{"apiKey": []}, {"apiKeyArgument": []}]


def _get(name: str, form: str, summary: str, schema: str | None = None, parameters: list[Json] | None = None) -> Json:
    return {
        "operationId": f"get_{name}_{form}",
        "summary": summary,
        "parameters": [JURISDICTION, *(parameters or [])],
        "responses": {"200": _answer(form, schema), **_errors(form)},
    }


def _post(name: str, form: str, summary: str, schema: Json) -> Json:
    return {
        "operationId": f"post_{name}_{form}",
        "summary": summary,
        "security": SECURITY,
        "requestBody": {
            "required": True,
            "content": {FORM: {"schema": schema}, "multipart/form-data": {"schema": schema}},
        },
        "responses": {
            "200": {"description": "It was known already: the same answer"},
            "201": {"description": "It was taken in"},
            **_errors(form),
        },
    }


def _answer(form: str, schema: str | None) -> Json:
    if form == "xml":
        return {"description": "The same values as XML", "content": {"text/xml": {"schema": {}}}}
    shape: Json = {"$ref": f"#/components/schemas/{schema}"} if schema else {}
    return {"description": "Found", "content": {"application/json": {"schema": shape}}}


def _errors(form: str) -> Json:
    kind = "text/xml" if form == "xml" else "application/json"
    schema: Json = {} if form == "xml" else {"$ref": ERROR}
    said = {
        "400": "Something is wrong with the call",
        "403": "The key is missing, unknown, or may not do this",
        "404": "There is no such thing",
        "429": "Too many calls; Retry-After says for how long",
    }
    return {code: {"description": text, "content": {kind: {"schema": schema}}} for code, text in said.items()}


# ---------------------------------------------------------------- arguments


def _argument(name: str, about: str, schema: Json | None = None) -> Json:
    return {"name": name, "in": "query", "required": False, "description": about, "schema": schema or TEXT}


def _path(name: str, example: str) -> Json:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string", "minLength": 1},
        "example": example,
    }


JURISDICTION = _argument("jurisdiction_id", "Needed only where several centres are served; ignored elsewhere")
EXTENSIONS = _argument("extensions", "true: with extended_attributes, attributes and notes")


def _paging() -> list[Json]:
    return [
        _argument("page", "Which page", {"type": "integer", "minimum": 1, "maximum": MOST_PAGES}),
        _argument("page_size", "How many rows", {"type": "integer", "minimum": 1, "maximum": MOST_ROWS}),
    ]


def _filters() -> list[Json]:
    return [
        _argument("service_request_id", f"Ids separated by commas, {MOST_IDS} at most"),
        _argument("service_code", "Codes separated by commas"),
        _argument("status", "open, closed or both, separated by a comma"),
        _argument("start_date", f"Requested from this moment on; {WINDOW.days} days at most", MOMENT),
        _argument("end_date", "Requested until this moment", MOMENT),
        _argument("updated_after", "Updated from this moment on", MOMENT),
        _argument("updated_before", "Updated until this moment", MOMENT),
        EXTENSIONS,
        *_paging(),
    ]


def _span() -> list[Json]:
    return [
        _argument("start_date", "Updated from this moment on", MOMENT),
        _argument("end_date", "Updated until this moment", MOMENT),
        _argument("service_request_id", "Ids separated by commas"),
        *_paging(),
    ]


def _report() -> Json:
    return {
        "type": "object",
        "required": ["service_code"],
        "properties": {
            "api_key": TEXT,
            "jurisdiction_id": TEXT,
            "service_code": {"type": "string", "examples": ["C0101"]},
            "description": {"type": "string", "maxLength": MOST_TEXT},
            "lat": {"type": "number", "minimum": -90, "maximum": 90},
            "long": {"type": "number", "minimum": -180, "maximum": 180},
            "address_string": TEXT,
            "address_id": TEXT,
            "attribute[COND]": TEXT,
            "attribute[SECRET]": {"type": "string", "enum": ["yes", "no"]},
            "attribute[EXTERNAL_ID]": TEXT,
            "first_name": TEXT,
            "last_name": TEXT,
            "phone": TEXT,
            "email": TEXT,
            "device_id": TEXT,
            "account_id": TEXT,
            "media_url": TEXT,
            "media": {"type": "string", "format": "binary"},
        },
    }


def _update() -> Json:
    return {
        "type": "object",
        "required": ["service_request_id", "update_id", "status", "updated_datetime", "description"],
        "properties": {
            "api_key": TEXT,
            "service_request_id": TEXT,
            "update_id": {"type": "string", "maxLength": 100},
            "status": {"type": "string", "enum": ["open", "closed"]},
            "updated_datetime": MOMENT,
            "description": {"type": "string", "maxLength": MOST_TEXT},
            "external_status_code": TEXT,
            "media_url": TEXT,
            "email": TEXT,
            "phone": TEXT,
            "first_name": TEXT,
            "last_name": TEXT,
            "account_id": TEXT,
        },
    }


# ---------------------------------------------------------------- answers


def _object(**properties: Json) -> Json:
    return {"type": "object", "required": list(properties), "properties": properties}


def _many(one: Json) -> Json:
    return {"type": "array", "items": one}


def _schemas() -> Json:
    choice = _object(key=TEXT, name=TEXT)
    attribute = _object(
        variable={"type": "boolean"},
        code=TEXT,
        datatype={"enum": ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]},
        required={"type": "boolean"},
        datatype_description=MAYBE,
        order={"type": "integer", "minimum": 1},
        description=TEXT,
        values=_many(choice),
    )
    return {
        "Errors": _many(_object(code={"type": "integer"}, description=TEXT)),
        "Services": _many(
            _object(
                service_code=TEXT,
                service_name=TEXT,
                description=TEXT,
                metadata={"type": "boolean"},
                type={"enum": ["realtime", "batch", "blackbox"]},
                keywords=TEXT,
                group=TEXT,
            )
        ),
        "Definition": _object(service_code=TEXT, attributes=_many(attribute)),
        "Requests": _many(_request()),
        "Updates": _many(
            _object(
                update_id=TEXT,
                service_request_id=TEXT,
                status={"enum": ["open", "closed"]},
                updated_datetime=MOMENT,
                description=TEXT,
                media_url=MAYBE,
                external_status_code=TEXT,
                customer_reference=MAYBE,
            )
        ),
    }


def _request() -> Json:
    return _object(
        service_request_id=TEXT,
        status={"enum": ["open", "closed"]},
        status_notes=TEXT,
        service_name=TEXT,
        service_code=TEXT,
        description=TEXT,
        agency_responsible=MAYBE,
        service_notice=MAYBE,
        requested_datetime=MOMENT,
        updated_datetime=MOMENT,
        expected_datetime=MAYBE_MOMENT,
        address=TEXT,
        address_id=MAYBE,
        zipcode=MAYBE,
        lat={"type": ["number", "null"]},
        long={"type": ["number", "null"]},
        media_url=MAYBE,
    )
