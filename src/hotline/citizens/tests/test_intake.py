"""Reports from the public page, their codes, what citizens are told, what they add."""

import pytest
from django.db import connection
from PIL import Image

from hotline.cases.models import Attachment, Case
from hotline.cases.queries.files import path_of
from hotline.cases.tests import builders as cases
from hotline.citizens import handlers
from hotline.citizens.logic import codes, photos
from hotline.citizens.logic.terms import TERMS
from hotline.citizens.models import Hits, MailContact, Stashed, Supplement, Tracking
from hotline.citizens.queries import contacts, public
from hotline.citizens.services import intake, papers, telling, tracking
from hotline.citizens.tests import builders
from hotline.citizens.tests.builders import DAY, HOUR, MINUTE, NINE, NUMBER, OTHER
from hotline.core import clock
from hotline.core.access import NotAllowed
from hotline.customers.models import Customer
from hotline.kernel.rules import Refused
from hotline.messages import services as messages
from hotline.messages.models import Message
from hotline.people.models import Notice

pytestmark = pytest.mark.django_db
TODAY = TERMS.on(clock.local_day(NINE))


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT, settings.VAR = tmp_path / "files", tmp_path


@pytest.fixture
def town():
    return builders.town()


@pytest.mark.clause("B3.1")
def test_a_report_of_the_page_becomes_a_case_with_caller_photos_and_a_code(town):
    picture = photos.clean("a.jpg", builders.with_position())
    receipt = builders.report(town, photos=[picture], is_secret=True, category=town.condition.category)
    case = receipt.case
    assert (case.source, case.status, case.is_secret, case.category) == (
        "web", "registered", True, town.condition.category,
    )  # fmt: skip
    assert case.holding.queue == "intake"
    assert case.customer.numbers.get().e164 == f"+86{NUMBER}"
    assert public.case_behind(town.centre, case.number, receipt.written.lower()) == case
    assert public.case_behind(town.centre, case.number, "ABCDEFGHJKMN") is None
    assert public.case_behind(builders.town().centre, case.number, receipt.code) is None


def test_the_code_lies_nowhere_in_the_database(town):
    receipt = builders.report(town)
    with connection.cursor() as cursor:
        for table in ("citizens_tracking", "citizens_trackinghistory", "cases_case", "cases_caseevent", "core_outbox",
                      "texts_message", "texts_messagehistory"):  # fmt: skip
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            text = cursor.fetchone()[0]
            assert receipt.code not in text
            assert receipt.written not in text


def test_the_same_form_sent_twice_is_one_report(town):
    first, second = builders.report(town), builders.report(town, at=NINE + MINUTE)
    assert first.case == second.case
    assert first.code == second.code
    assert builders.report(town, form="e" * 32).code != first.code


def test_position_and_moment_are_cut_out_of_the_picture_and_kept_apart(town):
    raw = builders.with_position()
    receipt = builders.report(town, photos=[photos.clean("IMG_王小云.jpg", raw)])
    [row] = Attachment.objects.filter(case=receipt.case)
    with Image.open(path_of(row.sha256)) as kept:
        assert not kept.getexif()
        assert not kept.info.get("exif")
    assert (str(row.latitude), str(row.longitude)) == ("37.900000", "112.550000")
    assert row.name == "照片1.jpg"


@pytest.mark.clause("A3.4")
def test_a_stranger_never_learns_who_else_has_a_number(town):
    builders.phoned(town, name="李文")
    receipt = builders.report(town, name="王小云")
    assert receipt.case.customer.name == "王小云"
    assert Customer.objects.filter(numbers__e164=f"+86{NUMBER}").count() == 2


def test_a_report_without_a_person_is_taken(town):
    receipt = builders.report(town, name="", number="", mail="")
    assert receipt.case.customer is None
    assert builders.texts(receipt.case) == []


