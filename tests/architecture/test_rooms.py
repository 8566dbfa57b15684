"""What a room may do: read from the source, over every area, those to come included."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.architecture import allowed
from tests.architecture.source import (
    PROJECT,
    TOP,
    Function,
    Module,
    areas,
    called,
    calls,
    chain,
    imported_models,
    in_rooms,
    modules,
    public_functions,
    say,
    texts,
)

WRITES = {"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "acreate", "asave", "adelete"}
WRITES_OF_QUERIES = {"update", "delete", "aupdate"}
QUERY_WORDS = {"objects", "filter", "exclude", "all", "select_for_update", "annotate", "order_by", "history"}
WRITING_SQL = re.compile(
    r"^\s*(INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|TRUNCATE|ALTER|CREATE|DROP)\b", re.IGNORECASE
)
READS_CLOCK_IN_SQL = re.compile(
    r"\b(now\(\)|current_timestamp|clock_timestamp\(\)|statement_timestamp\(\))", re.IGNORECASE
)
OTHER_CLOCKS = {
    ("time", "time"),
    ("time", "time_ns"),
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("datetime", "utcnow"),
}
OUR_CLOCK = {("clock", "now"), ("clock", "today")}
CLOCKLESS = {"logic", "models", "events", "queries", "access", "services", "forms", "handlers", "views", "api"}


def write_calls(node: ast.AST) -> Iterator[ast.Call]:
    """Calls that change rows."""
    for call in calls(node):
        name, words = called(call), chain(call.func)
        named = {keyword.arg for keyword in call.keywords}
        if (
            (name in WRITES and len(words) > 1)
            or (name in WRITES_OF_QUERIES and QUERY_WORDS & set(words))
            or (
                name in {"save", "delete"}
                and not call.args
                and (not named or {"update_fields", "force_insert"} & named)
            )
            or (
                name == "execute"
                and any(WRITING_SQL.match(text) for argument in call.args for _, text in texts(argument))
            )
        ):
            yield call


def parameters(function: Function) -> set[str]:
    return {argument.arg for argument in function.args.kwonlyargs}


def is_atomic(function: Function) -> bool:
    return any("atomic" in ast.dump(decorator) for decorator in function.decorator_list)


def in_services() -> Iterator[tuple[Module, Function]]:
    """Every public function of a services room."""
    for module in in_rooms("services"):
        for function in public_functions(module):
            yield module, function


def full_name(module: Module, function: Function) -> str:
    return f"{module.name}.{function.name}"


def resolve(module: Module, call: ast.Call) -> str:
    """What a call reaches, as far as imports tell: `cases.services.act.start`."""
    words = chain(call.func)
    if not words:
        return ""
    origin = imports_of(module).get(words[0], f"{module.name}.{words[0]}")
    return ".".join([origin, *words[1:]])


@cache
def imports_of(module: Module) -> dict[str, str]:
    """Names in a module -> what of ours they stand for."""
    found = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("hotline."):
            origin = node.module.removeprefix("hotline.")
            found.update({(alias.asname or alias.name): f"{origin}.{alias.name}" for alias in node.names})
    return found


@cache
def asking() -> frozenset[str]:
    """Functions of services rooms that call `authorize`, themselves or through another function of such a room."""
    reached = {}
    for module in in_rooms("services"):
        for node in module.tree.body:
            if isinstance(node, Function):
                reached[full_name(module, node)] = {resolve(module, call) for call in calls(node)} | {
                    called(call) for call in calls(node) if called(call) == "authorize"
                }
    found = {name for name, targets in reached.items() if "authorize" in targets}
    while more := {name for name, targets in reached.items() if name not in found and targets & found}:
        found |= more
    return frozenset(found)


LAWS = [
    ("by", allowed.SERVICES_WITHOUT_BY, lambda _module, function: "by" in parameters(function)),
    ("at", allowed.SERVICES_WITHOUT_AT, lambda _module, function: "at" in parameters(function)),
    ("authorize", allowed.SERVICES_WITHOUT_AUTHORIZE, lambda module, function: full_name(module, function) in asking()),
]


@pytest.mark.parametrize(("law", "exceptions", "holds"), LAWS, ids=[law for law, *_ in LAWS])
def test_every_service_says_who_and_when_and_asks_whether_he_may(law, exceptions, holds):
    broken = {
        full_name(module, function)
        for module, function in in_services()
        if is_atomic(function) and not holds(module, function)
    }
    say(f"{name} lacks {law}" for name in broken - set(exceptions))
    say(f"{name} is excused from {law} without need" for name in set(exceptions) - broken)


def test_a_service_takes_its_arguments_by_name_and_says_what_it_does():
    say(
        f"{module.at(function)} {function.name} {fault}"
        for module, function in in_services()
        if is_atomic(function)
        for fault, true in [
            (
                "takes arguments by position",
                bool(function.args.args or function.args.posonlyargs or function.args.vararg),
            ),
            ("says nothing of what it does", not ast.get_docstring(function)),
        ]
        if true
    )


def test_what_is_no_whole_service_is_not_called_from_outside():
    """Steps that services of an area share run inside their transactions; nobody else may call them."""
    steps = {full_name(module, function): module.area for module, function in in_services() if not is_atomic(function)}
    faults, needed = [], set()
    for module in modules():
        for call in calls(module.tree):
            name = resolve(module, call)
            if name in steps and not (module.area == steps[name] and module.room == "services"):
                needed.add(name)
                if name not in allowed.NOT_ATOMIC:
                    faults.append(f"{module.at(call)} calls {name}, which is not a whole service")
    say(faults)
    say(f"{name} is excused without need" for name in set(allowed.NOT_ATOMIC) - needed)


def test_what_reads_does_not_write():
    rooms = ("views", "api", "queries", "logic", "access", "forms", "jobs", "handlers")
    say(
        f"{module.at(call)} {ast.unparse(call)[:80]}"
        for module in in_rooms(*rooms)
        for call in write_calls(module.tree)
    )


def test_web_jobs_and_handlers_of_an_area_are_its_own():
    """The import contract lets an area's rooms use each other; this keeps other areas out."""
    own = {"views", "api", "forms", "jobs", "handlers", "urls"}
    faults = []
    for module in modules():
        for origin in imports_of(module).values():
            area, _, rest = origin.partition(".")
            if rest.split(".")[0] in own and area not in {module.area, "core"} and module.area != "config":
                faults.append(f"{module.name} imports {origin}")
    say(faults)


