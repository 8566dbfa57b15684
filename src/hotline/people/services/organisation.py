"""Centres, units, persons, posts and skills."""

from datetime import date, datetime

from django.db import transaction

from hotline.core import audit
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.people import logic, queries
from hotline.people.models import Centre, Person, PersonSkill, Position, Post, Skill, Unit, UnitKind


@transaction.atomic
def open_centre(*, code: str, name: str, by: Person | None, at: datetime) -> Centre:
    """Open a centre: its root unit and the system person that acts for it. Nobody exists yet who could be asked."""
    audit.sign(by.pk if by else None, "people.open_centre")
    centre = Centre.objects.create(code=code, name=name)
    root = Unit.objects.create(
        centre=centre, kind=UnitKind.OFFICE, code=code.upper()[:20], name=name, name_key=logic.name_key(name)
    )
    _make_program(centre, root, queries.SYSTEM, name)
    return centre


@transaction.atomic
def make_system_person(*, centre: Centre, name: str, title: str = "", by: Person, at: datetime) -> Person:
    """The program that acts under this name in the centre; asked twice, it is the same."""
    authorize(by, "people.organise", centre.pk)
    found = Person.objects.filter(centre=centre, number=queries.system_number(name), is_system=True).first()
    root = Unit.objects.filter(centre=centre, parent__isnull=True).order_by("pk")[0]
    return found or _make_program(centre, root, name, title or name)


def _make_program(centre: Centre, root: Unit, name: str, title: str) -> Person:
    person = Person(
        centre=centre,
        username=f"~{centre.code}.{name}"[:40],
        number=queries.system_number(name),
        name=title[:60],
        name_key=logic.name_key(title, surname_first=False),
        is_system=True,
    )
    person.set_unusable_password()
    person.save(force_insert=True)
    _open_post(person, Position.SYSTEM, root, (date(2000, 1, 1), None), primary=True)
    return person


@transaction.atomic
def make_unit(
    *, centre: Centre, kind: str, code: str, name: str, parent: Unit | None = None, by: Person, at: datetime
) -> Unit:
    """Make a unit below another of the same centre, or beside the root (departments stand outside)."""
    authorize(by, "people.organise", centre.pk)
    if parent is not None and parent.centre_id != centre.pk:
        raise Refused(Refusal("people.unit", gettext_noop("The unit above belongs to another centre.")))
    if Unit.objects.filter(centre=centre, code=code).exists():
        raise Refused(
            Refusal(
                "people.unit",
                gettext_noop("There is a unit with the code {code} already."),
                {"code": code, "field": "code"},
            )
        )
    return Unit.objects.create(
        centre=centre,
        parent=parent,
        kind=kind,
        code=code,
        name=name,
        name_key=logic.name_key(name, surname_first=False),
    )


@transaction.atomic
def hire(
    *,
    number: str,
    name: str,
    username: str,
    position: str,
    unit: Unit,
    since: date,
    phone: str = "",
    by: Person,
    at: datetime,
) -> Person:
    """Enter a person with his first post. He sets his own password through an invitation."""
    authorize(by, "people.organise", unit.centre_id)
    username = username.strip().lower()
    taken = [
        Refusal("people.person", gettext_noop("{value} is in use already."), {"value": value, "field": field})
        for field, value, rows in (
            ("number", number, Person.objects.filter(centre=unit.centre_id, number=number)),
            ("username", username, Person.objects.filter(username__iexact=username)),
        )
        if rows.exists()
    ]
    if taken:
        raise Refused(*taken)
    person = Person(
        centre_id=unit.centre_id,
        username=username,
        number=number,
        name=name,
        name_key=logic.name_key(name),
        phone=phone,
        joined_on=since,
    )
    person.set_unusable_password()
    person.save(force_insert=True)
    _open_post(person, position, unit, (since, None), primary=True)
    return person