def test_number_and_code_go_out_at_once_by_every_way_that_was_left(town, settings):
    settings.PUBLIC_ADDRESS = "https://example.org"
    receipt = builders.report(town, mail="wang@example.org")
    sms, mail = builders.texts(receipt.case)
    for text in (sms, mail):
        assert receipt.case.number in text
        assert receipt.written in text
        assert f"https://example.org/t/{town.centre.code}/" in text
    assert telling.tell_received(case_id=receipt.case.pk, code=receipt.code, by=builders.web(town), at=NINE) == 2
    assert len(builders.texts(receipt.case)) == 2  # never twice


def test_callers_get_their_code_a_minute_later_once(town):
    case = builders.phoned(town)
    silent = cases.report(town)  # nobody's number
    assert contacts.without_code(NINE + MINUTE) == [case]
    code = intake.give_code(case_id=case.pk, by=cases.people.system(town.centre), at=NINE + MINUTE)
    assert codes.is_code(code)
    assert public.case_behind(town.centre, case.number, code) == case
    assert intake.give_code(case_id=case.pk, by=cases.people.system(town.centre), at=NINE + MINUTE) is None
    assert contacts.without_code(NINE + MINUTE) == []
    assert len(builders.texts(case)) == 1
    assert not Tracking.objects.filter(case=silent).exists()


def test_callers_of_a_centre_that_does_not_want_it_get_nothing():
    town = builders.town(tells_callers=False)
    builders.phoned(town)
    assert contacts.without_code(NINE + MINUTE) == []


@pytest.mark.clause("A2.16")
def test_every_caller_gets_his_answer_once_for_each_end(town):
    receipt = builders.report(town)
    walk = builders.closed(town, receipt.case)
    builders.settle(walk.at)
    told = builders.texts(receipt.case)
    assert len(told) == 2
    assert "井盖已修复" in told[1]
    assert public.rating_token(receipt.case.pk, 0) in told[1]
    handlers.tell_answer(handlers.CaseEnded(receipt.case.pk, "closed"), at=walk.at)
    assert len(builders.texts(receipt.case)) == 2


def test_a_secret_caller_reads_nothing_of_the_matter_in_an_sms(town):
    receipt = builders.report(town, is_secret=True)
    builders.settle(builders.closed(town, receipt.case).at)
    assert "井盖" not in builders.texts(receipt.case)[1]


@pytest.mark.clause("A2.16")
def test_the_caller_of_a_merged_report_is_told_and_gets_the_answer_of_the_other(town):
    from hotline.cases.services import merging  # noqa: PLC0415

    kept = builders.phoned(town)
    receipt = builders.report(town, number=OTHER, name="李文", at=NINE + MINUTE)
    child = cases.fresh(receipt.case)
    merging.merge(
        case_id=child.pk, version=child.version, into_id=kept.pk, into_version=kept.version, reason="同一井盖",
        by=town.leader, at=NINE + 2 * MINUTE,
    )  # fmt: skip
    builders.settle(NINE + 2 * MINUTE)
    assert len(builders.texts(child)) == 2
    assert kept.number not in "".join(builders.texts(child))
    seen = public.seen(cases.fresh(child))
    assert (seen.state, seen.is_merged) == (public.public.Public.RECEIVED, True)
    walk = builders.closed(town, kept, NINE + 3 * MINUTE)
    builders.settle(walk.at)
    assert "井盖已修复" in builders.texts(child)[2]
    assert public.seen(cases.fresh(child)).answer == "井盖已修复"


def test_a_report_in_english_is_answered_in_english(town):
    receipt = builders.report(town, language="en")
    assert "your report" in builders.texts(receipt.case)[0]


def test_whoever_wants_no_messages_of_his_report_gets_none(town):
    receipt = builders.report(town)
    tracking.want_messages(case_id=receipt.case.pk, wants=False, by=builders.web(town), at=NINE)
    builders.settle(builders.closed(town, receipt.case).at)
    assert len(builders.texts(receipt.case)) == 1
    messages.opt_out(channel="sms", address=OTHER, by=builders.web(town), at=NINE)
    other = builders.report(town, form="e" * 32, number=OTHER, name="李文").case
    assert set(Message.objects.filter(about=f"cases.case:{other.pk}").values_list("status", flat=True)) == {"skipped"}


