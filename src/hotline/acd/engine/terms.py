"""What the engine is told about queues and people: read from the tables by the shell, frozen here."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from hotline.kernel.workclock import DayKind
from hotline.telephony.logic.hours import ALWAYS, Hours
from hotline.telephony.logic.menus import Tree

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A skill that a queue asks for, at least at this level, until a call has waited so long (None: always)."""

    skill: int
    level: int = 1
    until: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue's rules."""

    id: int
    priority: int = 0  # higher first
    skills: tuple[Wanted, ...] = ()
    hours: Hours = ALWAYS
    rings: int = 3  # A3.2
    wrap_up: timedelta = 30 * SECOND
    wrap_more: timedelta = 60 * SECOND  # what one extension gives
    wrap_most: timedelta = 300 * SECOND
    size: int = 0  # most that may wait; 0: no limit
    needs_staff: bool = False  # whoever comes while nobody is signed in is told so at once
    overflow_after: timedelta | None = None
    overflow_to: int | None = None
    longest: timedelta | None = None  # nobody waits longer than this
    owner_patience: timedelta = timedelta(0)  # how long a caller waits for a busy first owner
    callback_after: timedelta | None = None  # from when on a waiting caller may ask to be called back
    tell_every: timedelta = 45 * SECOND  # between two words to a waiting caller


@dataclass(frozen=True, slots=True)
class Staff:
    """One person as the engine needs to know him."""

    id: int
    queues: frozenset[int]
    skills: frozenset[tuple[int, int]] = frozenset()  # (skill, level)

    def has(self, wanted: Wanted) -> bool:
        """Whether he has the skill at least at that level."""
        return any(skill == wanted.skill and level >= wanted.level for skill, level in self.skills)


@dataclass(frozen=True, slots=True)
class Edition:
    """A menu as it was published, and since when it counts."""

    menu: int
    version: int
    since: datetime
    tree: Tree


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything that is set, not happening."""

    queues: dict[int, Queue] = field(default_factory=dict)
    staff: dict[int, Staff] = field(default_factory=dict)
    menus: dict[int, tuple[Edition, ...]] = field(default_factory=dict)  # oldest first
    days: dict[date, DayKind] = field(default_factory=dict)  # days that are not what their weekday says
    limits: dict[str, timedelta] = field(default_factory=dict)  # reason of not being ready -> longest
    ring_cycle: timedelta = 5 * SECOND
    lease: timedelta = 10 * SECOND  # beyond the last ring, until an offer of which nothing was heard is void
    reach_grace: timedelta = 30 * SECOND  # a telephone gone for so long makes its person not ready; a reload is shorter
    answer_slack: timedelta = 3 * SECOND  # from dialling a telephone to its first ring, at most

    def ring_time(self, queue: Queue) -> timedelta:
        """How long a telephone may ring."""
        return self.ring_cycle * queue.rings

    def edition(self, menu: int | None, at: datetime) -> Edition | None:
        """The menu as it counts at a moment, or None."""
        if menu is None:
            return None
        return next((one for one in reversed(self.menus.get(menu, ())) if one.since <= at), None)
