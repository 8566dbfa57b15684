"""The case row: a projection of its events, written in the same transaction as they are."""

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower, Replace
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from hotline.cases.logic.flow import ENDED, STATUS_LABELS, Status, moves
from hotline.cases.models.places import District, Grid
from hotline.cases.models.standard import Category, Condition
from hotline.core.models import audited, guard
from hotline.customers.models import Customer
from hotline.people.models import Centre, Person, Position, Unit

if TYPE_CHECKING:
    from hotline.cases.models.custody import Holding, StageRun


class Source(models.TextChoices):
    """How a report came in (B3.1)."""

    FIELD = "field", _("Field supervisor")
    PHONE = "phone", _("Phone")
    LETTER = "letter", _("Letter")
    VISIT = "visit", _("Visit")
    WEB = "web", _("Web")
    IMPORT = "import", _("Import")


WHOLE_CENTRE = (
    Position.DIRECTOR,
    Position.MANAGER,
    Position.CENTRE_SUPERVISOR,
    Position.SHIFT_LEADER,
    Position.TEAM_LEADER,
    Position.OPERATOR,
    Position.AGENT,
    Position.DISPATCHER,
    Position.QUALITY,
    Position.TRAINER,
)
ENDED_VALUES = sorted(ENDED)


def folded(column: str) -> Combinable:
    """An address as two of them are compared: without blanks, in small letters."""
    return Lower(Replace(column, Value(" "), Value("")))


