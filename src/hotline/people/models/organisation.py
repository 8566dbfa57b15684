"""Centres, units, persons, and the positions they hold from one day to another."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from hotline.core import clock
from hotline.core.fields import one_at_a_time
from hotline.core.models import audited


class Position(models.TextChoices):
    """What a person is in the centre; the meaning of a position is code, who holds it is data."""

    DIRECTOR = "director", _("Director")
    MANAGER = "manager", _("Manager")
    CENTRE_SUPERVISOR = "centre_supervisor", _("Centre supervisor")
    SHIFT_LEADER = "shift_leader", _("Shift leader")
    TEAM_LEADER = "team_leader", _("Team leader")
    OPERATOR = "operator", _("Operator")
    AGENT = "agent", _("Agent")
    DISPATCHER = "dispatcher", _("Dispatcher")
    TRAINER = "trainer", _("Trainer")
    QUALITY = "quality", _("Quality inspector")
    HR = "hr", _("Human resources")
    SYSADMIN = "sysadmin", _("System administrator")
    FIELD_SUPERVISOR = "field_supervisor", _("Field supervisor")
    DEPARTMENT_CLERK = "department_clerk", _("Department clerk")
    SYSTEM = "system", _("System")


class UnitKind(models.TextChoices):
    """What kind of unit."""

    OFFICE = "office", _("Office")
    TEAM = "team", _("Team")
    FIELD = "field", _("Field group")
    DEPARTMENT = "department", _("Department")


@audited
class Centre(models.Model):
    """A call centre: the outermost scope of every list."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)

    def __str__(self) -> str:
        return self.name


@audited
class Unit(models.Model):
    """An office, a team, a field group or a department outside, in a tree below the centre."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="units")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField(_("kind"), max_length=12, choices=UnitKind.choices)
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=100)
    name_key = models.CharField(max_length=200, editable=False, default="")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "code"], name="people_unit_code"),
            models.CheckConstraint(condition=~Q(parent=models.F("id")), name="people_unit_not_its_own_parent"),
            models.CheckConstraint(condition=Q(kind__in=UnitKind.values), name="people_unit_kind"),
        ]
        ordering = ["name_key", "pk"]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is on a day: positions, and the units in which they are held."""

    positions: frozenset[str]
    units: frozenset[int]
    held: frozenset[tuple[str, int]]

    def is_any(self, *positions: str) -> bool:
        """Whether one of these positions is held."""
        return not self.positions.isdisjoint(positions)

    def is_in(self, unit_id: int | None, *positions: str) -> bool:
        """Whether one of these positions is held in that very unit."""
        return any((position, unit_id) in self.held for position in positions)


class PersonQuerySet(models.QuerySet["Person"]):
    """Scopes of persons."""

    def visible_to(self, person: "Person") -> Self:
        """Colleagues of the centre for those who lead it; a team for its leader; oneself for everybody."""
        rows = self.filter(centre=person.centre_id)
        if person.standing.is_any(*LEADS_CENTRE):
            return rows
        teams = [unit for position, unit in person.standing.held if position == Position.TEAM_LEADER]
        mine = Q(pk=person.pk)
        if teams:
            mine |= Q(pk__in=Post.objects.on(clock.today()).filter(unit__in=teams).values("person"))
        return rows.filter(mine)

    def holding(self, *positions: str, on: date) -> Self:
        """Persons who hold one of these positions on a day."""
        return self.filter(pk__in=Post.objects.on(on).filter(position__in=positions).values("person"))


LEADS_CENTRE = (
    Position.DIRECTOR,
    Position.MANAGER,
    Position.CENTRE_SUPERVISOR,
    Position.SHIFT_LEADER,
    Position.HR,
    Position.SYSADMIN,
    Position.QUALITY,
    Position.TRAINER,
)


_Persons = BaseUserManager.from_queryset(PersonQuerySet)


class PersonManager(_Persons["Person"]):
    """Persons, found by user name at sign-in."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Sign-in does not tell upper from lower case."""
        return self.get(username__iexact=username)


@audited
class Person(AbstractBaseUser):
    """Somebody who works here or answers to us, and his account; programs act as persons marked `is_system`."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="persons")
    username = models.CharField(_("user name"), max_length=40, unique=True)
    number = models.CharField(_("staff number"), max_length=20)
    name = models.CharField(_("name"), max_length=60)
    name_key = models.CharField(max_length=200, editable=False, default="")
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_system = models.BooleanField(default=False)
    language = models.CharField(_("language"), max_length=8, default="zh-hans")
    theme = models.CharField(_("theme"), max_length=8, default="auto")
    joined_on = models.DateField(_("joined on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = ""
    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "number"], name="people_person_number")]
        ordering = ["name_key", "pk"]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    @cached_property
    def standing(self) -> Standing:
        """Positions held today; read once for this object."""
        return self.standing_on(clock.today())

    def standing_on(self, day: date) -> Standing:
        """Positions held on a day."""
        held = frozenset(Post.objects.on(day).filter(person=self.pk).values_list("position", "unit_id"))
        return Standing(frozenset(p for p, _unit in held), frozenset(u for _position, u in held), held)

    def get_full_name(self) -> str:
        """The name as it is shown."""
        return self.name


class PostQuerySet(models.QuerySet["Post"]):
    """Scopes of posts."""

    def on(self, day: date) -> Self:
        """Posts held on a day."""
        return self.filter(days__contains=day)

    def visible_to(self, person: Person) -> Self:
        """Posts of the persons one may see."""
        return self.filter(person__in=Person.objects.visible_to(person))


@audited
class Post(models.Model):
    """A position held by a person in a unit from one day until (not including) another."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    position = models.CharField(_("position"), max_length=20, choices=Position.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts")
    days = DateRangeField(_("days"))
    is_primary = models.BooleanField(_("main position"), default=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            one_at_a_time("person", span="days", name="people_post_one_primary", condition=Q(is_primary=True)),
            models.CheckConstraint(condition=Q(position__in=Position.values), name="people_post_position"),
            models.CheckConstraint(condition=Q(days__isempty=False), name="people_post_days"),
        ]
        indexes = [models.Index(fields=["unit", "position"], name="people_post_unit")]

    def __str__(self) -> str:
        return f"{self.get_position_display()} {self.unit_id}"


@audited
class Skill(models.Model):
    """Something a person can do that work may ask for."""

    centre = models.ForeignKey(Centre, models.PROTECT)
    code = models.SlugField(max_length=30)
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "code"], name="people_skill_code")]
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


@audited
class PersonSkill(models.Model):
    """A skill a person has, from 1 (learning) to 5 (teaches it), while the days run."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="persons")
    level = models.PositiveSmallIntegerField(_("level"))
    days = DateRangeField(_("days"))

    class Meta:
        constraints = [
            one_at_a_time("person", "skill", span="days", name="people_personskill_once"),
            models.CheckConstraint(condition=Q(level__range=(1, 5)), name="people_personskill_level"),
        ]


def by_name(people: Iterable[Person]) -> list[Person]:
    """Persons in the order of their names' pinyin."""
    return sorted(people, key=lambda person: (person.name_key, person.pk))
