"""Samples, reviews, appeals, and hints for a second look."""

from datetime import date, timedelta
from typing import Self

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hotline.cases.models import Case, CaseEvent
from hotline.core.fields import one_at_a_time
from hotline.core.models import append_only, audited
from hotline.people.models import Centre, Person, Position
from hotline.quality.logic import CAUSE_LABELS, DECISION_LABELS, SizeBy
from hotline.rulebook.accuracy import Cause, Decision
from hotline.telephony.models import Call

DECISIONS = [(decision.value, _(label)) for decision, label in DECISION_LABELS.items()]
CAUSES = [(cause.value, _(label)) for cause, label in CAUSE_LABELS.items()]
SIZES = [(SizeBy.COUNT.value, _("Cases a person")), (SizeBy.PERCENT.value, _("Percent of a person's cases"))]
# Who sees everybody's reviews; a handler sees his own once they are found.
LOOKS_ON = (
    Position.QUALITY,
    Position.CENTRE_SUPERVISOR,
    Position.SHIFT_LEADER,
    Position.TEAM_LEADER,
    Position.DIRECTOR,
    Position.MANAGER,
)


class Way(models.TextChoices):
    """How a case came to be reviewed."""

    SAMPLE = "sample", _("Sample")
    TARGETED = "targeted", _("Targeted")


class PlanQuerySet(models.QuerySet["Plan"]):
    """Scopes of plans."""

    def visible_to(self, person: Person) -> Self:
        """The centre's, for those who review or answer for it."""
        return self.filter(centre=person.centre_id) if person.standing.is_any(*LOOKS_ON) else self.none()


