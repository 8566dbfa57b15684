"""How a plan's facts stand on a page: cells of the grid, warnings in the reader's words, the strip of a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from hotline.rosters.logic import figures
from hotline.rosters.logic.problem import PersonKey
from hotline.rosters.logic.rules.base import Violation
from hotline.rosters.models import DraftEntry, ShiftType, Wish
from hotline.rosters.queries.planning import MonthFacts
from hotline.rosters.views.marks import Cell, Mark, away_words, times_on

BAR, TALL = 22, 90
MOST_DAYS_NAMED = 6


@dataclass(frozen=True, slots=True)
class Told:
    """What a rule says, with its clause, and of whom and when."""

    clause: str
    text: str
    who: str
    when: str
    hard: bool
    cost: int
    person: PersonKey | None = None
    day: str = ""


def warnings(found: MonthFacts, rows: Iterable[Violation]) -> list[Told]:
    """Violations in the reader's words."""
    return [_warning(found, one) for one in rows]


def _warning(found: MonthFacts, one: Violation) -> Told:
    params = {key: gettext(value) if isinstance(value, str) and value else value for key, value in one.params.items()}
    days = [found.desk.date_of(number) for number in one.days if number >= 0]
    person = found.staff.people.get(int(one.person)) if one.person is not None else None
    return Told(
        clause=gettext(one.clause),
        text=gettext(one.message) % params,
        who=person.name if person else "",
        when=days_named(days),
        hard=one.hard,
        cost=one.cost,
        person=one.person,
        day=days[0].isoformat() if days else "",
    )


def days_named(days: Iterable[date]) -> str:
    """Days of one month, as few words as can be."""
    listed = list(days)
    text = ", ".join(f"{day:%m-%d}" for day in listed[:MOST_DAYS_NAMED])
    return f"{text} …" if len(listed) > MOST_DAYS_NAMED else text


class Cells:
    """Makes cells, putting each shift into words once."""

    def __init__(self, found: MonthFacts, css_of: dict[date, str]) -> None:
        self.found = found
        self._css_of = css_of
        self._marks: dict[int, Mark] = {}
        self._hard: dict[tuple[int, date], str] = {}
        for one in found.violations:
            if one.hard and one.person is not None:
                for number in one.days:
                    self._hard[int(one.person), found.desk.date_of(number)] = gettext(one.message) % {
                        key: gettext(value) if isinstance(value, str) and value else value
                        for key, value in one.params.items()
                    }

    def of(self, person_id: int, day: date) -> Cell:
        """The cell of a person on a day."""
        place = (person_id, day)
        entry, wish = self.found.entries.get(place), self.found.wishes.get(place)
        mark = self._mark(entry.shift_type) if entry is not None and entry.shift_type is not None else None
        css, words = [self._css_of[day]], [mark.title] if mark else []
        if place in self.found.absences:
            css.append("is-away")
            words.append(away_words(self.found.absences[place].kind, day))
        elif place in self.found.partly:
            away = self.found.partly[place]
            css.append("is-partly-away")
            words.append(f"{away_words(away.kind, day)} {times_on(day, away)}")
        elif place in self.found.staff.gone:
            css.append("is-away")
            words.append(gettext("holds no position that day"))
        elif place in self.found.asked:
            css.append("is-asked")
            words.append(gettext("asks for: %(leave)s") % {"leave": away_words(self.found.asked[place].kind, day)})
        if entry is not None and entry.is_fixed:
            css.append("is-fixed")
            words.append(gettext("set by hand"))
        if wish is not None:
            css.append("is-wished" if self._is_met(wish, entry) else "is-missed")
            words.append(wish_words(wish))
        if place in self._hard:
            css.append("is-set-aside" if entry is not None and entry.reason else "is-broken")
            words.append(self._hard[place])
        return Cell(
            day=day.isoformat(),
            letter=mark.letter if mark else "",
            tone=mark.tone if mark else "",
            css=" ".join(filter(None, css)),
            title=" · ".join(words),
        )

    def _mark(self, shift: ShiftType) -> Mark:
        if shift.pk not in self._marks:
            self._marks[shift.pk] = Mark.of(shift)
        return self._marks[shift.pk]

    def _is_met(self, wish: Wish, entry: DraftEntry | None) -> bool:
        shift = entry.shift_type if entry is not None else None
        if not wish.code:
            return shift is None
        has = shift is not None and shift.code.removeprefix("weekend_") == wish.code.removeprefix("weekend_")
        return has != wish.is_against


def wish_words(wish: Wish) -> str:
    """A wish in words."""
    if not wish.code:
        text = gettext("wishes for a free day")
    elif wish.is_against:
        text = gettext("rather not %(shift)s") % {"shift": shift_words(wish.code)}
    else:
        text = gettext("wishes for %(shift)s") % {"shift": shift_words(wish.code)}
    return f"{text}: {wish.note}" if wish.note else text


def shift_words(code: str) -> str:
    """A shift's code as people say it."""
    names = {"early": gettext("Early shift"), "mid": gettext("Mid shift"), "late": gettext("Late shift")}
    return next((name for part, name in names.items() if part in code), code)


@dataclass(frozen=True, slots=True)
class Bar:
    """A half hour of the strip: how high need and heads stand, and both in words."""

    x: int
    need_y: int
    there_y: int
    there_height: int
    css: str
    title: str
    label: str


def strip(cover: figures.DayCover) -> list[Bar]:
    """A day's half hours against the need; the service window marked (A2.1)."""
    most = max((max(one.need, one.there) for one in cover.heads), default=0) or 1
    bars = []
    for number, one in enumerate(cover.heads):
        height = one.there * TALL // most
        hours, minutes = divmod(one.slot * 30, 60)
        at = f"{hours:02}:{minutes:02}"
        params = {"at": at, "there": one.there, "need": one.need}
        bars.append(
            Bar(
                x=number * BAR,
                need_y=TALL - one.need * TALL // most,
                there_y=TALL - height,
                there_height=height,
                css="is-none" if not one.there else "is-short" if one.under else "is-over" if one.over else "is-met",
                title=gettext("%(at)s: %(there)s at work, %(need)s needed") % params,
                label=at if minutes == 0 else "",
            )
        )
    return bars


def hours_of(minutes: int) -> str:
    """Minutes as hours: 160 or 162.5."""
    whole, rest = divmod(minutes, 60)
    return f"{whole}.{rest // 6}" if rest else f"{whole}"


def names_of(found: MonthFacts, ids: Iterable[int]) -> str:
    """Names, a handful at most."""
    listed = [found.staff.people[one].name for one in ids if one in found.staff.people]
    return gettext(", ").join(listed[:8]) + (" …" if len(listed) > 8 else "")
