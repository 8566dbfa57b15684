"""Exams, incidents, the period of a centre, frozen sheets with their lines, appeals and later corrections."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.attendance.models import LEADS, scope
from hotline.core.models import audited, audited_in_bulk, sealed
from hotline.people.models import Centre, Person, Position, Unit, teams

CLOSED = "the month is closed: book a correction in an open one"


def _of_period(column: str) -> str:
    return f"EXISTS (SELECT 1 FROM appraisal_period p WHERE p.id = {column}.period_id AND p.status = 'closed')"  # noqa: S608 names of rows


def _of_sheet(row: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM appraisal_sheet s JOIN appraisal_period p ON p.id = s.period_id "  # noqa: S608 as above
        f"WHERE s.id = {row}.sheet_id AND p.status = 'closed')"
    )


def _of_month(row: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM appraisal_period p JOIN people_person h ON h.centre_id = p.centre_id "  # noqa: S608
        f"WHERE h.id = {row}.person_id AND p.month = {row}.month AND p.status = 'closed')"
    )


class ExamQuerySet(models.QuerySet["ExamResult"]):
    """Scopes of exam results."""

    def visible_to(self, person: Person) -> Self:
        """As sheets; and the centre's for the trainer, who records them."""
        if person.standing.is_any(Position.TRAINER):
            return self.filter(person__centre=person.centre_id)
        return self.filter(scope(person, teams.in_month("month")))


class Absence(models.TextChoices):
    """Whoever did not sit the exam (reading 35)."""

    EXCUSED = "excused", _("Absent, excused")
    UNEXCUSED = "unexcused", _("Absent, not excused")


@audited
class ExamResult(models.Model):
    """A person's result of the month's exam (D3.9): a score in percent, or why there is none."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="exam_results")
    month = models.DateField()
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2, null=True, blank=True)
    absent = models.CharField(_("absence"), max_length=10, choices=Absence.choices, blank=True)
    paper = models.CharField(_("paper"), max_length=200)
    recorded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = ExamQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "month"], name="appraisal_exam_once"),
            models.CheckConstraint(
                condition=Q(score__isnull=False, absent="") | Q(score__isnull=True, absent__in=Absence.values),
                name="appraisal_exam_score_or_absence",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__range=(0, 100)), name="appraisal_exam_percent"
            ),
            models.CheckConstraint(condition=~Q(recorded_by=F("person")), name="appraisal_exam_by_another"),
        ]
        triggers = sealed(name="exam_closed", old=_of_month("OLD"), new=_of_month("NEW"), message=CLOSED)


class MatterKind(models.TextChoices):
    """What a person's conduct may bring, never by itself."""

    MINOR = "minor", _("Breach (D6.1)")
    MAJOR = "major", _("Grave breach (D6.2)")
    CONDUCT = "conduct", _("Other work, 1 to 10 points (D3.13)")
    REWARD = "reward", _("Reward, 1 to 5 points (D3.14)")


class MatterStatus(models.TextChoices):
    """Proposed by one, heard, confirmed by another."""

    PROPOSED = "proposed", pgettext_lazy("appraisal", "Proposed")
    HEARD = "heard", _("Heard")
    CONFIRMED = "confirmed", pgettext_lazy("appraisal", "Confirmed")
    DROPPED = "dropped", pgettext_lazy("appraisal", "Dropped")


class MatterQuerySet(models.QuerySet["Incident"]):
    """Scopes of incidents."""

    def visible_to(self, person: Person) -> Self:
        """As sheets."""
        return self.filter(scope(person, teams.in_month("month")))


@audited
class Incident(models.Model):
    """A breach, conduct or a reward: proposed with evidence, the person is heard, somebody else confirms."""

    MOVES = {
        MatterStatus.PROPOSED: frozenset({MatterStatus.HEARD, MatterStatus.CONFIRMED, MatterStatus.DROPPED}),
        MatterStatus.HEARD: frozenset({MatterStatus.CONFIRMED, MatterStatus.DROPPED}),
        MatterStatus.CONFIRMED: frozenset[MatterStatus](),
        MatterStatus.DROPPED: frozenset[MatterStatus](),
    }

    person = models.ForeignKey(Person, models.PROTECT, related_name="incidents")
    month = models.DateField()
    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=8, choices=MatterKind.choices)
    points = models.PositiveSmallIntegerField(_("points"), default=0)
    words = models.TextField(_("what happened"))
    evidence = models.CharField(_("evidence"), max_length=200)
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    statement = models.TextField(_("what the person says"), blank=True)
    status = models.CharField(max_length=10, choices=MatterStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = MatterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="conduct", points__range=(1, 10)) | Q(kind="reward", points__range=(1, 5)))
                | Q(kind__in=["minor", "major"], points=0),
                name="appraisal_incident_points",
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed") | (~Q(status_by=F("proposed_by")) & ~Q(status_by=F("person"))),
                name="appraisal_incident_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed") | Q(kind="reward") | ~Q(statement=""),
                name="appraisal_incident_heard",
            ),
        ]
        indexes = [models.Index(fields=["person", "month"], name="appraisal_incident_month")]
        triggers = sealed(name="incident_closed", old=_of_month("OLD"), new=_of_month("NEW"), message=CLOSED)