@transaction.atomic
def give_post(
    *,
    person: Person,
    position: str,
    unit: Unit,
    since: date,
    until: date | None = None,
    primary: bool = True,
    by: Person,
    at: datetime,
) -> Post:
    """Give a position from a day on; a new main position ends the one held until then."""
    authorize(by, "people.organise", person.centre_id)
    person = _locked(person)
    if unit.centre_id != person.centre_id:
        raise Refused(Refusal("people.post", gettext_noop("The unit belongs to another centre.")))
    if until is not None and until <= since:
        raise Refused(Refusal("people.post", gettext_noop("The last day lies before the first."), {"field": "until"}))
    if primary:
        _end_main_post(person, since, until)
    return _open_post(person, position, unit, (since, until), primary=primary)


def _end_main_post(person: Person, since: date, until: date | None) -> None:
    for held in Post.objects.filter(person=person, is_primary=True, days__overlap=(since, until)):
        if held.days.lower is not None and held.days.lower >= since:
            raise Refused(
                Refusal(
                    "people.post",
                    gettext_noop("A main position is already given from {day}."),
                    {"day": held.days.lower.isoformat(), "field": "since"},
                )
            )
        held.days = (held.days.lower, since)
        held.save(update_fields=["days"])


def _open_post(person: Person, position: str, unit: Unit, days: tuple[date, date | None], *, primary: bool) -> Post:
    person.__dict__.pop("standing", None)
    return Post.objects.create(person=person, position=position, unit=unit, days=days, is_primary=primary)


@transaction.atomic
def end_post(*, post: Post, until: date, by: Person, at: datetime) -> None:
    """End a post: `until` is the first day on which it is not held any more."""
    authorize(by, "people.organise", post.person.centre_id)
    _locked(post.person)
    post = Post.objects.get(pk=post.pk)
    if post.days.lower is not None and until <= post.days.lower:
        post.delete()  # never held; the history keeps it
        return
    if post.days.upper is not None and post.days.upper <= until:
        raise Refused(
            Refusal("people.post", gettext_noop("The position has ended before that day."), {"field": "until"})
        )
    post.days = (post.days.lower, until)
    post.save(update_fields=["days"])


@transaction.atomic
def end_posts(*, person: Person, until: date, by: Person, at: datetime) -> None:
    """End every post that would be held on `until` or later."""
    authorize(by, "people.organise", person.centre_id)
    _locked(person)
    for post in Post.objects.filter(person=person, days__overlap=(until, None)).select_related("person"):
        end_post(post=post, until=until, by=by, at=at)


@transaction.atomic
def give_skill(
    *,
    person: Person,
    code: str,
    name: str = "",
    level: int,
    since: date,
    until: date | None = None,
    by: Person,
    at: datetime,
) -> PersonSkill:
    """Note a skill of a person from a day on; another level ends the one before."""
    authorize(by, "people.organise", person.centre_id)
    person = _locked(person)
    if not 1 <= level <= 5:
        raise Refused(Refusal("people.skill", gettext_noop("A level lies between 1 and 5."), {"field": "level"}))
    skill, _made = Skill.objects.get_or_create(centre_id=person.centre_id, code=code, defaults={"name": name or code})
    for held in PersonSkill.objects.filter(person=person, skill=skill, days__overlap=(since, until)):
        if held.days.lower >= since:
            held.delete()
        else:
            held.days = (held.days.lower, since)
            held.save(update_fields=["days"])
    return PersonSkill.objects.create(person=person, skill=skill, level=level, days=(since, until))


@transaction.atomic
def change_person(*, person: Person, name: str, phone: str, by: Person, at: datetime) -> Person:
    """Correct a person's name and phone."""
    authorize(by, "people.organise", person.centre_id)
    person = _locked(person)
    person.name, person.phone, person.name_key = name, phone, logic.name_key(name)
    person.save(update_fields=["name", "phone", "name_key"])
    return person


def _locked(person: Person) -> Person:
    """The person's row, held until the end of the transaction: one change of a person at a time."""
    return Person.objects.select_for_update(no_key=True).get(pk=person.pk)
