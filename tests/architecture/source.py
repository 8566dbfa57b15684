"""The product's source as the laws look at it: which area and room a module is in, and what it calls."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
TOP = PROJECT / "src" / "hotline"
PLUMBING = {"kernel", "rulebook", "core", "config"}  # not areas: their rooms have other names
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Module:
    """One module, with its place in the house."""

    path: Path
    area: str
    room: str  # views, services, ...: the module's own name, or that of the folder that holds it
    tree: ast.Module

    @property
    def name(self) -> str:
        """As it is imported, without `hotline.`."""
        return ".".join(self.path.relative_to(TOP).with_suffix("").parts)

    def at(self, node: ast.AST) -> str:
        """Where a node stands, for a message."""
        return f"{self.path.relative_to(PROJECT)}:{getattr(node, 'lineno', 1)}"


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the product without tests and migrations."""
    found = []
    for path in sorted(TOP.rglob("*.py")):
        parts = path.relative_to(TOP).parts
        if len(parts) > 1 and not {"tests", "migrations"} & set(parts):
            tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
            found.append(Module(path, parts[0], Path(parts[1]).stem, tree))
    return tuple(found)


def in_rooms(*rooms: str, plumbing: bool = False) -> Iterator[Module]:
    """The modules of these rooms in every area."""
    for module in modules():
        if module.room in rooms and (plumbing or module.area not in PLUMBING):
            yield module


def areas() -> set[str]:
    """Every area that has a folder."""
    return {module.area for module in modules()} - PLUMBING


def public_functions(module: Module) -> Iterator[Function]:
    """Functions of the module that others may call."""
    for node in module.tree.body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node


def calls(node: ast.AST) -> Iterator[ast.Call]:
    """Every call inside."""
    return (inner for inner in ast.walk(node) if isinstance(inner, ast.Call))


def called(call: ast.Call) -> str:
    """The last word of what is called: `save` of `person.save()`."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def chain(node: ast.AST) -> list[str]:
    """The names of a dotted chain of calls, first to last: [Case, objects, filter, update]."""
    names: list[str] = []
    while True:
        match node:
            case ast.Call(func=inner):
                node = inner
            case ast.Attribute(value=inner, attr=name):
                names.append(name)
                node = inner
            case ast.Subscript(value=inner):
                node = inner
            case ast.Name(id=name):
                return [name, *names[::-1]]
            case _:
                return names[::-1]


def texts(node: ast.AST) -> Iterator[tuple[ast.Constant, str]]:
    """Every constant text inside."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner, inner.value


def imported_models(module: Module) -> dict[str, str]:
    """Names in this module that are models of an area -> that area."""
    found: dict[str, str] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("hotline."):
            parts = node.module.split(".")
            if len(parts) > 2 and parts[2] == "models":
                found.update({(alias.asname or alias.name): parts[1] for alias in node.names})
    return found


def say(faults: Iterable[str]) -> None:
    """Fail with one line a fault."""
    found = sorted(set(faults))
    assert not found, "\n" + "\n".join(found)