class PeriodStatus(models.TextChoices):
    """How far a month is."""

    COMPUTED = "computed", _("Computed")
    SHOWN = "shown", _("Shown to everybody")
    CONFIRMED = "confirmed", pgettext_lazy("appraisal", "Confirmed")
    CLOSED = "closed", pgettext_lazy("appraisal", "Closed")


class PeriodQuerySet(models.QuerySet["Period"]):
    """Scopes of periods."""

    def visible_to(self, person: Person) -> Self:
        """The centre's, for those who lead it."""
        return self.filter(centre=person.centre_id) if person.standing.is_any(*LEADS) else self.none()


@audited
class Period(models.Model):
    """A centre's month: computed, shown, confirmed by a named person, closed by another, and then never written."""

    MOVES = {
        PeriodStatus.COMPUTED: frozenset({PeriodStatus.SHOWN}),
        PeriodStatus.SHOWN: frozenset({PeriodStatus.CONFIRMED}),
        PeriodStatus.CONFIRMED: frozenset({PeriodStatus.CLOSED}),
        PeriodStatus.CLOSED: frozenset[PeriodStatus](),
    }

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="periods")
    month = models.DateField()
    appeal_until = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=10, choices=PeriodStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "month"], name="appraisal_period_once"),
            models.CheckConstraint(
                condition=~Q(status__in=["confirmed", "closed"]) | Q(confirmed_by__isnull=False),
                name="appraisal_period_confirmed_by",
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | ~Q(status_by=F("confirmed_by")), name="appraisal_period_two_persons"
            ),
        ]
        ordering = ["-month"]
        triggers = sealed(name="period_closed", old="OLD.status = 'closed'", new="FALSE", message=CLOSED)


class SheetQuerySet(models.QuerySet["Sheet"]):
    """Scopes of sheets."""

    def visible_to(self, person: Person) -> Self:
        """One's own; a team's for its leader; the centre's for those who lead it."""
        return self.filter(scope(person, teams.in_month("period__month")))


@audited
class Sheet(models.Model):
    """A person's month: facts frozen with their sum, and what the rules found; computed anew it is a further run."""

    period = models.ForeignKey(Period, models.PROTECT, related_name="sheets")
    person = models.ForeignKey(Person, models.PROTECT, related_name="sheets")
    role = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField()
    is_current = models.BooleanField(default=True)
    facts = models.JSONField()
    digest = models.CharField(max_length=64)
    points = models.SmallIntegerField()
    fen = models.IntegerField()
    uncollected_fen = models.IntegerField(default=0)
    proposals = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = SheetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "person", "number"], name="appraisal_sheet_run"),
            models.UniqueConstraint(
                fields=["period", "person"], condition=Q(is_current=True), name="appraisal_sheet_one_current"
            ),
        ]
        triggers = sealed(name="sheet_closed", old=_of_period("OLD"), new=_of_period("NEW"), message=CLOSED)


class LineQuerySet(models.QuerySet["Line"]):
    """Scopes of lines."""

    def visible_to(self, person: Person) -> Self:
        """As their sheets."""
        return self.filter(sheet__in=Sheet.objects.visible_to(person))


