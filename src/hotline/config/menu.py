"""The navigation by position, and the frame that every whole page shows around its content."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils.translation import gettext, gettext_noop

from hotline.config.addresses import asked_of, link
from hotline.core import access
from hotline.core.pages import PUBLIC, SIGNED_IN
from hotline.people.models import Person, Position, Post

MOST_ROWS = 9  # of the side menu: entries of their own, and headings under which the others stand
MOST_ENTRIES = 40  # with all that stands under headings
BESIDE_MORE = 4  # entries of the phone's bottom bar


@dataclass(frozen=True, slots=True)
class Item:
    """A place one can go to: its word (an English msgid), its icon, its view, and others whose pages belong to it."""

    label: str
    icon: str
    view: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """An item that exists and that this person may open."""

    label: str
    icon: str
    url: str
    active: bool = False
    group: str = ""
    also: tuple[str, ...] = ()  # further beginnings of addresses that belong to it


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one heading, closed until somebody opens it or is on one of its pages."""

    label: str
    icon: str
    entries: tuple[Entry, ...]

    @property
    def is_open(self) -> bool:
        """Whether the page that is shown belongs to it."""
        return any(entry.active for entry in self.entries)


ITEMS = {
    "desk": Item(gettext_noop("My desk"), "headset", "cases:desk"),
    "board": Item(gettext_noop("Board"), "layout-kanban", "cases:board"),
    "cases": Item(gettext_noop("Cases"), "list-details", "cases:list"),
    "gate": Item(gettext_noop("Gate"), "gavel", "cases:gate"),
    "incidents": Item(gettext_noop("Incidents"), "alert-triangle", "cases:incidents"),
    "dispatching": Item(gettext_noop("Dispatching"), "send", "cases:dispatching"),
    "floor": Item(gettext_noop("Live board"), "activity", "telephony:board"),
    "indicators": Item(gettext_noop("Indicators"), "chart-bar", "cases:indicators"),
    "map": Item(gettext_noop("Map"), "map-2", "insight:map"),
    "tasks": Item(gettext_noop("My tasks"), "map-pin", "cases:tasks"),
    "inbox": Item(gettext_noop("Inbox"), "inbox", "cases:inbox"),
    "standard": Item(gettext_noop("Standard"), "book-2", "cases:standard"),
    "imports": Item(gettext_noop("Imports"), "file-import", "cases:imports"),
    "reviews": Item(gettext_noop("Review desk"), "clipboard-check", "quality:desk"),
    "listening": Item(gettext_noop("Listening and reviews"), "headset", "quality:listening"),
    "findings": Item(gettext_noop("Accuracy"), "target", "quality:team"),
    "accuracy": Item(gettext_noop("My accuracy"), "target", "quality:mine"),
    "promises": Item(gettext_noop("My promises"), "message-2", "promises:mine"),
    "promised": Item(gettext_noop("Promises"), "clipboard-list", "promises:ledger"),
    "escalations": Item(gettext_noop("Escalations"), "arrow-up", "promises:inbox"),
    "handover": Item(gettext_noop("Hand over the shift"), "arrows-exchange", "handover:mine"),
    "owed": Item(gettext_noop("All I owe"), "user-check", "handover:owed"),
    "handovers": Item(gettext_noop("Hand-overs"), "switch-horizontal", "handover:today"),
    "voice": Item(gettext_noop("Voice of the customer"), "message-2", "insight:voice"),
    "departments": Item(gettext_noop("Departments"), "building", "departments:overview"),
    "objections": Item(gettext_noop("Objections"), "gavel", "departments:objections"),
    "deliveries": Item(gettext_noop("Delivery"), "mail", "departments:deliveries"),
    "my_department": Item(gettext_noop("My department"), "building", "departments:mine"),
    "campaigns": Item(gettext_noop("Campaigns"), "phone-call", "outbound:campaigns"),
    "my_campaigns": Item(gettext_noop("My campaigns"), "phone-call", "outbound:mine"),
    "instructions": Item(gettext_noop("Instructions"), "checkbox", "routines:mine"),
    "customers": Item(gettext_noop("Customers"), "user-circle", "customers:list"),
    "knowledge": Item(gettext_noop("Knowledge"), "school", "knowledge:search"),
    "chart": Item(gettext_noop("Organisation"), "sitemap", "people:chart"),
    "persons": Item(gettext_noop("People"), "users", "people:persons"),
    "accounts": Item(gettext_noop("Accounts"), "key", "people:accounts"),
    "worklog": Item(gettext_noop("Work log"), "history", "people:worklog"),
    "undertakings": Item(gettext_noop("Undertakings"), "shield-check", "people:undertakings"),
    "me": Item(gettext_noop("My work"), "id-badge-2", "people:me"),
    "today": Item(gettext_noop("On duty today"), "calendar-user", "rosters:today"),
    "month": Item(gettext_noop("Roster"), "calendar-month", "rosters:month"),
    "my_shifts": Item(gettext_noop("My shifts"), "calendar-user", "rosters:mine"),
    "plans": Item(gettext_noop("Planning of months"), "adjustments-horizontal", "rosters:plans"),
    "planning": Item(gettext_noop("The day"), "clock-hour-4", "planning:day"),
    "tomorrow": Item(gettext_noop("Tomorrow"), "calendar-time", "planning:tomorrow"),
    "forecast": Item(gettext_noop("Forecast"), "chart-bar", "planning:forecast"),
    "leave": Item(gettext_noop("Leave and swaps"), "calendar-off", "leave:mine"),
    "approvals": Item(gettext_noop("To decide"), "gavel", "approvals:waiting"),
    "audit": Item(gettext_noop("Audit"), "file-description", "audit"),
    "calls": Item(gettext_noop("Calls"), "phone", "telephony:calls"),
    "queues": Item(gettext_noop("Queues"), "headset", "telephony:queues"),
    "callbacks": Item(gettext_noop("Call-backs"), "phone-call", "citizens:calls"),
    "content": Item(gettext_noop("Satisfaction"), "star", "citizens:satisfaction"),
    "dissatisfied": Item(gettext_noop("Dissatisfied citizens"), "gavel", "citizens:reviews"),
    "letters": Item(gettext_noop("Letters and visits"), "mail", "citizens:papers"),
    "public_page": Item(gettext_noop("Public page"), "world", "citizens:intake"),
    "messages": Item(gettext_noop("Messages sent"), "message-2", "messages:list"),
    "open311": Item(gettext_noop("Open interface"), "world", "open311:keys"),
    "handbook": Item(gettext_noop("Handbook"), "book-2", "handbook:book"),
    "attendance": Item(gettext_noop("Attendance"), "calendar-time", "attendance:team", ("attendance:mine",)),
    "my_attendance": Item(gettext_noop("My attendance"), "calendar-time", "attendance:mine"),
    "my_month": Item(gettext_noop("My month"), "chart-bar", "appraisal:mine", ("appraisal:my_indicators",)),
    "assessment": Item(
        gettext_noop("Monthly assessment"),
        "chart-bar",
        "appraisal:team",
        ("appraisal:mine", "appraisal:indicators", "appraisal:ranking", "appraisal:centre", "appraisal:appeals"),
    ),
    "exams": Item(gettext_noop("Monthly exam"), "school", "appraisal:exams"),
}