# Merged cases hang on one that is not merged itself: no chains, so no loops. Holds against two at once too.
ONE_LEVEL_DEEP = guard(
    name="merged_one_level_deep",
    column="merged_into_id",
    when={"new__merged_into__isnull": False},
    check="""
            PERFORM 1 FROM cases_case WHERE id = NEW.merged_into_id FOR SHARE;
            IF EXISTS (SELECT 1 FROM cases_case WHERE id = NEW.merged_into_id AND merged_into_id IS NOT NULL)
               OR EXISTS (SELECT 1 FROM cases_case WHERE merged_into_id = NEW.id) THEN
                RAISE EXCEPTION 'case % cannot be merged into %: chains are not kept', NEW.id, NEW.merged_into_id
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
)


class CaseQuerySet(models.QuerySet["Case"]):
    """Scopes of cases."""

    def visible_to(self, person: Person) -> Self:
        """All of the centre's for those who work in it; a department sees what was ever dispatched to it,
        a field supervisor what he reported or was asked to look at."""
        rows = self.filter(centre=person.centre_id)
        standing = person.standing
        if standing.is_any(*WHOLE_CENTRE):
            return rows
        mine = Q()
        if standing.is_any(Position.DEPARTMENT_CLERK):
            units = [unit for position, unit in standing.held if position == Position.DEPARTMENT_CLERK]
            mine |= Q(department__in=units) | Q(pk__in=rows.filter(holdings__unit__in=units).values("pk"))
        if standing.is_any(Position.FIELD_SUPERVISOR):
            mine |= Q(reporter=person.pk) | Q(tasks__person=person.pk)
        return rows.filter(mine).distinct() if mine else rows.none()

    def open(self) -> Self:
        """Cases that have not ended."""
        return self.exclude(status__in=ENDED_VALUES)


@audited
class Case(models.Model):
    """A matter from intake to closing. Every column but the keys follows from the events (hotline.cases.logic)."""

    MOVES = moves()

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="cases")
    number = models.CharField(_("case number"), max_length=20)
    source = models.CharField(_("source"), max_length=8, choices=Source.choices)
    external_id = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(default=0)  # the seq of its last event

    status = models.CharField(_("status"), max_length=14, choices=[(s.value, _(STATUS_LABELS[s])) for s in Status])
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="cases")
    reporter = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="reported_cases")
    is_secret = models.BooleanField(_("keep the caller secret"), default=False)
    description = models.TextField(_("description"))
    is_urgent = models.BooleanField(_("urgent"), default=False)

    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="cases")
    condition = models.ForeignKey(Condition, models.PROTECT, null=True, blank=True, related_name="cases")

    place = models.CharField(_("place"), max_length=200, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    datum = models.CharField(max_length=8, default="wgs84")
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="cases")
    grid = models.ForeignKey(Grid, models.PROTECT, null=True, blank=True, related_name="cases")

    first_owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="first_owned")
    operator = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="cases")

    arrived_at = models.DateTimeField(_("arrived"))
    changed_at = models.DateTimeField(_("last change"))  # the moment of its last event
    filed_at = models.DateTimeField(null=True, blank=True)
    dispatched_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)  # of the handling phase, across hops
    feedback_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    closing_answer = models.TextField(_("answer to the closing condition"), blank=True)
    rework_count = models.PositiveSmallIntegerField(default=0)
    send_back_count = models.PositiveSmallIntegerField(default=0)
    reopen_count = models.PositiveSmallIntegerField(default=0)
    postponed_count = models.PositiveSmallIntegerField(default=0)
    part_count = models.PositiveSmallIntegerField(default=0)
    # The case in which this one goes on (并案). One level deep: what is merged has nothing merged into it.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", db_index=False
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "number"], name="cases_case_number"),
            models.UniqueConstraint(
                fields=["centre", "source", "external_id"],
                condition=~Q(external_id=""),
                name="cases_case_external_once",
            ),
            models.CheckConstraint(condition=Q(status__in=[s.value for s in Status]), name="cases_case_status"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="cases_case_point",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("arrived_at")),
                name="cases_case_ends_after_arrival",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ENDED_VALUES, ended_at__isnull=False)
                | (~Q(status__in=ENDED_VALUES) & Q(ended_at__isnull=True)),
                name="cases_case_ended",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.MERGED.value, merged_into__isnull=False)
                | (~Q(status=Status.MERGED.value) & Q(merged_into__isnull=True)),
                name="cases_case_merged",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
                name="cases_case_not_into_itself",
            ),
        ]
        triggers = [ONE_LEVEL_DEEP]
        indexes = [
            models.Index(fields=["centre", "-arrived_at", "-id"], name="cases_case_recent"),
            models.Index(fields=["centre", "status", "-id"], name="cases_case_status_idx"),
            models.Index(fields=["department", "status"], name="cases_case_department"),
            models.Index(fields=["customer", "-id"], name="cases_case_customer"),
            # few cases are open, and few come by letter or in person: their lists must not pass a million others
            models.Index(fields=["centre", "due_at", "id"], condition=Q(ended_at__isnull=True), name="cases_case_open"),
            models.Index(
                fields=["centre", "source", "-id"],
                condition=Q(source__in=["letter", "visit"]),
                name="cases_case_rare_source",
            ),
            models.Index(
                fields=["centre", "-arrived_at", "-id"], condition=Q(is_urgent=True), name="cases_case_urgent"
            ),
            models.Index(
                fields=["centre", "-arrived_at", "-id"], condition=Q(is_secret=True), name="cases_case_secret"
            ),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="cases_case_merged_into"),
            # what may be the same matter is looked up at every report: few cases are open, few ended a short while ago
            models.Index(
                fields=["category", "latitude", "longitude"],
                condition=Q(ended_at__isnull=True, latitude__isnull=False),
                name="cases_case_open_near",
            ),
            models.Index(
                "category", folded("place"), condition=Q(ended_at__isnull=True), name="cases_case_open_address"
            ),
            models.Index(
                fields=["category", "ended_at"], condition=Q(ended_at__isnull=False), name="cases_case_ended_lately"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @cached_property
    def holding(self) -> "Holding | None":
        """The open holding; None once the case has ended."""
        return self.holdings.filter(span__upper_inf=True).first()

    @cached_property
    def open_stage(self) -> "StageRun | None":
        """The pass through a stage that runs; None once the case has ended."""
        return self.stages.filter(ended_at__isnull=True).first()

    @property
    def code(self) -> Status:
        """The status as the flow knows it."""
        return Status(self.status)


class CaseCounter(models.Model):
    """The last serial number given on a day, so that people can quote a short number on the phone."""

    centre = models.ForeignKey(Centre, models.PROTECT)
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "day"], name="cases_counter_day")]


class CaseSearch(models.Model):
    """What a case is found by, apart from its row so that moving a case does not rewrite the index."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="found_by")
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="cases_search_words")]