@audited_in_bulk
class Line(models.Model):
    """One line of a sheet: the lines of a sheet add up to its points and fen."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="lines")
    place = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=12)
    sort = models.CharField(max_length=10)
    clause = models.CharField(max_length=10)
    points = models.SmallIntegerField()
    fen = models.IntegerField()
    zh = models.TextField()
    en = models.TextField()
    evidence = models.JSONField(default=list)
    parameters = models.JSONField(default=dict)
    # a correction of a closed month cites the line that it corrects
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")

    objects = LineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "place"], name="appraisal_line_place"),
            models.CheckConstraint(
                condition=Q(sort="correction", corrects__isnull=False) | ~Q(sort="correction"),
                name="appraisal_line_correction_cites",
            ),
        ]
        ordering = ["place"]
        triggers = sealed(name="line_closed", old=_of_sheet("OLD"), new=_of_sheet("NEW"), message=CLOSED)


class AppealStatus(models.TextChoices):
    """Where an appeal stands."""

    ASKED = "asked", _("To be decided")
    GRANTED = "granted", pgettext_lazy("appraisal", "Granted")
    DECLINED = "declined", _("Declined")


class LineAppealQuerySet(models.QuerySet["Appeal"]):
    """Scopes of appeals."""

    def visible_to(self, person: Person) -> Self:
        """As sheets."""
        return self.filter(scope(person, teams.in_month("line__sheet__period__month")))


@audited
class Appeal(models.Model):
    """An objection to a line; somebody else decides. Granted, the month is computed without the fact behind it.

    Of a closed month the difference is booked as a line of the next open one: `booked` names that month's period.
    """

    MOVES = {
        AppealStatus.ASKED: frozenset({AppealStatus.GRANTED, AppealStatus.DECLINED}),
        AppealStatus.GRANTED: frozenset[AppealStatus](),
        AppealStatus.DECLINED: frozenset[AppealStatus](),
    }

    line = models.ForeignKey(Line, models.PROTECT, related_name="appeals")
    person = models.ForeignKey(Person, models.PROTECT, related_name="assessment_appeals")
    words = models.TextField(_("why it is wrong"))
    asked_at = models.DateTimeField()
    booked = models.ForeignKey(Period, models.PROTECT, null=True, blank=True, related_name="corrections")
    points = models.SmallIntegerField(default=0)  # booked as a correction
    fen = models.IntegerField(default=0)
    status = models.CharField(max_length=10, choices=AppealStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = LineAppealQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="asked") | (~Q(status_by=F("person")) & ~Q(status_note="")),
                name="appraisal_appeal_second_person",
            ),
            models.UniqueConstraint(fields=["line"], condition=Q(status="asked"), name="appraisal_appeal_one_open"),
        ]
        indexes = [models.Index(fields=["asked_at"], condition=Q(status="asked"), name="appraisal_appeal_open")]


class MeasureQuerySet(models.QuerySet["Measure"]):
    """Scopes of measures."""

    def visible_to(self, person: Person) -> Self:
        """As sheets."""
        return self.filter(scope(person, teams.in_month("month")))


class Measure(models.Model):
    """What is known of a person's month for the indicators (A6): whole numbers, counted anew while the month is open.

    `numbers` are those of `rulebook.indicators.Known`; `unit` is where the person stood in that month.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="measures")
    month = models.DateField()
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    numbers = models.JSONField()
    made_at = models.DateTimeField()

    objects = MeasureQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "month"], name="appraisal_measure_once")]
        indexes = [models.Index(fields=["month"], name="appraisal_measure_month")]
        triggers = sealed(name="measure_closed", old=_of_month("OLD"), new=_of_month("NEW"), message=CLOSED)


class AwardKind(models.TextChoices):
    """What a reward is for."""

    MONTHLY = "monthly", _("Monthly incentive (A7.11)")
    RANKING = "ranking", _("First in the ranking (D5)")
    SUGGESTION = "suggestion", _("Adopted suggestion (D5)")
    ARTICLE = "article", _("Accepted article (D5)")


class AwardQuerySet(models.QuerySet["Award"]):
    """Scopes of rewards."""

    def visible_to(self, person: Person) -> Self:
        """What was confirmed is praised before everybody in the centre; proposals as sheets, without one's own."""
        proposals = scope(person, teams.at_moment("proposed_at")) & ~Q(person=person.pk)
        return self.filter(Q(person__centre=person.centre_id) & (Q(status="confirmed") | proposals))


@audited
class Award(models.Model):
    """A reward for something everybody could see: proposed by one, confirmed by another, praised in public."""

    MOVES = {
        MatterStatus.PROPOSED: frozenset({MatterStatus.CONFIRMED, MatterStatus.DROPPED}),
        MatterStatus.CONFIRMED: frozenset[MatterStatus](),
        MatterStatus.DROPPED: frozenset[MatterStatus](),
    }

    person = models.ForeignKey(Person, models.PROTECT, related_name="awards")
    kind = models.CharField(_("kind"), max_length=10, choices=AwardKind.choices)
    period = models.CharField(_("month or half-year"), max_length=7)  # 2026-10, 2026-H2 or 2026
    grade = models.PositiveSmallIntegerField(_("grade"), null=True, blank=True)
    words = models.TextField(_("what for"))
    in_kind = models.CharField(_("what is given"), max_length=100, blank=True)
    fen = models.PositiveIntegerField(default=0)
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=MatterStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = AwardQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="monthly", grade__in=[1, 2, 3]) | (~Q(kind="monthly") & Q(grade__isnull=True)),
                name="appraisal_award_grade",
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed") | (~Q(status_by=F("proposed_by")) & ~Q(status_by=F("person"))),
                name="appraisal_award_second_person",
            ),
            models.CheckConstraint(condition=~Q(proposed_by=F("person")), name="appraisal_award_by_another"),
            models.CheckConstraint(condition=~Q(words=""), name="appraisal_award_says_why"),
            models.UniqueConstraint(
                fields=["person", "kind", "period"],
                condition=Q(kind__in=["monthly", "ranking"]) & ~Q(status="dropped"),
                name="appraisal_award_once",
            ),
        ]
        indexes = [models.Index(fields=["period", "kind"], name="appraisal_award_period")]
