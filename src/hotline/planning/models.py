"""Tables of planning: series with their histories, forecasts as they were made, corrections, proposals of the day."""

from typing import Self

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hotline.core.models import append_only, audited
from hotline.people.models import Centre, Person, Position, Skill
from hotline.planning.logic.day import HALF_HOURS, KIND_LABELS, MOVES, STATUS_LABELS, Kind, Status
from hotline.rulebook.staffing import Line

SEES = (
    Position.DIRECTOR,
    Position.MANAGER,
    Position.CENTRE_SUPERVISOR,
    Position.SHIFT_LEADER,
    Position.TEAM_LEADER,
    Position.HR,
)
WINDOW = (17, 44)  # 8:30 to 22:00 (A2.1)


class Source(models.TextChoices):
    """Where the history of a series comes from."""

    CASES = "cases", _("Our own reports")
    FILE = "file", _("Imported files")


LINES = [(Line.GOVERNMENT.value, _("Government hotline")), (Line.OTHER.value, _("Other line"))]


class SeriesQuerySet(models.QuerySet["Series"]):
    """Scopes of series."""

    def visible_to(self, person: Person) -> Self:
        """The centre's, for those who lead it and its teams."""
        rows = self.filter(centre=person.centre_id)
        return rows if person.is_system or person.standing.is_any(*SEES) else rows.none()


@audited
class Series(models.Model):
    """A kind of work whose amount is forecast: reports, calls of a queue. Its numbers say what an hour of it needs."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    code = models.SlugField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=60)
    source = models.CharField(_("history from"), max_length=10, choices=Source.choices)
    line = models.CharField(_("kind of line"), max_length=12, choices=LINES, default=Line.GOVERNMENT.value)
    skill = models.ForeignKey(Skill, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("skill"))
    handling_seconds = models.PositiveIntegerField(
        _("handling time in seconds"), default=240, help_text=_("Used until the history tells its own.")
    )
    patience_seconds = models.PositiveIntegerField(
        _("patience in seconds"), null=True, blank=True, help_text=_("Empty: nobody hangs up (Erlang C).")
    )
    hour_fen = models.BigIntegerField(_("cost of an hour, in fen"), default=3000)
    first_slot = models.PositiveSmallIntegerField(default=WINDOW[0])
    last_slot = models.PositiveSmallIntegerField(default=WINDOW[1])  # not included
    is_active = models.BooleanField(_("in use"), default=True)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "code"], name="planning_series_code"),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="planning_series_source"),
            models.CheckConstraint(condition=Q(line__in=[line.value for line in Line]), name="planning_series_line"),
            models.CheckConstraint(
                condition=Q(first_slot__lt=F("last_slot"), last_slot__lte=HALF_HOURS), name="planning_series_window"
            ),
            models.CheckConstraint(
                condition=Q(handling_seconds__gt=0, hour_fen__gte=0), name="planning_series_sensible"
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


@audited
class HistoryFile(models.Model):
    """A file of past amounts that was taken in, whole or not at all; the same file again changes nothing."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="files")
    name = models.CharField(_("file"), max_length=120)
    sha256 = models.CharField(max_length=64)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    rows = models.PositiveIntegerField(_("rows"))
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "sha256"], name="planning_historyfile_once")]
        ordering = ["-taken_at", "-pk"]


class Count(models.Model):
    """How much came in one half hour of the past, by an imported file; a later file overrules an earlier one."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="counts")
    file = models.ForeignKey(HistoryFile, models.PROTECT, related_name="counts")
    day = models.DateField(_("day"))
    slot = models.PositiveSmallIntegerField(_("half hour"))
    amount = models.PositiveIntegerField(_("amount"))
    handling_seconds = models.PositiveIntegerField(_("handling time in seconds"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "day", "slot"], name="planning_count_once"),
            models.CheckConstraint(condition=Q(slot__lt=HALF_HOURS), name="planning_count_slot"),
        ]


class ForecastRun(models.Model):
    """A forecast as it was made: never changed, so that it can be held against what came."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="runs")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    first = models.DateField(_("first day"))
    days = models.PositiveSmallIntegerField(_("number of days"))
    model = models.CharField(_("model"), max_length=20)
    is_asked = models.BooleanField(_("model chosen by hand"), default=False)
    history_first = models.DateField()
    history_days = models.PositiveSmallIntegerField()
    floor = models.DecimalField(_("error that chance leaves"), max_digits=6, decimal_places=4)
    # Of planned time, what the roster cannot know yet, as the four weeks before had it.
    shrinkage = models.DecimalField(_("shrinkage"), max_digits=5, decimal_places=4, default=0)
    # How each model did when tried on the past, the best first: [{model, error, bias}], decimals as text.
    scores = models.JSONField(default=list)

    class Meta:
        triggers = append_only()
        indexes = [models.Index(fields=["series", "-made_at"], name="planning_run_newest")]
        ordering = ["-made_at", "-pk"]


