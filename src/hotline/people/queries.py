"""Reads over persons, units, seats and notices: for the frame of a page, for other areas, for lists."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.backends.postgresql.psycopg_any import Range
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from hotline.core import clock
from hotline.people import logic
from hotline.people.models import (
    Centre,
    Invitation,
    Notice,
    Person,
    PersonSkill,
    Position,
    Post,
    Presence,
    PresenceState,
    SeatSession,
    Undertaking,
    UndertakingSigned,
    Unit,
    UnitKind,
    WorkLog,
)

SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Frame:
    """What the top bar shows about a person."""

    state: str  # a PresenceState, or empty when there is no open interval
    reason: str
    since: datetime | None
    unread: int
    team: str
    position: str


def frame(person: Person, *, at: datetime) -> Frame:
    """Presence, unread notices, main position; the shift is added by config, because rosters stand above."""
    now = presence_of(person)
    post = main_post(person, at=at)
    return Frame(
        state=now.state if now else "",
        reason=now.reason if now else "",
        since=now.span.lower if now else None,
        unread=unread_notices(person),
        team=post.unit.name if post else "",
        position=post.get_position_display() if post else "",
    )


def unread_notices(person: Person) -> int:
    """How many notices the person has not read."""
    return Notice.objects.filter(recipient=person.pk, read_at__isnull=True).count()


def presence_of(person: Person) -> Presence | None:
    """The open interval of a person at a seat, or None."""
    return Presence.objects.filter(person=person.pk, span__upper_inf=True).first()


def main_post(person: Person, *, at: datetime) -> Post | None:
    """The main position held at a moment, with its unit."""
    held = Post.objects.on(clock.local_day(at)).filter(person=person.pk)
    return held.order_by("-is_primary", "pk").select_related("unit").first()


def ready_since(person: Person) -> datetime | None:
    """Since when the person at his seat has been ready for work, or None when he is not."""
    found: datetime | None = ready_by_person([person.pk]).get(person.pk)
    return found


def ready_by_person(person_ids: Iterable[int]) -> dict[int, datetime]:
    """Those of these persons who are ready, each with the moment since when."""
    rows = Presence.objects.filter(person__in=list(person_ids), state=PresenceState.READY, span__upper_inf=True)
    return {row.person_id: row.span.lower for row in rows}


def presence_by_person(person_ids: Iterable[int]) -> dict[int, Presence]:
    """The open intervals of these persons."""
    rows = Presence.objects.filter(person__in=list(person_ids), span__upper_inf=True)
    return {row.person_id: row for row in rows}


def system_person(centre: Centre, name: str = SYSTEM) -> Person:
    """The program that acts under this name in a centre (`organisation.make_system_person` makes one)."""
    return Person.objects.get(centre=centre, number=system_number(name), is_system=True)


def system_number(name: str) -> str:
    """The number under which a program is kept, so that it never meets a staff number."""
    return f"~{name}"


def session_hash(key: str) -> str:
    """What is kept of a session's key: enough to know it again, useless to whoever reads the table."""
    return sha256(key.encode()).hexdigest()


def live_session(person: Person) -> SeatSession | None:
    """The one session of the person that has not ended."""
    return SeatSession.objects.filter(person=person.pk, ended_at__isnull=True).first()


def session_by_key(person: Person, key: str) -> SeatSession | None:
    """The session that this key stands for, ended or not."""
    return SeatSession.objects.filter(person=person.pk, session_hash=session_hash(key)).order_by("-pk").first()


def sessions_begun_before(at: datetime) -> list[SeatSession]:
    """Live sessions that began earlier."""
    return list(SeatSession.objects.filter(ended_at__isnull=True, began_at__lte=at).select_related("person__centre"))


def sessions_silent_since(at: datetime) -> list[SeatSession]:
    """Live, unlocked sessions from which nothing was heard later."""
    live = SeatSession.objects.filter(ended_at__isnull=True, locked_at__isnull=True, last_seen_at__lte=at)
    return list(live.select_related("person__centre"))


