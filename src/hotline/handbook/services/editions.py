"""A version's way: proposed, consulted on, before the office meeting, published, acknowledged (D0.1, D0.2, D3.1)."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from hotline.approvals import services as approvals
from hotline.approvals.queries import Wanted
from hotline.core import live
from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.core.states import begin, move
from hotline.handbook import queries
from hotline.handbook.access import SUBJECT
from hotline.handbook.models import (
    Acknowledgement,
    Edition,
    EditionStatus,
    Opinion,
    ProcedureReview,
    QuestionFlag,
    Stance,
    TextChange,
    ValueChange,
)
from hotline.kernel.rules import Refusal, Refused, refuse_if
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Notice, Person, Position
from hotline.people.services import notices
from hotline.rulebook.parameters.book import PARAMETERS
from hotline.rulebook.parameters.declaring import Parameter
from hotline.rulebook.parameters.grids import BadRow
from hotline.rulebook.parameters.kinds import BadValue
from hotline.rulebook.parameters.values import in_force
from hotline.rulebook.texts.handbook import CHAPTERS, CLAUSES

S = EditionStatus
CLAUSE = "D0.2"
# The office meeting (办公会议): the manager and the director agree, each for himself.
MEETING = (Wanted((Position.MANAGER,)), Wanted((Position.DIRECTOR,)))
PROCEDURES = frozenset(chapter.key for chapter in CHAPTERS if chapter.is_procedure)


def _link(edition: Edition) -> str:
    return f"/handbook/versions/{edition.pk}"


def _touch(edition: Edition) -> None:
    live.touch(f"handbook:{edition.centre_id}", f"edition:{edition.pk}")


def _locked(edition_id: int) -> Edition:
    return Edition.objects.select_for_update(of=("self",)).select_related("drafted_by").get(pk=edition_id)


def _in_state(edition: Edition, *states: EditionStatus) -> None:
    if edition.status not in states:
        note = _("This version has gone on meanwhile: look at its page again.")
        raise Refused(Refusal(CLAUSE, note))


# ---------------------------------------------------------------- draft


@transaction.atomic
def propose(*, title: str, reason: str, effective_from: date, by: Person, at: datetime) -> Edition:
    """Begin a version: what it is about, why, and from which first of a month. Nothing applies by this."""
    authorize(by, "handbook.draft")
    refuse_if(_draft_faults(title, reason, effective_from, local_day(at)))
    edition = Edition(
        centre_id=by.centre_id, title=title.strip(), reason=reason.strip(), effective_from=effective_from,
        drafted_by=by, drafted_at=at,
    )  # fmt: skip
    begin(edition, S.DRAFT, by=by, at=at)
    edition.save(force_insert=True)
    _touch(edition)
    return edition


def _draft_faults(title: str, reason: str, effective_from: date, today: date) -> list[Refusal]:
    found = []
    if not title.strip():
        found.append(Refusal(CLAUSE, _("Give it a title by which everybody knows it."), {"field": "title"}))
    if not reason.strip():
        found.append(Refusal(CLAUSE, _("Say why it is changed: the staff are asked about it."), {"field": "reason"}))
    if effective_from.day != 1 or effective_from < today:
        note = _("A version begins on a first of a month that is still to come.")
        found.append(Refusal("D3.1", note, {"field": "effective_from"}))
    return found


@transaction.atomic
def set_value(*, edition_id: int, key: str, raw: object, by: Person, at: datetime) -> ValueChange:
    """Let a draft set a value; the same key again replaces it. Refused when the value cannot be, or changes nothing.

    What a person at the centre must decide is decided by keeping it too: then the value that applies is taken as the
    centre's own. Of a table that comes with the program nothing else can be decided.
    """
    edition = _locked(edition_id)
    authorize(by, "handbook.draft", edition)
    _in_state(edition, S.DRAFT)
    parameter = PARAMETERS.get(key)
    if parameter is None or (parameter.by_release and not parameter.must_decide):
        raise Refused(Refusal(CLAUSE, _("This value cannot be set here."), {"field": "key"}))
    now = in_force(edition.effective_from, decided=queries.decided(edition.centre_id)).origin(key)
    value = now.value if parameter.by_release else _parsed(parameter, raw)
    is_decided = not parameter.must_decide or now.source == "centre"
    if now.value == value and is_decided:
        raise Refused(
            Refusal(parameter.clause, _("That value applies already: nothing would change."), {"field": "raw"})
        )
    row, _made = ValueChange.objects.update_or_create(
        edition=edition, key=key, defaults={"raw": parameter.shown(value)}
    )
    _touch(edition)
    return row


def _parsed(parameter: Parameter, raw: object) -> object:
    try:
        return parameter.parsed(raw)
    except BadValue as fault:
        note = _("Expected: {what}")
        field = f"raw_{fault.row}" if isinstance(fault, BadRow) else "raw"
        raise Refused(Refusal(parameter.clause, note, {"what": fault.expected, "field": field})) from None


@transaction.atomic
def set_text(*, edition_id: int, clause: str, zh: str, en: str, by: Person, at: datetime) -> TextChange:
    """Let a draft word a clause anew, in both languages; the same clause again replaces it."""
    edition = _locked(edition_id)
    authorize(by, "handbook.draft", edition)
    _in_state(edition, S.DRAFT)
    if clause not in CLAUSES:
        raise Refused(Refusal(CLAUSE, _("There is no such clause."), {"field": "clause"}))
    if not zh.strip() or not en.strip():
        raise Refused(Refusal(CLAUSE, _("Word it in both languages."), {"field": "zh" if not zh.strip() else "en"}))
    row, _made = TextChange.objects.update_or_create(
        edition=edition, clause=clause, defaults={"zh": zh.strip(), "en": en.strip()}
    )
    _touch(edition)
    return row


@transaction.atomic
def take_out(*, edition_id: int, key: str = "", clause: str = "", by: Person, at: datetime) -> None:
    """Take a value or a text out of a draft again."""
    edition = _locked(edition_id)
    authorize(by, "handbook.draft", edition)
    _in_state(edition, S.DRAFT)
    if key:
        ValueChange.objects.filter(edition=edition, key=key).delete()
    if clause:
        TextChange.objects.filter(edition=edition, clause=clause).delete()
    _touch(edition)


@transaction.atomic
def withdraw(*, edition_id: int, note: str, by: Person, at: datetime) -> Edition:
    """Take a version back before it is published, with the reason; its record stays."""
    edition = _locked(edition_id)
    authorize(by, "handbook.draft", edition)
    _in_state(edition, S.DRAFT, S.CONSULTING, S.CONSULTED, S.APPROVED)
    if not note.strip():
        raise Refused(Refusal(CLAUSE, _("Say why it is taken back."), {"field": "note"}))
    move(edition, S.WITHDRAWN, by=by, at=at, note=note.strip())
    _touch(edition)
    return edition


# ---------------------------------------------------------------- consultation


@transaction.atomic
def consult(*, edition_id: int, until: date, by: Person, at: datetime) -> Edition:
    """Ask the staff: from now on what it changes stands as it is, and everybody bound may say what he thinks."""
    edition = _locked(edition_id)
    authorize(by, "handbook.draft", edition)
    _in_state(edition, S.DRAFT)
    if until < local_day(at):
        raise Refused(Refusal(CLAUSE, _("The last day for opinions is over."), {"field": "until"}))
    first = not Edition.objects.decided(edition.centre_id).exists()
    if not first and not edition.values.exists() and not edition.texts.exists():
        raise Refused(Refusal(CLAUSE, _("It changes nothing yet: set a value or word a clause first.")))
    edition.opinions_until = until
    move(edition, S.CONSULTING, by=by, at=at, also=("opinions_until",))
    told = _("Your opinion is asked on “{title}”, until {until}.")
    _tell_bound(edition, told, {"title": edition.title, "until": until.isoformat()}, by, at)
    _touch(edition)
    return edition


def _tell_bound(edition: Edition, text: str, params: dict[str, object], by: Person, at: datetime) -> None:
    for person in queries.bound(edition.centre_id, local_day(at)):
        if person.pk != by.pk:
            notices.notify(to=person, text=text, params=params, link=_link(edition), by=by, at=at)


@transaction.atomic
def give_opinion(*, edition_id: int, stance: str, words: str = "", by: Person, at: datetime) -> Opinion:
    """Say what one thinks; said again it replaces what one said before. A concern or an objection says what it is."""
    edition = _locked(edition_id)
    authorize(by, "handbook.give_opinion", edition)
    if queries.is_over(edition, local_day(at)):
        note = _("Opinions were taken until {day}.")
        raise Refused(Refusal(CLAUSE, note, {"day": _until(edition)}))
    if stance != Stance.AGREE and not words.strip():
        raise Refused(Refusal(CLAUSE, _("Say what your concern is."), {"field": "words"}))
    said = {
        "stance": Stance(stance).value,
        "words": words.strip(),
        "at": at,
        "answer": "",
        "answered_by": None,
        "answered_at": None,
    }
    row, _made = Opinion.objects.update_or_create(edition=edition, person=by, defaults=said)
    _touch(edition)
    return row


def _until(edition: Edition) -> str:
    return edition.opinions_until.isoformat() if edition.opinions_until else ""


@transaction.atomic
def answer_opinion(*, opinion_id: int, answer: str, by: Person, at: datetime) -> Opinion:
    """Answer what a colleague said; he is told."""
    row = Opinion.objects.select_for_update(of=("self",)).select_related("edition", "person").get(pk=opinion_id)
    authorize(by, "handbook.draft", row.edition)
    if not answer.strip():
        raise Refused(Refusal(CLAUSE, _("Write an answer."), {"field": "answer"}))
    row.answer, row.answered_by, row.answered_at = answer.strip(), by, at
    row.save(update_fields=["answer", "answered_by", "answered_at"])
    text = _("Your opinion on “{title}” was answered.")
    notices.notify(to=row.person, text=text, params={"title": row.edition.title}, link=_link(row.edition), by=by, at=at)
    _touch(row.edition)
    return row


@transaction.atomic
def close_consultation(*, edition_id: int, record: str, by: Person, at: datetime) -> Edition:
    """End the consultation with its record: how the staff were asked, and what was done with what they said.

    Refused before its last day is over, unless everybody bound has spoken (Labour Contract Law Art. 4: the staff are
    asked, and have the time that they were told), and while a concern or an objection is without an answer.
    """
    edition = _locked(edition_id)
    authorize(by, "handbook.draft", edition)
    _in_state(edition, S.CONSULTING)
    if not record.strip():
        raise Refused(
            Refusal(CLAUSE, _("Write how the staff were consulted and what came of it."), {"field": "record"})
        )
    open_ones = edition.opinions.exclude(stance=Stance.AGREE).filter(answer="").count()
    if open_ones:
        note = _("{count} opinions with concerns have no answer yet: answer them first.")
        raise Refused(Refusal(CLAUSE, note, {"count": open_ones}))
    today = local_day(at)
    if not queries.is_over(edition, today) and (silent := len(queries.silent(edition, today))):
        note = _("Opinions are taken until {day}, and {count} people have not spoken: end it on the day after.")
        raise Refused(Refusal(CLAUSE, note, {"day": _until(edition), "count": silent}))
    edition.consultation, edition.consulted_on = record.strip(), today
    move(edition, S.CONSULTED, by=by, at=at, also=("consultation", "consulted_on"))
    _touch(edition)
    return edition


# ---------------------------------------------------------------- the office meeting, publication


@transaction.atomic
def put_before_meeting(*, edition_id: int, by: Person, at: datetime) -> Edition:
    """Put a version before the office meeting: the manager, then the director."""
    edition = _locked(edition_id)
    authorize(by, "handbook.draft", edition)
    move(edition, S.DECIDING, by=by, at=at)
    approvals.open_chain(
        subject=SUBJECT, subject_id=edition.pk, asker=by, steps=MEETING,
        text=_("“{title}” is before the office meeting."), params={"title": edition.title}, link=_link(edition),
        by=by, at=at,
    )  # fmt: skip
    _touch(edition)
    return edition


@transaction.atomic
def decide(*, edition_id: int, is_yes: bool, note: str = "", by: Person, at: datetime) -> Edition:
    """Take the office meeting's present step; its last yes is the decision, dated today."""
    edition = _locked(edition_id)
    authorize(by, "handbook.decide", edition)
    outcome = approvals.decide(subject=SUBJECT, subject_id=edition.pk, is_yes=is_yes, note=note, by=by, at=at)
    if outcome is approvals.Outcome.APPROVED:
        edition.decided_on = local_day(at)
        move(edition, S.APPROVED, by=by, at=at, note=note.strip(), also=("decided_on",))
    elif outcome is approvals.Outcome.REFUSED:
        move(edition, S.REFUSED, by=by, at=at, note=note.strip())
    _touch(edition)
    return edition


