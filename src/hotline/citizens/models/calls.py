"""Call-backs (回访): whom the centre asks after the end, every try, the answer, and who looks at what was not good."""

from enum import StrEnum
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.cases.models import Case
from hotline.citizens.models.public import DESK, LEADS, READS
from hotline.core.models import audited
from hotline.people.models import Centre, Person


class Grade(models.TextChoices):
    """How content somebody is."""

    SATISFIED = "satisfied", _("Satisfied")
    PARTLY = "partly", _("Partly satisfied")
    DISSATISFIED = "dissatisfied", _("Dissatisfied")


class Reason(models.TextChoices):
    """What somebody is not content with: the result, or how he was served."""

    NOT_SOLVED = "result_not_solved", _("Result: the matter is not settled")
    POOR_WORK = "result_poor_work", _("Result: badly done, it came back")
    TOO_SLOW = "result_too_slow", _("Result: it took too long")
    NO_ANSWER = "service_no_answer", _("Service: nobody told me anything")
    ATTITUDE = "service_attitude", _("Service: the tone was not right")
    OTHER = "service_other", _("Service: something else")


class CallStatus(StrEnum):
    """Where a call-back stands."""

    WAITING = "waiting"
    TAKEN = "taken"
    DONE = "done"
    UNREACHED = "unreached"
    CANCELLED = "cancelled"


CALL_LABELS = {
    CallStatus.WAITING: _("To be called"),
    CallStatus.TAKEN: _("Being called"),
    CallStatus.DONE: _("Has answered"),
    CallStatus.UNREACHED: _("Not reached"),
    CallStatus.CANCELLED: _("Not needed any more"),
}
CALL_MOVES: dict[CallStatus, frozenset[CallStatus]] = {
    CallStatus.WAITING: frozenset({CallStatus.TAKEN, CallStatus.DONE, CallStatus.CANCELLED}),
    CallStatus.TAKEN: frozenset(
        {CallStatus.WAITING, CallStatus.DONE, CallStatus.UNREACHED, CallStatus.CANCELLED, CallStatus.TAKEN}
    ),
    CallStatus.DONE: frozenset(),
    CallStatus.UNREACHED: frozenset({CallStatus.DONE}),  # he rated by himself afterwards
    CallStatus.CANCELLED: frozenset(),
}


class CallBackQuerySet(models.QuerySet["CallBack"]):
    """Scopes of call-backs."""

    def visible_to(self, person: Person) -> Self:
        """The centre's, for those who call back or answer for how content people are."""
        if not person.standing.is_any(*DESK, *LEADS, *READS):
            return self.none()
        return self.filter(centre=person.centre_id)


@audited
class CallBack(models.Model):
    """A citizen who is asked, after one end of his report, how content he is. One a report and end."""

    MOVES = CALL_MOVES

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="call_backs")
    round = models.PositiveSmallIntegerField(default=0)  # how often the matter had been reopened by then
    ended_at = models.DateTimeField()
    next_at = models.DateTimeField()  # not to be called sooner
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    taken_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    grade = models.CharField(max_length=12, choices=Grade.choices, blank=True)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    words = models.TextField(blank=True)
    rated_at = models.DateTimeField(null=True, blank=True)
    by_himself = models.BooleanField(default=False)

    status = models.CharField(max_length=9, choices=[(s.value, label) for s, label in CALL_LABELS.items()])
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = CallBackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="citizens_callback_once"),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in CallStatus]), name="citizens_callback_status"
            ),
            models.CheckConstraint(condition=Q(grade="") | Q(rated_at__isnull=False), name="citizens_callback_rated"),
            models.CheckConstraint(
                condition=~Q(grade=Grade.DISSATISFIED) | ~Q(reason=""), name="citizens_callback_reason"
            ),
            models.CheckConstraint(
                condition=~Q(status="taken") | Q(taken_by__isnull=False), name="citizens_callback_taken"
            ),
        ]
        indexes = [
            models.Index(
                fields=["centre", "next_at", "id"], condition=Q(status="waiting"), name="citizens_callback_queue"
            ),
            models.Index(fields=["taken_by"], condition=Q(status="taken"), name="citizens_callback_hand"),
            models.Index(fields=["centre", "-ended_at", "-id"], name="citizens_callback_recent"),
            models.Index(fields=["centre", "rated_at"], condition=~Q(grade=""), name="citizens_callback_rated_at"),
        ]

    @property
    def is_open(self) -> bool:
        """Whether he is still to be called."""
        return self.status in {CallStatus.WAITING, CallStatus.TAKEN}


@audited
class CallTry(models.Model):
    """One call, and whether somebody answered."""

    call = models.ForeignKey(CallBack, models.CASCADE, related_name="calls")
    number = models.PositiveSmallIntegerField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_reached = models.BooleanField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "number"], name="citizens_calltry_number")]
        ordering = ["number"]


class ReviewStatus(StrEnum):
    """Where a review stands."""

    WAITING = "waiting"
    REOPENED = "reopened"
    KEPT = "kept"


REVIEW_LABELS = {
    ReviewStatus.WAITING: _("Waits for a decision"),
    ReviewStatus.REOPENED: _("Reopened"),
    ReviewStatus.KEPT: _("Not reopened"),
}


class ReviewQuerySet(models.QuerySet["Review"]):
    """Scopes of reviews."""

    def visible_to(self, person: Person) -> Self:
        """The centre's, for those who lead shifts or answer for how content people are."""
        if not person.standing.is_any(*LEADS, *READS):
            return self.none()
        return self.filter(call__centre=person.centre_id)


@audited
class Review(models.Model):
    """Somebody was not content, and a shift leader decides whether the matter is opened again."""

    MOVES = {
        ReviewStatus.WAITING: frozenset({ReviewStatus.REOPENED, ReviewStatus.KEPT}),
        ReviewStatus.REOPENED: frozenset(),
        ReviewStatus.KEPT: frozenset(),
    }

    call = models.OneToOneField(CallBack, models.PROTECT, related_name="review")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=[(s.value, label) for s, label in REVIEW_LABELS.items()])
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in ReviewStatus]), name="citizens_review_known"
            )
        ]
        indexes = [models.Index(fields=["at"], condition=Q(status="waiting"), name="citizens_review_waiting")]
