"""Calls: the log of events that is never changed, and what is reckoned from it (calls, segments, offers)."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from hotline.core.models import append_only
from hotline.customers.models import Customer
from hotline.people.models import Centre, Person, Position
from hotline.telephony.logic.words import KIND_LABELS, LEFT_LABELS, OFFER_LABELS, CallKind, Fact, Left, OfferEnd, Role
from hotline.telephony.models.setup import LEADS, Queue

SEES_ALL = (*LEADS, Position.QUALITY)
ENDS = [
    ("", ""),
    ("talked", _("Talked")),
    ("not_reached", _("Number not reached")),
    ("given_up", _("Given up before anybody was called")),
    *((left.value, _(LEFT_LABELS[left])) for left in Left),
]


class CallEvent(models.Model):
    """One fact about a call or a person at a telephone; written once."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    key = models.CharField(max_length=40)  # epoch and running number: what is told twice is kept once
    fact = models.CharField(max_length=24, choices=[(fact.value, fact.value) for fact in Fact])
    call_ref = models.CharField(max_length=60, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    written_at = models.DateTimeField()
    epoch = models.PositiveIntegerField()
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "key"], name="telephony_event_once")]
        indexes = [
            models.Index(fields=["centre", "call_ref", "id"], name="telephony_event_call"),
            models.Index(fields=["person", "at"], name="telephony_event_person"),
        ]
        triggers = append_only()


class CallQuerySet(models.QuerySet["Call"]):
    """Scopes of calls."""

    def visible_to(self, person: Person) -> Self:
        """All of the centre's for who leads it or judges its quality; else those in which one had a part.

        That is whoever talked, also before the caller was handed over, and to whom the call was offered, taken or
        missed; of a team everybody's for its leader.
        """
        whose = self._whose(person)
        if whose is None:
            return self.filter(centre=person.centre_id)
        offered = Offer.objects.filter(call=OuterRef("pk"), person__in=whose)
        return self.filter(Q(person__in=whose) | Exists(_talks(whose)) | Exists(offered), centre=person.centre_id)

    def visible_since(self, person: Person, since: datetime) -> Self:
        """`visible_to`, of calls that came in since a moment: as dear as what these people did since, for lists."""
        rows, whose = self.filter(centre=person.centre_id, came_at__gte=since), self._whose(person)
        if whose is None:
            return rows
        own = Call.objects.filter(person__in=whose, came_at__gte=since).values("pk")
        offered = Offer.objects.filter(person__in=whose, made_at__gte=since).values("call")
        talked = Segment.objects.filter(person__in=whose, kind=SegmentKind.TALK, began_at__gte=since).values("call")
        return rows.filter(pk__in=own.union(offered, talked, all=True))

    def talked_by(self, person: Person) -> Self:
        """Of these the ones in which one talked oneself, or somebody of one's team; all for who sees all."""
        whose = self._whose(person)
        if whose is None:
            return self.filter(centre=person.centre_id)
        return self.filter(Q(person__in=whose) | Exists(_talks(whose)), centre=person.centre_id)

    def answered_under(self, person: Person) -> Self:
        """Of these the ones that stand to oneself, or to one's team: the last who talked counts."""
        whose = self._whose(person)
        rows = self.filter(centre=person.centre_id)
        return rows if whose is None else rows.filter(person__in=whose)

    def _whose(self, person: Person) -> "models.QuerySet[Person] | list[int] | None":
        """Of whom a person sees the calls; None: of everybody."""
        if person.standing.is_any(*SEES_ALL):
            return None
        if person.standing.is_any(Position.TEAM_LEADER):
            return Person.objects.visible_to(person)
        return [person.pk]


def _talks(whose: "models.QuerySet[Person] | list[int]") -> "models.QuerySet[Segment]":
    return Segment.objects.filter(call=OuterRef("pk"), kind=SegmentKind.TALK, person__in=whose)


