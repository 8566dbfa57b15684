"""Acts of supervision as pages show them, and seats that nobody attends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext

from hotline.core import clock
from hotline.people.models import Centre, Person, SeatSession
from hotline.telephony.logic.supervision import ACT_LABELS, UNATTENDED_AFTER, Act
from hotline.telephony.logic.words import SIMULATED, STATE_LABELS, Role, State
from hotline.telephony.models import Leader, PhoneState, Supervision

PARTS = {Act.LISTEN.value, Act.WHISPER.value, Act.JOIN.value, Act.TAKE_OVER.value}


@dataclass(frozen=True, slots=True)
class Said:
    """One act in words."""

    row: Supervision
    text: str

    @property
    def more(self) -> str:
        """What it says beyond the name of the act."""
        return "" if self.text == gettext(ACT_LABELS[Act(self.row.act)]) else self.text


def said(row: Supervision) -> Said:
    """What an act says: of a state that was set, the state in the reader's language."""
    if row.act in PARTS:
        return Said(row, row.text or gettext(ACT_LABELS[Act(row.act)]))
    if row.act != Act.FORCE:
        return Said(row, row.text)
    state, _, why = row.text.partition(": ")
    label = gettext(STATE_LABELS[State(state)]) if state in set(State) else state
    return Said(row, gettext("{state}: {why}").format(state=label, why=why))


def rows(person: Person) -> QuerySet[Supervision]:
    """What the person may see of it, newest first."""
    return Supervision.objects.visible_to(person).select_related("person", "by")


def latest_of(person: Person, since: datetime) -> list[Said]:
    """What was lately done to a person, newest first, for the bar above his work."""
    found = Supervision.objects.filter(person=person, at__gte=since, is_told_at_once=True).exclude(by=person)
    return [said(row) for row in found.select_related("by").order_by("-at", "-pk")[:3]]


def unattended(centre: Centre, at: datetime) -> list[Person]:
    """C5: telephones that are ready while no live, open seat of that person gives a sign of life.

    Whoever has a telephone on the desk gets ready at a page too, so that he has a seat. Nobody sits at the seats of a
    simulated exchange.
    """
    if Leader.objects.filter(centre=centre, switch=SIMULATED).exists():
        return []
    since = at - UNATTENDED_AFTER.on(clock.local_day(at))
    alive = SeatSession.objects.filter(
        person=OuterRef("person"), ended_at__isnull=True, locked_at__isnull=True, last_seen_at__gt=since
    )
    rows = PhoneState.objects.filter(
        ~Exists(alive), centre=centre, span__upper_inf=True, state=State.READY.value, span__startswith__lte=since
    )
    return [row.person for row in rows.select_related("person__centre").order_by("person")]


def figures_of(person: Person, at: datetime) -> Mapping[str, int]:
    """A person's telephone today: talks, offers that he was made, offers not answered in three rings."""
    began = clock.wall(clock.local_day(at))
    offers = person.offers.filter(made_at__gte=began, made_at__lte=at, role=Role.LINE.value)
    hows = list(offers.values_list("how", flat=True))
    return {
        "talks": sum(how == "taken" for how in hows),
        "offers": len(hows),
        "missed": sum(how == "no_answer" for how in hows),
        "refused": sum(how == "refused" for how in hows),
    }