@audited
class Plan(models.Model):
    """A sample of a period, frozen as drawn: seed, population, fingerprint. Never changed or drawn anew."""

    centre = models.ForeignKey(Centre, models.PROTECT)
    days = DateRangeField(_("period"))
    size_by = models.CharField(_("size by"), max_length=8, choices=SIZES)
    filed = models.PositiveSmallIntegerField(_("filed cases"))
    rejected = models.PositiveSmallIntegerField(_("rejected cases"))
    dispatched = models.PositiveSmallIntegerField(_("dispatched cases"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    seed = models.CharField(max_length=64)
    frame_hash = models.CharField(max_length=64)
    population = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints = [
            one_at_a_time("centre", span="days", name="quality_plan_once_a_day"),
            models.CheckConstraint(condition=Q(drawn__lte=F("population")), name="quality_plan_part_of_whole"),
            models.CheckConstraint(condition=~Q(seed=""), name="quality_plan_seed"),
            models.CheckConstraint(
                condition=Q(size_by__in=[key for key, _label in SIZES]), name="quality_plan_size_by"
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.days.lower} – {self.last}"

    @property
    def last(self) -> date:
        """The last day of the period."""
        upper: date = self.days.upper
        return upper - timedelta(days=1)


@audited
class Stratum(models.Model):
    """One person's cases of one kind in a plan's period, and how many were drawn. As frozen as its plan."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="strata")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    decision = models.CharField(max_length=10, choices=DECISIONS)
    month = models.DateField()
    population = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "person", "decision"], name="quality_stratum_once"),
            models.CheckConstraint(condition=Q(drawn__lte=F("population")), name="quality_stratum_part"),
        ]
        indexes = [models.Index(fields=["person", "month"], name="quality_stratum_person")]
        triggers = append_only()


class ReviewStatus(models.TextChoices):
    """Where a review stands."""

    WAITING = "waiting", _("To review")
    CORRECT = "correct", _("Correct")
    WRONG = "wrong", _("Wrong")
    APPEALED = "appealed", _("Appealed")
    UPHELD = "upheld", _("Wrong, upheld")
    OVERTURNED = "overturned", _("Overturned: correct")


# Judged for good, as far as is known: an appealed finding is neither right nor wrong until it is decided.
RIGHT = (ReviewStatus.CORRECT, ReviewStatus.OVERTURNED)
FAULTY = (ReviewStatus.WRONG, ReviewStatus.UPHELD)
OPEN = (ReviewStatus.WAITING, ReviewStatus.APPEALED)


class FindingQuerySet(models.QuerySet["Review"]):
    """Scopes of reviews."""

    def visible_to(self, person: Person) -> Self:
        """All of the centre's for those who review; a handler's own once there is a finding, never before."""
        rows = self.filter(centre=person.centre_id)
        own = Q(handler=person.pk) & ~Q(status=ReviewStatus.WAITING)
        if person.standing.is_any(*LOOKS_ON):
            return rows.filter(~Q(handler=person.pk) | own)
        return rows.filter(own)


@audited
class Review(models.Model):
    """A case in one person's hands, looked at by somebody else (D3.8)."""

    MOVES = {
        ReviewStatus.WAITING: frozenset({ReviewStatus.CORRECT, ReviewStatus.WRONG}),
        ReviewStatus.CORRECT: frozenset({ReviewStatus.WAITING}),
        ReviewStatus.WRONG: frozenset({ReviewStatus.WAITING, ReviewStatus.APPEALED}),
        ReviewStatus.APPEALED: frozenset({ReviewStatus.UPHELD, ReviewStatus.OVERTURNED}),
        ReviewStatus.UPHELD: frozenset[ReviewStatus](),
        ReviewStatus.OVERTURNED: frozenset[ReviewStatus](),
    }

    centre = models.ForeignKey(Centre, models.PROTECT)
    way = models.CharField(_("way"), max_length=8, choices=Way.choices)
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="reviews")
    place = models.PositiveIntegerField(default=0)  # in the order of the sample
    case = models.ForeignKey(Case, models.PROTECT, related_name="reviews")
    handler = models.ForeignKey(Person, models.PROTECT, related_name="reviewed")
    decision = models.CharField(_("decision"), max_length=10, choices=DECISIONS)
    event = models.ForeignKey(CaseEvent, models.PROTECT, related_name="+")  # by which it was decided
    decided_at = models.DateTimeField()
    month = models.DateField()  # the first day of the month to which it is counted
    reason = models.CharField(_("why this one"), max_length=200, blank=True)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    reviewer = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="reviews_made")
    taken_at = models.DateTimeField(null=True, blank=True)
    cause = models.CharField(_("cause"), max_length=20, choices=CAUSES, blank=True)
    words = models.TextField(_("finding in words"), blank=True)
    evidence = models.ForeignKey(CaseEvent, models.PROTECT, null=True, blank=True, related_name="+")
    found_at = models.DateTimeField(null=True, blank=True)
    appeal_until = models.DateTimeField(null=True, blank=True)

    status = models.CharField(max_length=10, choices=ReviewStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | ~Q(reviewer=F("handler")), name="quality_review_by_another"
            ),
            models.UniqueConstraint(
                fields=["plan", "case", "handler"], condition=Q(way="sample"), name="quality_review_sample_once"
            ),
            models.UniqueConstraint(
                fields=["case", "handler", "month"], condition=Q(way="targeted"), name="quality_review_targeted_once"
            ),
            models.CheckConstraint(
                condition=Q(way="sample", plan__isnull=False) | (Q(way="targeted", plan__isnull=True) & ~Q(reason="")),
                name="quality_review_way",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ReviewStatus.values)
                & (Q(status="waiting") | Q(reviewer__isnull=False, found_at__isnull=False)),
                name="quality_review_found",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "correct"], cause="")
                | (
                    ~Q(status__in=["waiting", "correct"]) & Q(cause__in=[cause.value for cause in Cause]) & ~Q(words="")
                ),
                name="quality_review_wrong_says_why",
            ),
            models.CheckConstraint(
                condition=Q(decision__in=[decision.value for decision in Decision]), name="quality_review_decision"
            ),
        ]
        indexes = [
            models.Index(fields=["handler", "month"], name="quality_review_handler"),
            models.Index(fields=["centre", "month", "status"], name="quality_review_month"),
            models.Index(fields=["centre", "-found_at", "-id"], name="quality_review_found_idx"),
            models.Index(
                fields=["centre", "way", "place", "id"], condition=Q(status="waiting"), name="quality_review_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.get_decision_display()}"


class AppealStatus(models.TextChoices):
    """Where an appeal stands."""

    ASKED = "asked", _("To be decided")
    GRANTED = "granted", _("Granted")
    DECLINED = "declined", _("Declined")


class AppealQuerySet(models.QuerySet["Appeal"]):
    """Scopes of appeals."""

    def visible_to(self, person: Person) -> Self:
        """One's own; the centre's for those who look on."""
        rows = self.filter(review__centre=person.centre_id)
        return rows if person.standing.is_any(*LOOKS_ON) else rows.filter(handler=person.pk)


@audited
class Appeal(models.Model):
    """A handler's objection to a finding; decided by somebody who is neither the handler nor the reviewer."""

    MOVES = {
        AppealStatus.ASKED: frozenset({AppealStatus.GRANTED, AppealStatus.DECLINED}),
        AppealStatus.GRANTED: frozenset[AppealStatus](),
        AppealStatus.DECLINED: frozenset[AppealStatus](),
    }

    review = models.OneToOneField(Review, models.PROTECT, related_name="appeal")
    # Repeated from the review, so that the database itself can hold the two apart from whoever decides.
    handler = models.ForeignKey(Person, models.PROTECT, related_name="appeals")
    reviewer = models.ForeignKey(Person, models.PROTECT, related_name="+")
    words = models.TextField(_("why the finding is wrong"))
    asked_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=AppealStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="asked") | (~Q(status_by=F("handler")) & ~Q(status_by=F("reviewer"))),
                name="quality_appeal_second_person",
            ),
            models.CheckConstraint(condition=Q(status__in=AppealStatus.values), name="quality_appeal_status"),
            models.CheckConstraint(condition=Q(status="asked") | ~Q(status_note=""), name="quality_appeal_says_why"),
        ]
        indexes = [models.Index(fields=["asked_at"], condition=Q(status="asked"), name="quality_appeal_open")]