class ForecastValue(models.Model):
    """What a run says of one half hour: the amount, the range that eight in ten keep to, the time each takes."""

    run = models.ForeignKey(ForecastRun, models.PROTECT, related_name="values")
    day = models.DateField(_("day"))
    slot = models.PositiveSmallIntegerField(_("half hour"))
    mean = models.DecimalField(_("amount"), max_digits=9, decimal_places=2)
    low = models.DecimalField(_("at least"), max_digits=9, decimal_places=2)
    high = models.DecimalField(_("at most"), max_digits=9, decimal_places=2)
    handling_seconds = models.PositiveIntegerField(_("handling time in seconds"))

    class Meta:
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["run", "day", "slot"], name="planning_value_once"),
            models.CheckConstraint(condition=Q(slot__lt=HALF_HOURS), name="planning_value_slot"),
            models.CheckConstraint(
                condition=Q(low__gte=0, mean__gte=F("low"), high__gte=F("mean")), name="planning_value_range"
            ),
        ]


@audited
class Override(models.Model):
    """Somebody knows better: a share of the forecast for some half hours of a day, with his reason."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="overrides")
    day = models.DateField(_("day"))
    first_slot = models.PositiveSmallIntegerField(_("from half hour"))
    last_slot = models.PositiveSmallIntegerField(_("until half hour"))  # not included
    percent = models.PositiveSmallIntegerField(_("percent of the forecast"))
    reason = models.CharField(_("reason"), max_length=200)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first_slot__lt=F("last_slot"), last_slot__lte=HALF_HOURS), name="planning_override_slots"
            ),
            models.CheckConstraint(condition=Q(percent__lte=1000), name="planning_override_percent"),
            models.CheckConstraint(condition=~Q(reason=""), name="planning_override_reason"),
        ]
        indexes = [models.Index(fields=["series", "day"], name="planning_override_day")]
        ordering = ["day", "first_slot", "pk"]


class RemedyQuerySet(models.QuerySet["Remedy"]):
    """Scopes of proposals."""

    def visible_to(self, person: Person) -> Self:
        """The centre's, for those who lead it and its teams."""
        rows = self.filter(centre=person.centre_id)
        return rows if person.is_system or person.standing.is_any(*SEES) else rows.none()


@audited
class Remedy(models.Model):
    """What could be done about a gap of this afternoon (A7.5): somebody stays, a break moves, a coaching is put off.

    `ref` is the shift, the break or the booking; `span` what it becomes (for staying, the added time).
    """

    MOVES = MOVES

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    kind = models.CharField(
        _("kind"), max_length=12, choices=[(key.value, _(word)) for key, word in KIND_LABELS.items()]
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    ref = models.BigIntegerField()
    span = DateTimeRangeField()
    slots = ArrayField(models.PositiveSmallIntegerField(), default=list)  # half hours that gain a head
    cost_fen = models.BigIntegerField(_("cost in fen"), default=0)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status = models.CharField(
        _("status"), max_length=10, choices=[(key.value, _(word)) for key, word in STATUS_LABELS.items()]
    )
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.CharField(max_length=200, blank=True)

    objects = RemedyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in Kind]), name="planning_remedy_kind"),
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in Status]), name="planning_remedy_status"
            ),
            models.CheckConstraint(condition=Q(span__isempty=False), name="planning_remedy_span"),
            models.UniqueConstraint(
                fields=["person", "kind", "ref"],
                condition=Q(status=Status.OPEN.value),
                name="planning_remedy_one_open",
            ),
        ]
        indexes = [models.Index(fields=["centre", "day"], name="planning_remedy_day")]
        ordering = ["day", "pk"]