class Call(models.Model):
    """One call, reckoned from its events."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="calls")
    kind = models.CharField(
        _("direction"),
        max_length=8,
        default=CallKind.IN.value,
        choices=[(kind.value, _(KIND_LABELS[kind])) for kind in CallKind],
    )
    ref = models.CharField(max_length=60)  # the name under which the exchange and the ACD know it
    number = models.CharField(_("number"), max_length=30, blank=True)  # E.164 where it can be read as such
    dialled = models.CharField(_("dialled number"), max_length=20, blank=True)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="calls")
    queue = models.ForeignKey(Queue, models.PROTECT, null=True, blank=True, related_name="calls")
    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="calls")
    came_at = models.DateTimeField(_("came in"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_how = models.CharField(_("how it ended"), max_length=12, blank=True, choices=ENDS)
    is_callback = models.BooleanField(default=False)

    objects = CallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "ref"], name="telephony_call_ref"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("came_at")), name="telephony_call_forward"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(person__isnull=False), name="telephony_call_answered_by"
            ),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in CallKind]), name="telephony_call_kind"),
        ]
        indexes = [
            models.Index(fields=["centre", "-came_at", "-id"], name="telephony_call_recent"),
            models.Index(fields=["person", "-came_at"], name="telephony_call_person"),
            models.Index(fields=["customer", "-came_at"], name="telephony_call_customer"),
            models.Index(fields=["centre"], condition=Q(ended_at__isnull=True), name="telephony_call_open"),
            models.Index(fields=["number"], name="telephony_call_number"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SegmentKind(models.TextChoices):
    """A stretch of a call."""

    QUEUE = "queue", _("In the queue")
    TALK = "talk", _("Talk")
    HOLD = "hold", _("On hold")
    THIRD = "third", _("With a third")
    MENU = "menu", _("In the menu")


class Segment(models.Model):
    """A stretch of a call: each stay in a queue, each talk, each hold, each third is a row of its own.

    Of a third `person` is the colleague who was asked, or, for a number outside, the one who asked; it begins with the
    ringing, and he talks from `talked_at` on.
    """

    call = models.ForeignKey(Call, models.CASCADE, related_name="segments")
    kind = models.CharField(max_length=6, choices=SegmentKind.choices)
    queue = models.ForeignKey(Queue, models.PROTECT, null=True, blank=True, related_name="segments")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=12, blank=True)
    ref = models.CharField(max_length=70, blank=True)  # the third's line
    number = models.CharField(max_length=30, blank=True)  # of a third outside
    talked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call", "kind"], condition=Q(ended_at__isnull=True), name="telephony_segment_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")), name="telephony_segment_forward"
            ),
            models.CheckConstraint(
                condition=Q(kind="queue", queue__isnull=False)
                | Q(kind__in=["talk", "hold", "third"], person__isnull=False)
                | Q(kind="menu"),
                name="telephony_segment_of",
            ),
        ]
        indexes = [
            models.Index(fields=["queue", "began_at"], condition=Q(kind="queue"), name="telephony_segment_queue"),
            models.Index(fields=["began_at", "person"], condition=Q(kind="talk"), name="telephony_segment_talk"),
            models.Index(fields=["person", "-began_at"], condition=Q(kind="talk"), name="telephony_segment_person"),
        ]


class Offer(models.Model):
    """A person reserved for a call: why he, until when, and what became of it.

    Only the role LINE comes from a queue and counts in its figures; of the others the queue is empty.
    """

    call = models.ForeignKey(Call, models.CASCADE, related_name="offers")
    ref = models.CharField(max_length=70)
    person = models.ForeignKey(Person, models.PROTECT, related_name="offers")
    queue = models.ForeignKey(Queue, models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=6, default=Role.LINE.value, choices=[(role.value, role.value) for role in Role])
    epoch = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    lease_until = models.DateTimeField()
    rang_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=12, blank=True, choices=[(end.value, _(OFFER_LABELS[end])) for end in OfferEnd])
    rings = models.PositiveSmallIntegerField(null=True, blank=True)
    candidates = models.JSONField(default=list)
    others = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "ref"], name="telephony_offer_ref"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at__isnull=True), name="telephony_offer_one_a_person"
            ),
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(ended_at__isnull=True, role__in=[Role.LINE.value, Role.OUT.value]),
                name="telephony_offer_one_a_call",
            ),
            models.CheckConstraint(
                condition=Q(role="line", queue__isnull=False) | Q(role__in=["out", "third", "watch"]),
                name="telephony_offer_role",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, how="") | (Q(ended_at__gte=F("made_at")) & ~Q(how="")),
                name="telephony_offer_ended",
            ),
            models.CheckConstraint(condition=Q(lease_until__gt=F("made_at")), name="telephony_offer_lease"),
        ]
        indexes = [models.Index(fields=["person", "-made_at"], name="telephony_offer_person")]
