"""Laws over the running product: permissions, pages, templates, audit, the book of rules."""

import ast
import re
from importlib import import_module
from importlib.util import find_spec

import pytest
from django.apps import apps
from django.conf import settings
from django.template import engines
from django.urls import URLPattern, URLResolver, get_resolver

from hotline.core.access import CHECKS
from hotline.core.pages import PUBLIC, SIGNED_IN
from hotline.kernel.rules import BOOK
from tests.architecture import allowed
from tests.architecture.source import PROJECT, TOP, areas, called, calls, modules, say, texts

PERMISSION = re.compile(r"[a-z]+\.[a-z]+(_[a-z]+)*")
GUARDED_BY_THEMSELVES = ("allauth.", "django.")
URL_TAG = re.compile(r"{%\s*url\s+[\"']([\w:.-]+)[\"']")


@pytest.fixture(autouse=True, scope="module")
def everything_imported():
    """Permissions and rules enter their books when their modules are imported."""
    for module in modules():
        if module.room in {"access", "rulebook"} or module.area == "rulebook":
            import_module(f"hotline.{module.name.removesuffix('.__init__')}")
    import_module(settings.ROOT_URLCONF)


def permissions_in_code():
    """Every permission name that a call asks for, with the place."""
    for module in modules():
        for call in calls(module.tree):
            place = {"authorize": 1, "may": 1, "view": 0}.get(called(call))
            if place is not None:
                named = [keyword.value for keyword in call.keywords if keyword.arg in {"permission", "name"}]
                for argument in [*call.args[place : place + 1], *named]:
                    yield from ((text, module.at(node)) for node, text in texts(argument) if PERMISSION.fullmatch(text))


def used_permissions():
    """Every permission name that code or a template asks for, with the place."""
    yield from permissions_in_code()
    for path in TOP.rglob("templates/**/*.html"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if re.search(r"\bmay\b", line):
                for name in re.findall(r"[\"']([a-z]+\.[a-z_]+)[\"']", line):
                    yield name, str(path.relative_to(PROJECT))


def test_every_permission_that_is_used_exists():
    say(f"{place} asks for {name}" for name, place in used_permissions() if name not in CHECKS)


def test_every_permission_that_exists_is_used():
    used = {name for name, _ in used_permissions()}
    written = {text for module in modules() if module.room != "access" for _, text in texts(module.tree)}
    # Lists ask `visible_to`, which agrees with the permission of a row by a test of its own.
    scoped = {row_permission(model) for model in our_models() if hasattr(model._default_manager, "visible_to")}
    say(f"{name} is never asked" for name in CHECKS if name not in used | written | scoped)


def test_a_permission_belongs_to_its_area():
    say(
        f"{name} stands in {check.__module__}"
        for name, check in CHECKS.items()
        if f"hotline.{name.split('.')[0]}." not in check.__module__
    )


def patterns(resolver, prefix=""):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, f"{prefix}{entry.pattern}")
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.pattern}", entry.callback


def test_every_page_says_whom_it_admits():
    faults = []
    for address, view in patterns(get_resolver()):
        if view.__module__.startswith(GUARDED_BY_THEMSELVES):
            continue
        permission = getattr(view, "permission", None)
        if permission not in {PUBLIC, SIGNED_IN, *CHECKS}:
            faults.append(f"/{address} ({view.__module__}.{view.__name__}) declares {permission!r}")
    say(faults)


def template_names():
    for path in sorted(TOP.glob("*/templates/**/*")):
        if path.is_file():
            yield str(path.relative_to(TOP).as_posix()).split("/templates/", 1)[1]


def test_every_template_compiles():
    engine = engines["django"]
    names = list(template_names())
    assert names
    faults = []
    for name in names:
        try:
            engine.get_template(name)
        except Exception as error:
            faults.append(f"{name}: {error}")
    say(faults)


def test_a_section_that_renews_itself_keeps_its_queue_to_itself():
    """What is pressed inside would wait in the section's queue, where the next renewal takes its place."""
    queue, own = 'hx-sync="this:queue last"', 'hx-disinherit="hx-sync"'
    say(
        f"{path.relative_to(PROJECT)}: {queue} without {own}"
        for path in TOP.rglob("templates/**/*.html")
        if (text := path.read_text(encoding="utf-8")).count(queue) != text.count(f"{queue} {own}")
    )


def test_every_address_a_template_names_exists():
    known = set()

    def gather(resolver, spaces=()):
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                gather(entry, (*spaces, entry.namespace) if entry.namespace else spaces)
            elif entry.name:
                known.add(":".join([*spaces, entry.name]))

    gather(get_resolver())
    say(
        f"{path.relative_to(PROJECT)} names {name}"
        for path in TOP.rglob("templates/**/*.html")
        for name in URL_TAG.findall(path.read_text(encoding="utf-8"))
        if name not in known
    )


def our_models():
    for model in apps.get_models():
        if model.__module__.startswith("hotline.") and not hasattr(model, "pgh_tracked_model"):
            yield model


def test_every_table_is_audited_or_says_why_not():
    tracked = {model.pgh_tracked_model for model in apps.get_models() if hasattr(model, "pgh_tracked_model")}
    bare = {model._meta.label for model in our_models() if model not in tracked}
    say(f"{name} is not audited" for name in bare - set(allowed.UNAUDITED))
    say(f"{name} is excused from the audit without need" for name in set(allowed.UNAUDITED) - bare)


def row_permission(model):
    """The permission to see one row of a table: `people.view_work_log` for WorkLog."""
    return f"{model._meta.app_label}.view_{re.sub(r'(?<!^)(?=[A-Z])', '_', model.__name__).lower()}"


def test_rows_with_a_scope_have_a_permission_to_see_one():
    faults, needless = [], set(allowed.NO_PAGE)
    for model in our_models():
        if not hasattr(model._default_manager, "visible_to"):
            continue
        name = row_permission(model)
        if name not in CHECKS and model._meta.label not in allowed.NO_PAGE:
            faults.append(f"{model._meta.label} has visible_to, but there is no permission {name}")
        if name not in CHECKS:
            needless.discard(model._meta.label)
    say(faults)
    say(f"{name} is excused without need" for name in needless)


def test_every_rule_names_its_clause_in_its_docstring_and_in_a_test():
    tests = "\n".join(path.read_text(encoding="utf-8") for path in TOP.glob("rulebook/tests/*.py"))
    faults = []
    for name, rule in BOOK.items():
        if rule.clause not in rule.doc:
            faults.append(f"{name} does not name {rule.clause} in its docstring")
        if rule.clause not in tests:
            faults.append(f"no test of the rulebook names {rule.clause} ({name})")
    say(faults)


def test_every_room_can_be_imported_by_itself():
    say(
        f"hotline.{area}.{room} does not import"
        for area in areas()
        for room in ("logic", "models", "events", "queries", "access", "services", "views", "jobs", "handlers")
        if (TOP / area / f"{room}.py").exists() and find_spec(f"hotline.{area}.{room}") is None
    )


def test_floats_keep_no_money_points_or_time():
    faults = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.get_fields()
        if getattr(field, "get_internal_type", str)() == "FloatField"
    ]
    say(faults)


def test_the_laws_look_at_something():
    assert len(modules()) > 50
    assert {"people", "customers", "rosters", "cases"} <= areas()
    assert any(isinstance(node, ast.FunctionDef) for module in modules() for node in module.tree.body)
