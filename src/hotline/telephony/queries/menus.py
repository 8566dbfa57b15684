"""Menus as pages show them: the list, one menu as a tree with what is wrong in it, what counts now."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from hotline.people.models import Person
from hotline.telephony.logic import menus as logic
from hotline.telephony.logic.menus import DAYS_LABELS, Problem, Step, StepKind, Tree
from hotline.telephony.models import Line, Menu, MenuStatus, MenuVersion, Queue

NOWHERE = "—"


def active_queues(centre_id: int) -> set[int]:
    """The queues to which a menu may lead."""
    return set(Queue.objects.filter(centre=centre_id, is_active=True).values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Shown:
    """A menu in the list."""

    row: Menu
    now: MenuVersion | None
    coming: MenuVersion | None
    draft: MenuVersion | None
    lines: list[str]

    @property
    def is_live(self) -> bool:
        """Whether callers hear it now."""
        return self.row.is_on and self.now is not None and bool(self.lines)


def menus(person: Person, at: datetime) -> list[Shown]:
    """The menus that a person may see: three queries."""
    rows = list(Menu.objects.visible_to(person))
    versions: dict[int, list[MenuVersion]] = {}
    for version in MenuVersion.objects.filter(menu__in=rows).exclude(status=MenuStatus.WITHDRAWN).order_by("-number"):
        versions.setdefault(version.menu_id, []).append(version)
    lines: dict[int, list[str]] = {}
    for menu, dialled in Line.objects.filter(menu__in=rows).order_by("dialled").values_list("menu", "dialled"):
        lines.setdefault(menu, []).append(dialled)
    return [_shown(row, versions.get(row.pk, []), lines.get(row.pk, []), at) for row in rows]


def _shown(row: Menu, versions: list[MenuVersion], lines: list[str], at: datetime) -> Shown:
    published = [one for one in versions if one.effective_from is not None]
    return Shown(
        row,
        now=in_force(published, at),
        coming=next((one for one in published if one.effective_from and one.effective_from > at), None),
        draft=next((one for one in versions if one.status == MenuStatus.DRAFT), None),
        lines=lines,
    )


def in_force(versions: list[MenuVersion], at: datetime) -> MenuVersion | None:
    """The published version that counts at a moment: the last to come into force, of two at once the newer."""
    past = [
        one for one in versions
        if one.status == MenuStatus.PUBLISHED and one.effective_from is not None and one.effective_from <= at
    ]  # fmt: skip
    return max(past, key=lambda one: (one.effective_from, one.number), default=None)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the drawn tree: how deep, by which way, which step, whether it was drawn above already."""

    depth: int
    way: str
    step: Step | None
    says: str
    again: bool
    problems: list[str]


def drawn(tree: Tree, wrong: list[Problem], queues: dict[int, str]) -> list[Row]:
    """The tree as an indented list from its first step; a step that was drawn is named again, not drawn again.

    Steps to which nothing leads stand at the end.
    """
    found: list[Row] = []
    seen: set[str] = set()

    def put(key: str, way: str, depth: int) -> None:
        step = tree.steps.get(key)
        if step is None:
            found.append(Row(depth, way, None, gettext("nowhere yet"), again=False, problems=[]))
            return
        again = key in seen
        told = [] if again else [said(one) for one in wrong if one.step == key]
        found.append(Row(depth, way, step, _says(step, queues), again, told))
        if again:
            return
        seen.add(key)
        for how, what, to in step.edges():
            put(to, _way(step, how, what), depth + 1)

    put(tree.start, "", 0)
    for key in tree.steps:
        if key not in seen:
            put(key, "", 0)
    return found


def said(problem: Problem) -> str:
    """A problem in the reader's language."""
    return gettext(problem.note).format(**problem.params)


def _says(step: Step, queues: dict[int, str]) -> str:
    if step.kind in {StepKind.QUEUE, StepKind.CALLBACK}:
        return queues.get(step.queue or 0, NOWHERE)
    return step.text


def _way(step: Step, how: str, what: str) -> str:
    if how == "key":
        return gettext("Key {digit}").format(digit=what)
    if how == "silent":
        return gettext("Nothing pressed")
    if how == "wrong":
        return gettext("Wrong key")
    if how == "time" and what == "else":
        return gettext("Otherwise")
    if how == "time":
        return window_name(step, int(what))
    return gettext("then")


def window_name(step: Step, number: int) -> str:
    """Days and hours of a branch by time, in words."""
    window = step.windows[number]
    days = gettext(DAYS_LABELS[window.days])
    if window.opens is None or window.closes is None:
        return days
    return f"{days} {window.opens:%H:%M}–{window.closes:%H:%M}"


def move_name(tree: Tree, move: tuple[str, str, str]) -> str:
    """One move of a branch in words: at which step, what is done."""
    step = tree.steps.get(move[0])
    if step is None:
        return NOWHERE
    return f"{step.name or NOWHERE}: {_way(step, move[1], move[2])}"


@dataclass(frozen=True, slots=True)
class Whole:
    """One menu with everything its page shows."""

    row: Menu
    version: MenuVersion  # the draft, else the newest
    rows: list[Row]
    problems: list[str]  # of the whole
    wrong: int
    branches: int
    versions: list[MenuVersion]
    now: MenuVersion | None
    lines: list[tuple[str, str]]  # of the centre, with the menu before each

    @property
    def has_draft(self) -> bool:
        """Whether there is something to work on."""
        return self.version.status == MenuStatus.DRAFT


def whole(person: Person, pk: int, at: datetime) -> Whole:
    """A menu that a person may see: five queries. Raises Menu.DoesNotExist."""
    row = Menu.objects.visible_to(person).get(pk=pk)
    versions = list(row.versions.select_related("status_by").order_by("-number"))
    version = next((one for one in versions if one.status == MenuStatus.DRAFT), versions[0])
    tree = logic.read(version.tree)
    names = dict(Queue.objects.filter(centre=row.centre_id).values_list("pk", "name"))
    wrong = logic.problems(tree, active_queues(row.centre_id))
    lines = Line.objects.filter(centre=row.centre_id).select_related("menu").order_by("dialled")
    return Whole(
        row=row,
        version=version,
        rows=drawn(tree, wrong, names),
        problems=[said(one) for one in wrong if not one.step],
        wrong=len(wrong),
        branches=0 if wrong else len(logic.branches(tree)),
        versions=versions,
        now=in_force(versions, at),
        lines=[(line.dialled, line.menu.name if line.menu and line.menu_id != row.pk else "") for line in lines],
    )
