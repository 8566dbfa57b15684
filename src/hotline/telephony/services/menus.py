"""Menus: drafted step by step, published from a moment on when nothing is wrong, put before numbers or taken away."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from hotline.core import live
from hotline.core.access import authorize
from hotline.core.states import begin, move
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.people.models import Centre, Person
from hotline.telephony.logic import menus as logic
from hotline.telephony.logic.menus import StepKind
from hotline.telephony.models import Line, Menu, MenuStatus, MenuVersion, Queue
from hotline.telephony.queries.menus import active_queues
from hotline.telephony.services.phones import tell_acd

CLAUSE = "A7.2"


@transaction.atomic
def make_menu(*, centre: Centre, name: str, by: Person, at: datetime) -> Menu:
    """A new menu, off, with a draft of two steps: a greeting, and the centre's first queue."""
    authorize(by, "telephony.set_queue", centre)
    if Menu.objects.filter(centre=centre, name=name.strip()).exists():
        raise Refused(Refusal(CLAUSE, gettext_noop("There is a menu of this name already."), {"field": "name"}))
    menu = Menu(centre=centre, name=name.strip(), changed_at=at)
    menu.full_clean()
    menu.save(force_insert=True)
    queue = Queue.objects.filter(centre=centre, is_active=True).first()
    steps = {
        "s1": {"kind": "keys", "name": "", "text": "", "choices": {"0": "s2"}, "silent_to": "s2", "wrong_to": "s2"},
        "s2": {"kind": "queue", "name": queue.name if queue else "", "queue": queue.pk if queue else None},
    }
    _draft(menu, {"start": "s1", "steps": steps}, by, at)
    return menu


def _draft(menu: Menu, tree: dict[str, Any], by: Person, at: datetime) -> MenuVersion:
    number = (menu.versions.aggregate(n=Max("number"))["n"] or 0) + 1
    version = MenuVersion(menu=menu, number=number, tree=tree)
    begin(version, MenuStatus.DRAFT, by=by, at=at)
    version.save(force_insert=True)
    return version


def _held(menu_id: int, by: Person) -> Menu:
    menu = Menu.objects.select_for_update(of=("self",)).select_related("centre").get(pk=menu_id)
    authorize(by, "telephony.set_queue", menu.centre)
    return menu


def _open_draft(menu: Menu, by: Person, at: datetime) -> MenuVersion:
    """The draft of a menu; without one a copy of what was published last."""
    found = menu.versions.filter(status=MenuStatus.DRAFT).first()
    if found is not None:
        return found
    last = menu.versions.exclude(status=MenuStatus.DRAFT).first()
    assert last is not None, "a menu begins with a draft"
    return _draft(menu, last.tree, by, at)


@transaction.atomic
def open_draft(*, menu_id: int, by: Person, at: datetime) -> MenuVersion:
    """A draft to work on: the one there is, or a copy of the last version."""
    authorize(by, "telephony.set_queue")
    return _open_draft(_held(menu_id, by), by, at)


@transaction.atomic
def add_step(*, menu_id: int, kind: StepKind, name: str, by: Person, at: datetime) -> str:
    """A new step of the draft, to which nothing leads yet; its key."""
    authorize(by, "telephony.set_queue")
    version = _open_draft(_held(menu_id, by), by, at)
    steps = version.tree["steps"]
    if len(steps) >= logic.MOST_STEPS:
        raise Refused(Refusal(CLAUSE, gettext_noop("A menu has at most {n} steps."), {"n": logic.MOST_STEPS}))
    key = f"s{max((int(one[1:]) for one in steps if one[1:].isdigit()), default=0) + 1}"
    steps[key] = {"kind": kind.value, "name": name.strip()[:60]}
    version.save(update_fields=["tree"])
    return key


@transaction.atomic
def change_step(*, menu_id: int, key: str, values: Mapping[str, Any], by: Person, at: datetime) -> MenuVersion:
    """Other words, keys or ways of a step of the draft; what is wrong with it keeps it from being published only."""
    authorize(by, "telephony.set_queue")
    version = _open_draft(_held(menu_id, by), by, at)
    steps = version.tree["steps"]
    if key not in steps:
        raise Refused(Refusal(CLAUSE, gettext_noop("There is no such step any more.")))
    steps[key] = {**steps[key], **values, "kind": steps[key]["kind"]}
    version.tree = logic.written(logic.read(version.tree))
    version.save(update_fields=["tree"])
    return version