def test_what_a_citizen_adds_lies_with_the_case_and_whoever_has_it_is_told(town):
    receipt = builders.report(town)
    cases.Walk(town, receipt.case).take()
    picture = photos.clean("b.jpg", builders.photo("blue"))
    row = tracking.add(
        case_id=receipt.case.pk, text="又响了一夜", photos=[picture], by=builders.web(town), at=NINE + 5 * MINUTE
    )
    assert (row.text, row.photos) == ("又响了一夜", 1)
    assert Attachment.objects.filter(case=receipt.case).count() == 1
    assert Notice.objects.filter(recipient=town.operator, params__number=receipt.case.number).exists()
    with pytest.raises(Refused):
        tracking.add(case_id=receipt.case.pk, text=" ", photos=[], by=builders.web(town), at=NINE)


def test_nothing_is_added_after_the_end(town):
    receipt = builders.report(town)
    walk = builders.closed(town, receipt.case)
    with pytest.raises(Refused, match="ended"):
        tracking.add(case_id=receipt.case.pk, text="x", photos=[], by=builders.web(town), at=walk.at)
    assert not Supplement.objects.exists()


def test_what_is_done_too_often_is_refused_until_the_window_is_over(town):
    by = builders.web(town)
    most = TODAY.limits["report"][0].most
    for _ in range(most):
        intake.count(what="report", value="203.0.113.9", by=by, at=NINE)
    with pytest.raises(Refused):
        intake.count(what="report", value="203.0.113.9", by=by, at=NINE)
    intake.count(what="report", value="203.0.113.10", by=by, at=NINE)
    intake.count(what="report", value="203.0.113.9", by=by, at=NINE + HOUR)
    assert not Hits.objects.filter(key__contains="203").exists()


def test_only_the_program_of_the_page_takes_reports_in(town):
    with pytest.raises(NotAllowed):
        intake.take_report(form="a", told=intake.Told("x"), photos=[], language="en", by=town.operator, at=NINE)
    with pytest.raises(NotAllowed):
        intake.set_intake(centre=town.centre, values={"is_open": False}, by=town.operator, at=NINE)


def test_what_is_not_needed_any_more_is_forgotten(town):
    receipt = builders.report(town, mail="wang@example.org")
    walk = builders.closed(town, receipt.case)
    by = cases.people.system(town.centre)
    intake.stash(form="x", photos=[photos.clean("a.jpg", builders.photo())], by=builders.web(town), at=NINE)
    intake.count(what="track", value="a", by=builders.web(town), at=NINE)
    intake.tidy(by=by, at=walk.at)
    assert (Stashed.objects.count(), MailContact.objects.count(), Hits.objects.count()) == (1, 1, 2)
    intake.tidy(by=by, at=walk.at + TODAY.kept + DAY)
    assert (Stashed.objects.count(), MailContact.objects.count(), Hits.objects.count()) == (0, 0, 0)


@pytest.mark.clause("B3.1")
def test_a_letter_is_registered_with_its_own_day_and_its_scan(town):
    day = clock.local_day(NINE) - 3 * DAY
    paper = papers.enter(
        source="letter", day=day, description="来信反映井盖松动", name="陈敏", number=OTHER, reference="信2026-7",
        scans=[("信.jpg", builders.photo())], by=town.operator, at=NINE,
    )  # fmt: skip
    case = Case.objects.get(pk=paper.case_id)
    assert (case.source, paper.day, case.holding.queue, case.files.count()) == ("letter", day, "intake", 1)
    assert len(builders.texts(case)) == 1
    with pytest.raises(Refused):
        papers.enter(source="letter", day=clock.local_day(NINE) + DAY, description="x", by=town.operator, at=NINE)
    with pytest.raises(Refused):
        papers.enter(source="phone", day=day, description="x", by=town.operator, at=NINE)
    with pytest.raises(NotAllowed):
        papers.enter(source="visit", day=day, description="x", by=town.clerk, at=NINE)