def current_undertaking(centre_id: int) -> Undertaking | None:
    """The confidentiality undertaking in force (A2.14), or None when none was published."""
    return Undertaking.objects.filter(centre=centre_id).order_by("-version").first()


def has_signed(person: Person) -> bool:
    """Whether nothing is left for the person to sign; without it nobody reaches customer data (A2.14)."""
    current = current_undertaking(person.centre_id)
    if current is None or person.is_system:
        return True
    return UndertakingSigned.objects.filter(undertaking=current, person=person.pk).exists()


def unsigned(undertaking: Undertaking) -> list[Person]:
    """Active persons of the centre who have not signed this version."""
    rows = Person.objects.filter(centre=undertaking.centre_id, is_active=True, is_system=False)
    return list(rows.exclude(undertakings__undertaking=undertaking).order_by("name_key", "pk"))


def leaders_of(person: Person, *, on: date) -> list[Person]:
    """Who leads the person's team that day; the shift leaders when nobody does."""
    units = Post.objects.on(on).filter(person=person.pk).values("unit")
    heads = Post.objects.on(on).filter(unit__in=units, position=Position.TEAM_LEADER).values("person")
    active = Person.objects.filter(centre=person.centre_id, is_active=True, is_system=False).exclude(pk=person.pk)
    return list(active.filter(pk__in=heads)) or list(active.holding(Position.SHIFT_LEADER, on=on))


def nearest(person: Person, *ranks: Sequence[str], on: date, besides: Collection[int] = ()) -> list[Person]:
    """Whom something about a person is told to: the first rank of positions that others of his centre hold that day.

    Neither he nor those `besides` who may not act in it are among them; with nobody of the first rank it is the next.
    """
    others = Person.objects.filter(centre=person.centre_id, is_active=True, is_system=False)
    others = others.exclude(pk__in=[person.pk, *besides]).order_by("name_key", "pk")
    return next((found for rank in ranks if (found := list(others.holding(*rank, on=on)))), [])


def find(person: Person, text: str, limit: int = 8) -> list[Person]:
    """Persons one may see whose name, pinyin, initials or number begins with the text."""
    text = text.strip()
    if not text:
        return []
    rows = Person.objects.visible_to(person).filter(is_system=False).filter(matches(text))
    return list(rows.order_by("-is_active", "name_key", "pk")[:limit])