# Under which heading an entry stands in the side menu; a person sees the headings of what he has.
GROUPS: dict[str, tuple[str, ...]] = {
    gettext_noop("Work"): (
        "desk", "board", "floor", "gate", "dispatching", "tasks", "inbox", "my_department", "objections", "deliveries",
        "instructions", "promises", "escalations", "approvals", "owed", "handover", "handovers", "callbacks",
        "dissatisfied", "my_campaigns",
    ),
    gettext_noop("Matters"): ("cases", "calls", "campaigns", "incidents", "map", "customers", "promised", "letters"),
    gettext_noop("Rules and answers"): ("standard", "knowledge", "handbook"),
    gettext_noop("Figures"): (
        "indicators", "departments", "findings", "accuracy", "reviews", "listening", "voice", "content", "my_month",
        "assessment", "exams",
    ),
    gettext_noop("Colleagues"): (
        "today", "queues", "planning", "tomorrow", "forecast", "month", "plans", "my_shifts", "leave", "chart",
        "persons", "worklog", "undertakings", "attendance", "my_attendance", "me",
    ),
    gettext_noop("Administration"): ("accounts", "imports", "open311", "audit", "public_page", "messages"),
}  # fmt: skip

# The first entry is the first page after sign-in.
MENUS: dict[str, tuple[str, ...]] = {
    Position.DIRECTOR: (
        "indicators", "voice", "board", "floor", "cases", "calls", "incidents", "map", "today", "queues", "month",
        "planning", "forecast", "plans", "chart", "audit", "findings", "promised", "escalations", "knowledge",
        "departments", "campaigns", "instructions", "content", "approvals", "leave", "handbook", "attendance",
        "assessment", "me",
    ),
    Position.MANAGER: (
        "indicators", "voice", "board", "floor", "cases", "calls", "incidents", "map", "customers", "today", "queues",
        "month", "planning", "forecast", "plans", "chart", "findings", "promised", "escalations", "knowledge",
        "departments", "campaigns", "instructions", "content", "public_page", "approvals", "leave", "handbook",
        "attendance", "assessment", "me",
    ),
    Position.CENTRE_SUPERVISOR: (
        "board", "floor", "gate", "handovers", "cases", "calls", "incidents", "indicators", "voice", "customers",
        "today", "queues", "month", "planning", "tomorrow", "forecast", "plans", "chart", "reviews", "listening",
        "findings", "promised", "escalations", "knowledge", "departments", "campaigns", "objections", "instructions",
        "content", "dissatisfied", "public_page", "messages", "approvals", "leave", "handbook", "attendance",
        "assessment", "exams", "me",
    ),
    Position.SHIFT_LEADER: (
        "board", "floor", "gate", "handovers", "cases", "calls", "incidents", "indicators", "voice", "map", "customers",
        "today", "queues", "planning", "tomorrow", "forecast", "plans", "chart", "reviews", "findings", "promises",
        "promised", "escalations", "knowledge", "departments", "campaigns", "objections", "deliveries", "instructions",
        "callbacks", "content", "dissatisfied", "handover", "approvals", "leave", "handbook",
        "attendance", "assessment", "my_month", "me",
    ),
    Position.TEAM_LEADER: (
        "board", "floor", "handovers", "cases", "calls", "incidents", "indicators", "voice", "customers", "today",
        "queues", "month", "planning", "tomorrow", "chart", "worklog", "reviews", "listening", "findings", "promises",
        "promised", "escalations", "knowledge", "departments", "campaigns", "instructions", "callbacks",
        "my_campaigns", "content", "owed", "approvals", "leave", "handbook", "attendance", "assessment", "my_month",
        "me",
    ),
    Position.OPERATOR: (
        "desk", "cases", "calls", "incidents", "customers", "standard", "map", "my_shifts", "month", "accuracy",
        "promises", "knowledge", "instructions", "callbacks", "my_campaigns", "letters", "owed", "handover", "leave",
        "handbook", "my_month", "my_attendance", "me",
    ),
    Position.AGENT: (
        "desk", "cases", "calls", "incidents", "customers", "standard", "my_shifts", "month", "accuracy", "promises",
        "knowledge", "instructions", "callbacks", "my_campaigns", "letters", "owed", "handover", "leave", "handbook",
        "my_month", "my_attendance", "me",
    ),
    Position.DISPATCHER: (
        "dispatching", "cases", "incidents", "map", "standard", "indicators", "my_shifts", "month", "accuracy",
        "promises", "knowledge", "departments", "objections", "deliveries", "instructions", "handover", "leave",
        "handbook", "my_month", "my_attendance", "me",
    ),
    Position.TRAINER: (
        "cases", "standard", "persons", "chart", "month", "knowledge", "voice", "instructions", "leave", "handbook",
        "exams", "my_attendance", "me",
    ),
    Position.QUALITY: (
        "reviews", "listening", "cases", "calls", "indicators", "voice", "standard", "worklog", "chart", "month",
        "findings", "promised", "knowledge", "departments", "campaigns", "instructions", "content", "leave", "handbook",
        "my_attendance", "me",
    ),
    Position.HR: (
        "persons", "chart", "month", "today", "planning", "worklog", "undertakings", "knowledge", "instructions",
        "approvals", "leave", "handbook", "attendance", "assessment", "me",
    ),
    Position.SYSADMIN: (
        "accounts", "persons", "chart", "imports", "queues", "standard", "worklog", "audit", "cases", "open311",
        "knowledge", "instructions", "messages", "public_page", "leave", "handbook", "me",
    ),
    Position.FIELD_SUPERVISOR: (
        "tasks", "map", "my_shifts", "month", "knowledge", "instructions", "handover", "leave", "my_attendance", "me",
    ),
    Position.DEPARTMENT_CLERK: ("inbox", "cases", "standard", "my_department", "instructions", "me"),
}  # fmt: skip
GROUP_ICONS = {
    "Work": "headset",
    "Matters": "list-details",
    "Rules and answers": "book-2",
    "Figures": "chart-bar",
    "Colleagues": "users-group",
    "Administration": "settings",
}
GROUP_OF = {key: heading for heading, keys in GROUPS.items() for key in keys}
# Who holds several positions lands on the desk of the one that comes first here.
PRECEDENCE = tuple(MENUS)


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything the frame shows."""

    centre: str
    team: str
    name: str
    initial: str
    position: str
    menu: tuple[Entry, ...]
    mine: tuple[Entry, ...]
    home_url: str
    search_url: str
    presence_url: str
    presence_topic: str
    phone_url: str
    phone_topic: str
    bell_url: str
    bell_topic: str
    lock_url: str
    sign_out_url: str
    sign_in_url: str
    idle_seconds: int

    @property
    def daily(self) -> tuple[Entry, ...]:
        """What stands in the side menu by itself: everything, or as much as the headings leave room for."""
        return self.menu if len(self.menu) <= MOST_ROWS else self.menu[: _alone(self.menu)]

    @property
    def groups(self) -> list[Group]:
        """The rest of the side menu: the headings in their own order, the entries in the position's."""
        return _grouped(self.menu[len(self.daily) :])

    @property
    def first_four(self) -> tuple[Entry, ...]:
        """What a phone's bottom bar shows."""
        return self.menu[:BESIDE_MORE]

    @property
    def more(self) -> list[Group]:
        """What a phone hides behind "More"."""
        return _grouped(self.menu[BESIDE_MORE:])