@transaction.atomic
def publish(*, edition_id: int, by: Person, at: datetime) -> Edition:
    """Publish an approved version: it gets its number and applies from its first of a month.

    Only with the records of consultation and approval, and never for days that are over. Everybody bound is asked to
    acknowledge it, and exam questions about its clauses are marked to be looked at.
    """
    edition = _locked(edition_id)
    authorize(by, "handbook.publish", edition)
    list(
        Person.objects.select_for_update(no_key=True).filter(centre=edition.centre_id, is_system=True).values_list("pk")
    )
    _in_state(edition, S.APPROVED)
    today = local_day(at)
    if edition.effective_from < today:
        note = _("The day from which it was to apply is over: withdraw it and propose it for a later month.")
        raise Refused(Refusal("D3.1", note))
    last = Edition.objects.filter(centre=edition.centre_id).aggregate(last=Max("number"))["last"] or 0
    edition.number, edition.published_on, edition.published_by = last + 1, today, by
    move(edition, S.PUBLISHED, by=by, at=at, also=("number", "published_on", "published_by"))
    clauses = queries.clauses_of(edition)
    QuestionFlag.objects.bulk_create(QuestionFlag(edition=edition, clause=clause) for clause in clauses)
    text = _("“{title}” applies from {day}: read it and acknowledge it.")
    _tell_bound(edition, text, {"title": edition.title, "day": edition.effective_from.isoformat()}, by, at)
    _touch(edition)
    return edition