def matches(text: str) -> Q:
    """Name, pinyin in full or initials, staff number or user name."""
    low = "".join(text.lower().split())
    found = Q(name__icontains=text) | Q(number__istartswith=text) | Q(username__istartswith=text)
    return found | Q(name_key__startswith=low) | Q(name_key__contains=f" {low}") if low else found


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit of the organisation chart with those below it."""

    unit: Unit
    leaders: tuple[Person, ...]
    members: int
    outside: bool  # a team whose size is outside the span (A2.7)
    below: "tuple[Branch, ...]"


def sizes(centre: Centre, *, on: date) -> dict[int, int]:
    """Members of each unit on a day; a team leader is not a member of his own team."""
    held = Post.objects.on(on).filter(unit__centre=centre, person__is_active=True, person__is_system=False)
    members = held.exclude(position__in=(Position.TEAM_LEADER, Position.SYSTEM))
    rows = members.order_by().values("unit").annotate(members=Count("person", distinct=True))
    return {row["unit"]: row["members"] for row in rows}


def chart(centre: Centre, *, on: date) -> tuple[Branch, ...]:
    """The tree of units on a day, with leaders and sizes: four queries, whatever the size."""
    units = list(Unit.objects.filter(centre=centre, is_active=True))
    count = sizes(centre, on=on)
    heads: dict[int, list[Person]] = {}
    leading = (Position.TEAM_LEADER, Position.SHIFT_LEADER, Position.MANAGER, Position.DIRECTOR)
    for post in Post.objects.on(on).filter(unit__centre=centre, position__in=leading).select_related("person"):
        heads.setdefault(post.unit_id, []).append(post.person)
    below: dict[int | None, list[Unit]] = {}
    known = {unit.pk for unit in units}
    for unit in units:
        below.setdefault(unit.parent_id if unit.parent_id in known else None, []).append(unit)

    def branch(unit: Unit) -> Branch:
        size = count.get(unit.pk, 0)
        return Branch(
            unit=unit,
            leaders=tuple(heads.get(unit.pk, ())),
            members=size,
            outside=unit.kind == UnitKind.TEAM and logic.out_of_span(size),
            below=tuple(branch(child) for child in below.get(unit.pk, ())),
        )

    return tuple(branch(unit) for unit in below.get(None, ()))


def teams_outside_span(centre: Centre, *, on: date) -> list[tuple[Unit, int]]:
    """A2.7: every team whose leader has fewer than 12 or more than 14 members, with its size."""
    count = sizes(centre, on=on)
    teams = Unit.objects.filter(centre=centre, is_active=True, kind=UnitKind.TEAM)
    return [(team, count.get(team.pk, 0)) for team in teams if logic.out_of_span(count.get(team.pk, 0))]


def open_invitation(token: str, *, at: datetime) -> Invitation | None:
    """The invitation behind a token that still works."""
    hashed = sha256(token.encode()).hexdigest()
    rows = Invitation.objects.filter(token_hash=hashed, used_at__isnull=True, expires_at__gt=at, person__is_active=True)
    return rows.select_related("person__centre").first()


def posts_of(person: Person) -> list[Post]:
    """All posts of a person, the newest first."""
    return list(Post.objects.filter(person=person).select_related("unit").order_by("-days", "-pk"))


def skills_of(person: Person) -> list[PersonSkill]:
    """All skills of a person."""
    return list(PersonSkill.objects.filter(person=person).select_related("skill").order_by("skill__code", "-days"))


def sessions_of(person: Person, *, limit: int) -> list[SeatSession]:
    """The last sessions of a person."""
    return list(SeatSession.objects.filter(person=person).order_by("-pk")[:limit])


def worklog_of(person: Person, *, limit: int) -> list[WorkLog]:
    """The last lines of a person's work log."""
    return list(WorkLog.objects.filter(person=person).order_by("-at", "-pk")[:limit])


def persons(
    reader: Person, *, on: date, q: str = "", unit: Unit | None = None, position: str = "", state: str = ""
) -> QuerySet[Person]:
    """Persons one may see with their main position that day, as a list of a page narrows them."""
    post = Post.objects.on(on).filter(person=OuterRef("pk")).order_by("-is_primary", "pk")
    present = Presence.objects.filter(person=OuterRef("pk"), span__upper_inf=True)
    rows = Person.objects.visible_to(reader).filter(is_system=False)
    rows = rows.annotate(
        position_now=Subquery(post.values("position")[:1]),
        unit_now=Subquery(post.values("unit__name")[:1]),
        unit_key=Subquery(post.values("unit__name_key")[:1]),
        state_now=Coalesce(Subquery(present.values("state")[:1]), Value("")),
    )
    if q:
        rows = rows.filter(matches(q))
    if unit is not None or position:
        held = Post.objects.on(on)
        held = held.filter(unit=unit) if unit is not None else held
        held = held.filter(position=position) if position else held
        rows = rows.filter(pk__in=held.values("person"))
    return rows if state == "all" else rows.filter(is_active=state != "left")


def position_word(position: str | None) -> str:
    """The word for a position, or nothing."""
    return str(Position(position).label) if position else ""


def worklog(
    reader: Person, *, of: int = 0, q: str = "", kind: str = "", since: date | None = None, until: date | None = None
) -> QuerySet[WorkLog]:
    """Lines of the work log one may see."""
    rows = WorkLog.objects.visible_to(reader).select_related("person")
    if of:
        rows = rows.filter(person=of)
    if q:
        rows = rows.filter(person__in=Person.objects.filter(matches(q)))
    if kind:
        rows = rows.filter(kind=kind)
    if since:
        rows = rows.filter(at__gte=clock.wall(since))
    if until:
        rows = rows.filter(at__lt=clock.wall(until + timedelta(days=1)))
    return rows