def _grouped(entries: Iterable[Entry]) -> list[Group]:
    of: dict[str, list[Entry]] = {heading: [] for heading in GROUPS}
    for entry in entries:
        of[entry.group].append(entry)
    return [Group(gettext(key), GROUP_ICONS[key], tuple(found)) for key, found in of.items() if found]


def _alone(menu: tuple[Entry, ...]) -> int:
    """How many of the first entries stand by themselves, so that they and the headings of the rest fill the rows."""
    return max(at for at in range(MOST_ROWS) if at + len({entry.group for entry in menu[at:]}) <= MOST_ROWS)


def admits(person: Person, url: str) -> bool:
    """Whether the view behind an address lets this person in: the menu asks what the view itself asks."""
    permission = asked_of(url)
    return permission in {PUBLIC, SIGNED_IN} or access.may(person, permission)


def _entries(person: Person, keys: Iterable[str]) -> list[Entry]:
    found = []
    for key in dict.fromkeys(keys):
        item = ITEMS[key]
        url = link(item.view)
        if url and admits(person, url):
            also = tuple(link(view) for view in item.also)
            found.append(Entry(gettext(item.label), item.icon, url, group=GROUP_OF[key], also=also))
    return found


def entries_for(person: Person) -> list[Entry]:
    """The person's navigation: the menu of his first position, then what others add, so many entries at most."""
    held = [position for position in PRECEDENCE if position in person.standing.positions]
    keys = [key for position in held for key in MENUS[position]]
    found = _entries(person, keys)
    # One's own page is never crowded out by a second position.
    mine = [entry for entry in found if entry.url == link(ITEMS["me"].view)]
    others = [entry for entry in found if entry not in mine]
    return [*others[: MOST_ENTRIES - len(mine)], *mine]


