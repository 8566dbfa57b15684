"""Hand-outs that nobody has noted yet, deliveries that have something to do, and what dispatchers must look after."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from hotline.cases.logic.flow import Action, Stage
from hotline.cases.models import CaseEvent, StageRun
from hotline.departments.models import Channel, Delivery, DeliveryStatus, Hop, Objection
from hotline.messages.models import Message
from hotline.people.models import Person

LOOK_BACK = timedelta(days=3)
MOST = 500


def unnoted(at: datetime, since: datetime | None = None) -> list[tuple[int, int]]:
    """Hand-outs of the last days without a row of ours, with their centres; the oldest first."""
    rows = StageRun.objects.filter(
        stage=Stage.HANDLING.value,
        began_at__gte=since or at - LOOK_BACK,
        began_at__lte=at,
        department__isnull=False,
        hop__isnull=True,
    )
    return list(rows.order_by("began_at", "pk").values_list("pk", "case__centre")[:MOST])


def unnoted_of(case_id: int) -> list[int]:
    """The hand-outs of one case without a row of ours."""
    rows = StageRun.objects.filter(case=case_id, stage=Stage.HANDLING.value, department__isnull=False)
    return list(rows.filter(hop__isnull=True).order_by("began_seq").values_list("pk", flat=True))


def to_mail() -> list[tuple[int, int]]:
    """Mails that wait to be sent, with their centres."""
    rows = Delivery.objects.filter(status=DeliveryStatus.UNSENT, channel=Channel.MAIL)
    return list(rows.order_by("pk").values_list("pk", "hop__case__centre")[:MOST])


def to_acknowledge() -> list[tuple[int, int]]:
    """Deliveries whose department has begun, or from which the case has gone."""
    begun = CaseEvent.objects.filter(
        case=OuterRef("hop__case"), action=Action.ACCEPT.value, seq__gt=OuterRef("hop__run__began_seq")
    )
    rows = Delivery.objects.exclude(status=DeliveryStatus.ACKNOWLEDGED)
    rows = rows.filter(Q(hop__run__ended_at__isnull=False) | Exists(begun))
    return list(rows.order_by("pk").values_list("pk", "hop__case__centre")[:MOST])


def to_lapse() -> list[tuple[int, int]]:
    """Open objections whose case has left the department."""
    rows = Objection.objects.open().filter(hop__run__ended_at__isnull=False)
    return list(rows.order_by("pk").values_list("pk", "case__centre")[:MOST])


def has_begun(hop: Hop) -> bool:
    """Whether the department has begun, or the case has gone from it."""
    if hop.run.ended_at is not None:
        return True
    return CaseEvent.objects.filter(case=hop.case_id, action=Action.ACCEPT.value, seq__gt=hop.run.began_seq).exists()


def key_of(delivery: Delivery) -> str:
    """The key under which this round's mail is known."""
    return f"{PREFIX}{delivery.pk}:{delivery.rounds}"


PREFIX = "departments:delivery:"


def by_key(key: str) -> int:
    """The delivery that a mail's key names; 0 when it names none."""
    number = key.removeprefix(PREFIX).partition(":")[0]
    return int(number) if key.startswith(PREFIX) and number.isdigit() else 0


def mail_of(delivery: Delivery) -> Message | None:
    """The mail on its way, with its tries and when it is tried next."""
    return Message.objects.filter(centre=delivery.hop.case.centre_id, key=key_of(delivery)).first()


NAMES = ("hop__case__category", "hop__department__contact", "hop__run", "status_by")


def trouble(person: Person) -> QuerySet[Delivery]:
    """What was given up while the case still lies there, the oldest first."""
    rows = Delivery.objects.visible_to(person).troubled().filter(hop__run__ended_at__isnull=True)
    return rows.select_related(*NAMES).order_by("status_at", "pk")


def waiting(person: Person) -> QuerySet[Delivery]:
    """What has not been acknowledged and is not in trouble, the oldest first."""
    rows = Delivery.objects.visible_to(person).filter(hop__run__ended_at__isnull=True)
    open_ones = (DeliveryStatus.UNSENT, DeliveryStatus.SENDING, DeliveryStatus.DELIVERED)
    return rows.filter(status__in=open_ones).select_related(*NAMES).order_by("status_at", "pk")