def test_config_writes_nothing_past_the_services():
    say(
        f"{module.at(call)} {ast.unparse(call)[:80]}"
        for module in modules()
        if module.area == "config"
        for call in write_calls(module.tree)
        if called(call) not in {"create", "delete", "save", "execute"} or imported_models(module)
    )


def kinds_of_names(function: Function, models: dict[str, str]) -> dict[str, str]:
    """Local names that surely hold a row of an area: by annotation, or fetched by `Model.objects...`."""
    arguments = [*function.args.args, *function.args.kwonlyargs]
    found = {}
    for argument in arguments:
        if isinstance(argument.annotation, ast.Name) and argument.annotation.id in models:
            found[argument.arg] = models[argument.annotation.id]
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            words = chain(node.value)
            if words[:1] and words[0] in models and "objects" in words:
                found[node.targets[0].id] = models[words[0]]
    return found


def test_only_the_owning_area_writes_its_tables():
    faults = []
    for module in modules():
        models = {name: area for name, area in imported_models(module).items() if area != module.area}
        functions = [node for node in ast.walk(module.tree) if isinstance(node, Function)]
        for function in functions:
            names = models | kinds_of_names(function, models)
            for call in write_calls(function):
                words = chain(call.func)
                if words and words[0] in names:
                    faults.append(f"{module.at(call)} writes {names[words[0]]}: {ast.unparse(call)[:80]}")
    say(faults)