@transaction.atomic
def drop_step(*, menu_id: int, key: str, by: Person, at: datetime) -> MenuVersion:
    """A step of the draft is taken out; ways that led to it lead nowhere until somebody chooses again."""
    authorize(by, "telephony.set_queue")
    version = _open_draft(_held(menu_id, by), by, at)
    if key == version.tree["start"]:
        raise Refused(Refusal(CLAUSE, gettext_noop("Choose another first step before you take this one out.")))
    version.tree["steps"].pop(key, None)
    version.save(update_fields=["tree"])
    return version


@transaction.atomic
def set_start(*, menu_id: int, key: str, by: Person, at: datetime) -> MenuVersion:
    """Where the draft begins."""
    authorize(by, "telephony.set_queue")
    version = _open_draft(_held(menu_id, by), by, at)
    if key not in version.tree["steps"]:
        raise Refused(Refusal(CLAUSE, gettext_noop("There is no such step any more."), {"field": "start"}))
    version.tree["start"] = key
    version.save(update_fields=["tree"])
    return version


@transaction.atomic
def publish(*, menu_id: int, effective_from: datetime | None = None, by: Person, at: datetime) -> MenuVersion:
    """The draft counts from a moment on (at once when it is past or not given); refused while anything is wrong."""
    authorize(by, "telephony.set_queue")
    menu = _held(menu_id, by)
    version = menu.versions.filter(status=MenuStatus.DRAFT).first()
    if version is None:
        raise Refused(Refusal(CLAUSE, gettext_noop("There is no draft to publish.")))
    tree = logic.read(version.tree)
    wrong = logic.problems(tree, active_queues(menu.centre_id))
    if wrong:
        raise Refused(*[
            Refusal(CLAUSE, one.note, {**one.params, "step": tree.steps[one.step].name if one.step else ""})
            for one in wrong
        ])  # fmt: skip
    version.effective_from = max(effective_from or at, at)
    move(version, MenuStatus.PUBLISHED, by=by, at=at, also=("effective_from",))
    tell_acd(menu.centre, by, at)
    return version


@transaction.atomic
def withdraw(*, version_id: int, by: Person, at: datetime) -> MenuVersion:
    """A version that is published for later is taken back; what counts already is replaced by another version."""
    authorize(by, "telephony.set_queue")
    found = MenuVersion.objects.select_related("menu").get(pk=version_id)
    menu = _held(found.menu_id, by)
    version = MenuVersion.objects.select_for_update().get(pk=version_id)
    if version.effective_from is not None and version.effective_from <= at:
        raise Refused(
            Refusal(CLAUSE, gettext_noop("This version counts already: publish another one, or switch the menu off."))
        )
    move(version, MenuStatus.WITHDRAWN, by=by, at=at)
    tell_acd(menu.centre, by, at)
    return version


@transaction.atomic
def switch(*, menu_id: int, on: bool, lines: Iterable[str], by: Person, at: datetime) -> Menu:
    """Whether the menu is in use, and before which of the centre's numbers; calls in it go on as they are."""
    authorize(by, "telephony.set_queue")
    menu = _held(menu_id, by)
    if on and not menu.versions.filter(status=MenuStatus.PUBLISHED).exists():
        raise Refused(Refusal(CLAUSE, gettext_noop("Publish a version first."), {"field": "is_on"}))
    menu.is_on, menu.changed_at = on, at
    menu.save(update_fields=["is_on", "changed_at"])
    wanted = set(lines)
    rows = Line.objects.select_for_update().filter(centre=menu.centre_id)
    for line in rows:
        mine = line.menu_id == menu.pk
        if (line.dialled in wanted) != mine:
            line.menu = None if mine else menu
            line.save(update_fields=["menu"])
    tell_acd(menu.centre, by, at)
    live.touch(f"calls:{menu.centre_id}")
    return menu


@transaction.atomic
def refresh_days(*, centre: Centre, by: Person, at: datetime) -> bool:
    """A new day: an ACD whose menus ask for the day reads the calendar again. Whether there was such a menu."""
    authorize(by, "telephony.set_queue", centre)
    if not Menu.objects.filter(centre=centre, is_on=True).exists():
        return False
    tell_acd(centre, by, at)
    return True