class HintKind(models.TextChoices):
    """What happened to a case that makes a second look worth while."""

    REWORK = "rework", _("Rework was demanded")
    GATE_RETURN = "gate_return", _("Returned by the gate")
    SENT_BACK = "sent_back", _("The department sent the dispatch back")
    OBJECTION = "objection", _("An objection to the dispatch was upheld")
    REOPENED = "reopened", _("Reopened after closing")


class HintStatus(models.TextChoices):
    """What became of a hint."""

    OPEN = "open", _("Suggested")
    TAKEN = "taken", _("Under review")
    DISMISSED = "dismissed", _("Dismissed")


class SecondLookQuerySet(models.QuerySet["Hint"]):
    """Scopes of hints."""

    def visible_to(self, person: Person) -> Self:
        """The centre's for those who look on, without those about oneself."""
        if not person.standing.is_any(*LOOKS_ON):
            return self.none()
        return self.filter(case__centre=person.centre_id).exclude(handler=person.pk)


@audited
class Hint(models.Model):
    """A suggestion to review a case, never a judgement: only a person finds something wrong."""

    MOVES = {
        HintStatus.OPEN: frozenset({HintStatus.TAKEN, HintStatus.DISMISSED}),
        HintStatus.TAKEN: frozenset[HintStatus](),
        HintStatus.DISMISSED: frozenset[HintStatus](),
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    handler = models.ForeignKey(Person, models.PROTECT, related_name="+")
    decision = models.CharField(max_length=10, choices=DECISIONS)
    event = models.ForeignKey(CaseEvent, models.PROTECT, related_name="+")  # the decision to look at
    kind = models.CharField(max_length=12, choices=HintKind.choices)
    because = models.TextField(blank=True)
    at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=HintStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = SecondLookQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "handler", "kind"], name="quality_hint_once"),
            models.CheckConstraint(condition=Q(status__in=HintStatus.values), name="quality_hint_status"),
        ]
        indexes = [models.Index(fields=["-at"], condition=Q(status="open"), name="quality_hint_open")]


@audited
class ReadMark(models.Model):
    """How far the events of cases have been read for hints."""

    name = models.CharField(max_length=20, unique=True)
    last = models.BigIntegerField(default=0)


class CallScoreQuerySet(models.QuerySet["CallScore"]):
    """Scopes of scored calls."""

    def visible_to(self, person: Person) -> Self:
        """One's own; the centre's for those who look on."""
        rows = self.filter(centre=person.centre_id)
        return rows if person.standing.is_any(*LOOKS_ON) else rows.filter(person=person.pk)


@audited
class CallScore(models.Model):
    """A call that somebody else listened to and scored (A6.7, A6.8): two scores of 50, and whether the business part
    was wrong altogether. Written once."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    call = models.OneToOneField(Call, models.PROTECT, related_name="score")
    person = models.ForeignKey(Person, models.PROTECT, related_name="call_scores")
    month = models.DateField()
    soft = models.PositiveSmallIntegerField(_("soft skills"))
    technical = models.PositiveSmallIntegerField(_("technical ability"))
    is_zero = models.BooleanField(_("business accuracy 0"), default=False)
    words = models.TextField(_("what was heard"))
    scored_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    scored_at = models.DateTimeField()

    objects = CallScoreQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(soft__range=(0, 50), technical__range=(0, 50)), name="quality_score_of_fifty"
            ),
            models.CheckConstraint(condition=~Q(scored_by=F("person")), name="quality_score_by_another"),
            models.CheckConstraint(condition=~Q(words=""), name="quality_score_says_what"),
        ]
        indexes = [models.Index(fields=["person", "month"], name="quality_score_person")]
        triggers = append_only()


class MonthReviewQuerySet(models.QuerySet["MonthReview"]):
    """Scopes of monthly reviews."""

    def visible_to(self, person: Person) -> Self:
        """One's own; the centre's for those who look on."""
        rows = self.filter(centre=person.centre_id)
        return rows if person.standing.is_any(*LOOKS_ON) else rows.filter(person=person.pk)


@audited
class MonthReview(models.Model):
    """The talk about somebody's month (A7.8): what was said, kept for him to read. Written once."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="month_reviews")
    month = models.DateField(_("month"))
    words = models.TextField(_("what was said"))
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    objects = MonthReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "month"], name="quality_month_review_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="quality_month_review_month"),
            models.CheckConstraint(condition=~Q(given_by=F("person")), name="quality_month_review_by_another"),
            models.CheckConstraint(condition=~Q(words=""), name="quality_month_review_says_what"),
        ]
        triggers = append_only()