@transaction.atomic
def supersede(*, centre_id: int, by: Person, at: datetime) -> int:
    """Move versions on that a later one, in force today, has superseded; how many. Safe to run twice."""
    authorize(by, "handbook.keep_dates", centre_id)
    rows = queries.newer(centre_id, local_day(at))
    for row in Edition.objects.select_for_update().filter(pk__in=[row.pk for row in rows]):
        move(row, S.SUPERSEDED, by=by, at=at)
        _touch(row)
    return len(rows)


# ---------------------------------------------------------------- acknowledgement, questions, reviews


@transaction.atomic
def acknowledge(*, edition_id: int, by: Person, at: datetime) -> Acknowledgement:
    """Somebody bound by a version has read it; said twice it is the same."""
    edition = Edition.objects.get(pk=edition_id)
    authorize(by, "handbook.acknowledge", edition)
    if not edition.is_in_force_by_record:
        raise Refused(Refusal("A3.9", _("Only a published version is acknowledged.")))
    list(Person.objects.select_for_update(no_key=True).filter(pk=by.pk).values_list("pk"))
    row, _made = Acknowledgement.objects.get_or_create(edition=edition, person=by, defaults={"at": at})
    _touch(edition)
    live.touch(f"acknowledgements:{by.pk}")
    return row


