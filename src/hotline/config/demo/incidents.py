"""Incidents of the demonstration: one that is over with what was said at its end, and one under way."""

from datetime import datetime, timedelta

from django.db.models import Count

from hotline.cases.models import Case, Incident
from hotline.cases.services import incidents
from hotline.core import clock
from hotline.people.models import Centre, Person, Position

WATER = (
    "供水干管爆裂，抢修队已到场，预计今晚22时前恢复供水。请告知来电人：无需重复登记，已通知水车送水；"
    "有老人、病人家庭的请单独记录。"
)
NEAR = "{place}一带集中反映同类问题，处置单位已在现场，请告知来电人正在处置。"
LIGHTS = "线路故障导致成片路灯不亮，电力部门正在抢修，预计两小时内恢复。请提醒来电人夜间出行注意安全。"
MOST = 6


def fill(centre: Centre, now: datetime) -> list[Incident]:
    """Open two and end one; safe to call once."""
    leader = Person.objects.filter(centre=centre).holding(Position.SHIFT_LEADER, on=clock.local_day(now)).first()
    if leader is None:
        return []
    over = incidents.open_incident(
        title="成片路灯不亮",
        announcement=LIGHTS,
        area="滨河路沿线",
        by=leader,
        at=now - timedelta(days=1, hours=3),
    )
    incidents.end_incident(
        incident_id=over.pk, message="线路已修复，路灯恢复照明。", by=leader, at=now - timedelta(days=1, hours=1)
    )
    cases = _together(centre)
    title = f"{cases[0].category}集中反映" if cases and cases[0].category else "供水管道爆裂"
    here = incidents.open_incident(
        title=title,
        announcement=WATER
        if not cases
        else f"{cases[0].place}一带集中反映同类问题，处置单位已在现场，请告知来电人正在处置。",
        area=cases[0].place if cases else "学府路北段",
        category=cases[0].category if cases else None,
        case_ids=[case.pk for case in cases],
        by=leader,
        at=now - timedelta(minutes=25),
    )
    return [over, here]


def _together(centre: Centre) -> list[Case]:
    """Open cases of the sub-class that has most of them."""
    rows = Case.objects.filter(centre=centre).open().exclude(category=None)
    most = rows.values("category").annotate(cases=Count("pk")).order_by("-cases", "category").first()
    if most is None or most["cases"] < 2:
        return []
    return list(rows.filter(category=most["category"]).select_related("category").order_by("-arrived_at")[:MOST])[::-1]