def with_active(entries: Iterable[Entry], path: str) -> tuple[Entry, ...]:
    """Mark the entry the page belongs to: the one of whose addresses one is the longest beginning of the path.

    Where two have it, it is his whose own address it is.
    """
    listed = tuple(entries)

    def fit(entry: Entry) -> tuple[int, bool]:
        own = len(entry.url) if path.startswith(entry.url) else 0
        others = max((len(url) for url in entry.also if url and path.startswith(url)), default=0)
        return max(own, others), own >= others

    best = max(map(fit, listed), default=(0, False))
    return tuple(replace(entry, active=bool(best[0]) and fit(entry) == best) for entry in listed)


def _phone(person: Person) -> str:
    """The bar of the telephone, for those who have one."""
    url = link("telephony:bar")
    return url if url and admits(person, url) else ""


def shell_of(person: Person, path: str) -> Shell:
    """The frame for this person on this page."""
    post = (
        Post.objects.filter(person=person, position__in=person.standing.positions)
        .select_related("unit")
        .order_by("-is_primary", "-pk")
        .first()
    )
    return Shell(
        centre=person.centre.name,
        team=post.unit.name if post and post.unit.name != person.centre.name else "",
        name=person.name,
        initial=person.name[:1],
        position=post.get_position_display() if post else "",
        menu=with_active(entries_for(person), path),
        mine=tuple(_entries(person, ("me", "month", "leave", "undertakings"))),
        home_url=link("home"),
        search_url=link("search"),
        presence_url=link("people:presence"),
        presence_topic=f"person:{person.pk}",
        phone_url=_phone(person),
        phone_topic=f"phone:{person.pk}",
        bell_url=link("people:bell"),
        bell_topic=f"notices:{person.pk}",
        lock_url=link("people:lock"),
        sign_out_url=link("account_logout"),
        sign_in_url=link("account_login"),
        idle_seconds=settings.IDLE_LOCK_SECONDS,
    )