@transaction.atomic
def remind(*, edition_id: int, by: Person, at: datetime) -> int:
    """Remind everybody bound who has not acknowledged a version; how many."""
    edition = Edition.objects.get(pk=edition_id)
    authorize(by, "handbook.draft", edition)
    late = queries.not_yet(edition, local_day(at))
    text = _("Reminder: “{title}” applies from {day}; you have not acknowledged it yet.")
    params = {"title": edition.title, "day": edition.effective_from.isoformat()}
    for person in late:
        notices.notify(to=person, text=text, params=params, link=_link(edition), by=by, at=at)
    return len(late)


@transaction.atomic
def settle_flag(*, flag_id: int, note: str, by: Person, at: datetime) -> QuestionFlag:
    """The exam questions about a changed clause were looked at: what was done."""
    row = QuestionFlag.objects.select_for_update(of=("self",)).select_related("edition").get(pk=flag_id)
    authorize(by, "handbook.view_question_flag", row)
    authorize(by, "handbook.keep_questions")
    if not note.strip():
        raise Refused(Refusal("D0.1", _("Say what was done with the questions."), {"field": "note"}))
    row.note, row.settled_at, row.settled_by = note.strip(), at, by
    row.save(update_fields=["note", "settled_at", "settled_by"])
    _touch(row.edition)
    return row


REVIEW_DUE = _("Procedures wait for their review since {day}: {count}.")


@transaction.atomic
def tell_reviews(*, centre_id: int, by: Person, at: datetime) -> int:
    """Tell whoever reviews procedures which are due (A7.17), once for each day on which some fall due; how often."""
    authorize(by, "handbook.keep_dates", centre_id)
    today, told = local_day(at), 0
    days = [one.next_on for one in queries.reviews_due(centre_id, today) if one.next_on <= today]
    for day in sorted(set(days)):
        params = {"day": day.isoformat(), "count": days.count(day)}
        for person in queries.reviewers(centre_id, today):
            knows = Notice.objects.filter(recipient=person, text=REVIEW_DUE, params__day=params["day"])
            if not knows.exists():
                notices.notify(to=person, text=REVIEW_DUE, params=params, link="/handbook/reviews", by=by, at=at)
                told += 1
    return told


@transaction.atomic
def review_procedure(*, chapter: str, outcome: str, by: Person, at: datetime) -> ProcedureReview:
    """Write down that a chapter of procedures was looked at today, and what came of it (A7.17)."""
    authorize(by, "handbook.review")
    if chapter not in PROCEDURES:
        raise Refused(Refusal("A7.17", _("There is no such procedure."), {"field": "chapter"}))
    if not outcome.strip():
        raise Refused(
            Refusal("A7.17", _("Say what came of it: kept as it is, or what is to change."), {"field": "outcome"})
        )
    row = ProcedureReview.objects.create(
        centre_id=by.centre_id, chapter=chapter, on=local_day(at), by=by, at=at, outcome=outcome.strip()
    )
    live.touch(f"handbook:{by.centre_id}")
    return row