@dataclass(frozen=True, slots=True)
class Account:
    """What whoever keeps accounts sees of one."""

    session: SeatSession | None
    invited_until: datetime | None
    last_login: datetime | None
    has_password: bool


def account_of(person: Person, *, at: datetime) -> Account:
    """The state of one account."""
    open_one = Invitation.objects.filter(person=person, used_at__isnull=True, expires_at__gt=at).first()
    return Account(
        session=live_session(person),
        invited_until=open_one.expires_at if open_one else None,
        last_login=person.last_login,
        has_password=person.has_usable_password(),
    )


def accounts(reader: Person, *, text: str, state: str, at: datetime) -> QuerySet[Person]:
    """Accounts with their state: signed in, locked seat, invited, without a password, closed."""
    live = SeatSession.objects.filter(person=OuterRef("pk"), ended_at__isnull=True)
    invited = Invitation.objects.filter(person=OuterRef("pk"), used_at__isnull=True, expires_at__gt=at)
    rows = Person.objects.visible_to(reader).filter(is_system=False)
    rows = rows.annotate(
        signed_in=Subquery(live.values("began_at")[:1]),
        locked=Subquery(live.values("locked_at")[:1]),
        invited=Exists(invited),
        no_password=Q(password__startswith=UNUSABLE_PASSWORD_PREFIX),
    )
    if text:
        rows = rows.filter(matches(text))
    wanted = {
        "in": Q(signed_in__isnull=False),
        "locked": Q(locked__isnull=False),
        "invited": Q(invited=True),
        "none": Q(no_password=True),
        "closed": Q(is_active=False),
    }
    return rows.filter(wanted[state]) if state in wanted else rows


def signature(person: Person, undertaking: Undertaking | None) -> UndertakingSigned | None:
    """The person's signature under a version."""
    return UndertakingSigned.objects.filter(person=person, undertaking=undertaking).first() if undertaking else None


def undertaking_versions(centre_id: int) -> list[Undertaking]:
    """All versions with their number of signatures, the newest first."""
    rows = Undertaking.objects.filter(centre=centre_id).annotate(signed=Count("signatures"))
    return list(rows.order_by("-version"))


def everything_about(person: Person) -> dict[str, object]:
    """All that people keeps about a person, as plain values; secrets (password, hashes) are not data about him."""
    fields = ("username", "number", "name", "phone", "language", "theme", "joined_on", "left_on", "last_login")
    rows: dict[str, tuple[QuerySet[Any], tuple[str, ...]]] = {
        "posts": (Post.objects.filter(person=person), ("position", "unit__name", "days", "is_primary")),
        "skills": (PersonSkill.objects.filter(person=person), ("skill__name", "level", "days")),
        "sessions": (
            SeatSession.objects.filter(person=person),
            ("seat", "address", "device", "began_at", "last_seen_at", "ended_at", "ended_how"),
        ),
        "presence": (Presence.objects.filter(person=person), ("state", "reason", "span")),
        "work_log": (WorkLog.objects.filter(person=person), ("kind", "at", "seat", "address", "note")),
        "undertakings": (
            UndertakingSigned.objects.filter(person=person),
            ("undertaking__version", "undertaking__title", "typed_name", "address", "at"),
        ),
        "notices": (Notice.objects.filter(recipient=person), ("text", "params", "link", "at", "read_at")),
    }
    about: dict[str, object] = {"person": {field: getattr(person, field) for field in fields}}
    for name, (found, columns) in rows.items():
        about[name] = [_plain(row) for row in found.order_by("pk").values(*columns)]
    return about


def _plain(row: dict[str, Any]) -> dict[str, object]:
    return {key: [value.lower, value.upper] if isinstance(value, Range) else value for key, value in row.items()}