def test_a_status_is_written_in_one_place():
    faults = []
    for module in modules():
        if module.name in allowed.STATUS_WRITERS:
            continue
        for node in ast.walk(module.tree):
            targets = node.targets if isinstance(node, ast.Assign) else []
            faults += [
                f"{module.at(node)} {ast.unparse(node)[:80]}"
                for target in targets
                for part in ast.walk(target)
                if isinstance(part, ast.Attribute) and part.attr == "status"
            ]
        faults += [
            f"{module.at(call)} {ast.unparse(call)[:80]}"
            for call in calls(module.tree)
            if called(call) in {"update", "aupdate"}
            and QUERY_WORDS & set(chain(call.func))
            and "status" in {keyword.arg for keyword in call.keywords}
        ]
    say(faults)


def clock_reads(module: Module) -> Iterator[str]:
    """Where a module reads some clock itself: Python's, Django's or the database's."""
    shown = module.area in {"core", "config"} or module.room not in CLOCKLESS or module.name in allowed.CLOCK_READERS
    for call in calls(module.tree):
        words = tuple(chain(call.func)[-2:])
        if words in OTHER_CLOCKS or (words in OUR_CLOCK and not shown):
            yield f"{module.at(call)} {ast.unparse(call)}: take `at`"
        if {keyword.arg for keyword in call.keywords} & {"auto_now", "auto_now_add"}:
            yield f"{module.at(call)} {ast.unparse(call)[:80]}"
    if module.area not in {"core", "config"}:
        for node, text in texts(module.tree):
            if "SELECT" in text and READS_CLOCK_IN_SQL.search(text):
                yield f"{module.at(node)} {text[:60]!r}"


def test_nobody_reads_the_clock():
    say(fault for module in modules() if module.name != "core.clock" for fault in clock_reads(module))


def test_no_room_outgrows_its_walls():
    suffixes = {".py", ".html", ".ts", ".css", ".mjs"}
    tops = [TOP, PROJECT / "tests", PROJECT / "tools", PROJECT / "frontend", PROJECT / "bench"]
    paths = [path for top in tops for path in top.rglob("*") if path.suffix in suffixes]
    paths = [path for path in paths if not {"node_modules", "build", "migrations", "static"} & set(path.parts)]
    sizes = {path.relative_to(PROJECT): len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    say(f"{path} has {lines} lines" for path, lines in sizes.items() if lines > allowed.MOST_LINES)


def test_every_module_begins_by_saying_what_it_is_for():
    say(
        module.at(module.tree)
        for module in modules()
        if not ast.get_docstring(module.tree) and module.path.name != "__init__.py"
    )


def test_no_fakes_and_no_promises():
    """Words of promise are split here so that this very line does not count."""
    words = ["TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error"]
    paths = [path for path in TOP.rglob("*") if path.suffix in {".py", ".html", ".ts"}]
    say(
        f"{path.relative_to(PROJECT)}: {word}"
        for path in paths
        for word in words
        if word in path.read_text(encoding="utf-8")
    )


def test_the_layer_contract_names_every_area():
    contract = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    say(
        f"{area} has no place in the layers"
        for area in areas()
        if f'"({area})' not in contract and f"({area})" not in contract
    )


def test_migrations_use_no_code_that_will_change_and_no_extension():
    faults = []
    for path in sorted(TOP.glob("*/migrations/[0-9]*.py")):
        text = path.read_text(encoding="utf-8")
        faults += [f"{path.relative_to(PROJECT)} {word}" for word in ("CREATE EXTENSION", "Extension(") if word in text]
        for found in re.findall(r"(?:from|import) hotline\.([\w.]+)", text):
            room = found.split(".")[1] if "." in found else found
            if room in {"services", "queries", "views", "access"}:
                faults.append(f"{path.relative_to(PROJECT)} imports hotline.{found}")
    say(faults)
