"""The calls of a case as its page shows them."""

from dataclasses import dataclass

from django.db.models import Prefetch

from hotline.cases.models import Case, CaseCall
from hotline.core.access import may
from hotline.people.models import Person
from hotline.telephony.models import Call, Recording, RecordingFate
from hotline.telephony.queries.calls import Line, line

MOST = 20


@dataclass(frozen=True, slots=True)
class Tied:
    """One call, whether its page may be opened, and the recordings that may be heard."""

    line: Line
    may_open: bool
    recordings: list[Recording]


def calls_of(case: Case, person: Person) -> list[Tied]:
    """The latest calls of a case: at most eight queries, however many calls."""
    kept = Recording.objects.filter(fate=RecordingFate.KEPT).select_related("person").order_by("began_at")
    rows = list(
        CaseCall.objects.filter(case=case)
        .select_related("call__queue", "call__person", "call__customer")
        .prefetch_related(Prefetch("call__recordings", kept, to_attr="kept"))
        .order_by("-call__came_at", "-pk")[:MOST]
    )
    calls = [row.call for row in rows]
    seen = set(Recording.objects.visible_to(person).filter(call__in=calls).values_list("pk", flat=True))
    heard = [one for call in calls for one in call.kept if one.pk in seen]  # type: ignore[attr-defined]
    hears = bool(heard) and may(person, "telephony.listen", heard[0])
    opened: set[int] = set()
    if may(person, "telephony.view_list"):
        mine = Call.objects.visible_to(person).filter(pk__in=[call.pk for call in calls])
        opened = set(mine.values_list("pk", flat=True))
    return [
        Tied(
            line(call, person),
            call.pk in opened,
            [one for one in call.kept if hears and one.pk in seen],  # type: ignore[attr-defined]
        )
        for call in calls
    ]
