"""Pages of departments: whom they admit, what they show, how many queries they cost (A2.21)."""

from datetime import date

import pytest
from django.urls import reverse

from hotline.cases.logic.flow import Status
from hotline.cases.tests import builders as cases
from hotline.core import clock
from hotline.departments.models import Agreement, CatalogueHint, Contact, Delivery, Objection
from hotline.departments.services import handover
from hotline.departments.tests import builders as b
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.people.tests.seats import admits, said, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.clause("A2.21")]
AT, P = b.AT, Position
SEES = {P.DIRECTOR, P.MANAGER, P.CENTRE_SUPERVISOR, P.SHIFT_LEADER, P.TEAM_LEADER, P.DISPATCHER, P.QUALITY}
REVIEWS = {P.DISPATCHER, P.SHIFT_LEADER, P.CENTRE_SUPERVISOR}


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def town():
    return cases.town()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_admit_whom_they_say(town, language):
    b.signed(town)
    b.objected(town, b.dispatched(town))
    b.minute()
    pages = {
        reverse("departments:overview"): SEES,
        reverse("departments:objections"): REVIEWS,
        f"{reverse('departments:objections')}?show=decided": REVIEWS,
        f"{reverse('departments:objections')}?show=catalogue": REVIEWS,
        reverse("departments:deliveries"): REVIEWS,
        reverse("departments:mine"): {P.DEPARTMENT_CLERK},
    }
    admits(town.centre, pages, language)


@pytest.mark.parametrize("show", ["figures", "agreements", "objections", "delivery", "reports"])
def test_both_sides_open_a_department_and_nobody_else_does(town, show):
    agreement = b.signed(town)
    raised = b.objected(town, b.dispatched(town))
    b.minute()
    _unit, stranger = b.other_department(town)
    pages = [
        f"{reverse('departments:unit', args=[town.department.pk])}?show={show}",
        reverse("departments:agreement", args=[agreement.pk]),
        reverse("departments:objection", args=[raised.pk]),
        reverse("departments:report", args=[town.department.pk, "2026-03"]),
        reverse("departments:report_xlsx", args=[town.department.pk, "2026-03"]),
        reverse("departments:behind", args=[town.department.pk, "phase", "open_in_time"]),
    ]
    for page in pages:
        assert signed_in(town.clerk).get(page).status_code == 200, page
        assert signed_in(town.dispatcher).get(page).status_code == 200, page
        assert signed_in(stranger).get(page).status_code == 404, page
        assert signed_in(town.operator).get(page).status_code == 403, page
    mine = signed_in(town.clerk).get(f"{reverse('departments:mine')}?show={show}")
    assert mine.status_code == 200


def test_an_agreement_is_drafted_signed_and_declined_on_its_pages(town):
    chief = b.supervisor(town)
    form = {
        **b.TERMS, "work": "", "valid_from": "2026-04-01", "phase_value": "", "target_accept": "95", "target_hop": "90",
        "target_phase": "95.5", "target_rework": "5",
    }  # fmt: skip
    new = reverse("departments:agreement_new", args=[town.department.pk])
    assert signed_in(chief).get(new).status_code == 200
    assert signed_in(chief).post(new, {**form, "phase_unit": "work_day"}).status_code == 200  # a unit without a value
    answer = signed_in(chief).post(new, form)
    row = Agreement.objects.get()
    assert answer["Location"] == reverse("departments:agreement", args=[row.pk])
    assert (row.target_phase, row.valid_from) == (955, date(2026, 4, 1))
    assert signed_in(town.clerk).get(answer["Location"]).status_code == 404  # a draft is the centre's own
    act = {name: reverse("departments:agreement_act", args=[row.pk, name]) for name in ("offer", "sign", "decline")}
    signed_in(chief).post(act["offer"])
    assert signed_in(town.clerk).get(answer["Location"]).status_code == 200
    signed_in(town.clerk).post(act["decline"], {"words": ""})
    row.refresh_from_db()
    assert row.status == "offered"
    signed_in(town.clerk).post(act["sign"])
    row.refresh_from_db()
    assert (row.status, row.department_signer) == ("in_force", town.clerk)
    assert signed_in(chief).get(f"{new}?from={row.pk}").context["form"].initial["target_phase"] == "95.5"


def test_a_clerk_objects_on_the_page_and_a_reviewer_upholds(town):
    other, _clerk = b.other_department(town)
    case = b.dispatched(town)
    b.minute()
    slot = signed_in(town.clerk).get(reverse("departments:of_case", args=[case.pk]))
    there = reverse("departments:object", args=[case.number])
    assert there in slot.content.decode()
    assert signed_in(town.operator).get(there).status_code == 403
    assert signed_in(town.clerk).post(there, {"reason_code": "not_owner", "words": ""}).status_code == 200
    answer = signed_in(town.clerk).post(there, {"reason_code": "not_owner", "words": "属通信井"})
    assert answer["Location"] == reverse("cases:inbox_case", args=[case.number])
    row = Objection.objects.get()
    page = signed_in(town.dispatcher).get(reverse("departments:objections")).content.decode()
    assert case.number in page
    decide = reverse("departments:decide", args=[row.pk, "uphold"])
    assert signed_in(town.dispatcher).post(decide, {"note": ""}).status_code == 200
    done = signed_in(town.dispatcher).post(decide, {"note": "属实", "right": other.pk, "exempt": "on"})
    assert done.status_code == 302, done.context["decide"].errors
    assert cases.fresh(case).code is Status.RETURNED
    slot = signed_in(town.dispatcher).get(reverse("departments:of_case", args=[case.pk])).content.decode()
    assert other.name in slot
    hint = CatalogueHint.objects.get()
    signed_in(town.dispatcher).post(reverse("departments:settle_hint", args=[hint.pk, "adopt"]))
    hint.refresh_from_db()
    assert hint.status == "adopted"
    book = signed_in(town.dispatcher).get(reverse("departments:catalogue_export"))
    assert book["Content-Type"].endswith("sheet")


def test_the_clerk_appeals_and_withdraws_on_the_page(town):
    row = b.objected(town, b.dispatched(town))
    decide = reverse("departments:decide", args=[row.pk, "reject"])
    signed_in(town.dispatcher).post(decide, {"note": "产权清单有"})
    page = signed_in(town.clerk).get(reverse("departments:objection", args=[row.pk]))
    assert page.context["may_appeal"]
    signed_in(town.clerk).post(reverse("departments:answer", args=[row.pk, "appeal"]), {"words": "有证明"})
    row.refresh_from_db()
    assert row.status == "appealed"
    signed_in(town.clerk).post(reverse("departments:answer", args=[row.pk, "withdraw"]))
    row.refresh_from_db()
    assert row.status == "withdrawn"


def test_opening_the_case_delivers_and_a_strangers_opening_does_not(town):
    case = b.dispatched(town)
    hop = b.noted(case)
    _unit, stranger = b.other_department(town)
    where = reverse("departments:opened", args=[hop.pk])
    assert signed_in(stranger).post(where).status_code == 404
    assert signed_in(town.dispatcher).post(where).status_code == 403
    page = signed_in(town.clerk).get(reverse("departments:of_case", args=[case.pk])).content.decode()
    assert where in page
    assert Delivery.objects.get().status == "unsent"  # looking alone changes nothing
    assert signed_in(town.clerk).post(where).status_code == 204
    assert Delivery.objects.get().status == "delivered"
    assert where not in signed_in(town.clerk).get(reverse("departments:of_case", args=[case.pk])).content.decode()


def test_a_failed_delivery_is_mended_on_the_dispatchers_page(town):
    b.contact(town)
    b.dispatched(town)
    b.minute()
    mail = Delivery.objects.get(channel="mail")
    by = people.system(town.centre)
    handover.note_result(delivery_id=mail.pk, failure="mailbox full", by=by, at=AT)
    page = signed_in(town.dispatcher).get(reverse("departments:deliveries")).content.decode()
    assert "mailbox full" in page
    told = signed_in(town.dispatcher).post(reverse("departments:mend", args=[mail.pk, "phone"]), {"who": ""})
    assert said(told)
    signed_in(town.dispatcher).post(reverse("departments:mend", args=[mail.pk, "again"]))
    mail.refresh_from_db()
    assert (mail.status, mail.rounds) == ("unsent", 2)


def test_a_mailbox_is_needed_for_mail(town):
    page = reverse("departments:contact", args=[town.department.pk])
    assert signed_in(town.clerk).post(page, {"by_mail": "on", "mail": ""}).status_code == 200
    assert not Contact.objects.exists()
    assert signed_in(town.clerk).post(page, {"by_mail": "on", "mail": "a@example.org"}).status_code == 302
    assert Contact.objects.get().by_mail
    _unit, stranger = b.other_department(town)
    assert signed_in(stranger).post(page, {"phone": "1"}).status_code == 404


def test_a_case_that_never_went_out_shows_nothing(town):
    case = cases.report(town)
    answer = signed_in(town.dispatcher).get(reverse("departments:of_case", args=[case.pk]))
    assert (answer.status_code, answer.content) == (200, b"")
    assert signed_in(cases.town().dispatcher).get(answer.request["PATH_INFO"]).status_code == 404


def test_the_pages_cost_few_queries_however_much_there_is(town, django_assert_max_num_queries):
    b.signed(town)
    for number in range(3):
        b.other_department(town, f"处{number}")
    raised = [b.objected(town, b.dispatched(town)) for _ in range(5)]
    b.minute()
    pages = [
        (town.leader, reverse("departments:overview"), 18),
        (town.leader, reverse("departments:unit", args=[town.department.pk]), 20),
        (town.clerk, reverse("departments:mine"), 20),
        (town.dispatcher, reverse("departments:objections"), 16),
        (town.dispatcher, reverse("departments:deliveries"), 16),
        (town.dispatcher, reverse("departments:of_case", args=[raised[0].case_id]), 18),
    ]
    for person, page, most in pages:
        browser = signed_in(person)
        browser.get(page)
        with django_assert_max_num_queries(most):
            browser.get(page)


def test_a_hand_out_of_this_very_minute_is_noted_when_somebody_looks(town):
    case = b.dispatched(town)
    page = signed_in(town.clerk).get(reverse("departments:of_case", args=[case.pk])).content.decode()
    note = reverse("departments:note", args=[case.pk])
    assert note in page
    assert not Delivery.objects.exists()  # looking alone changes nothing
    stranger = b.other_department(town)[1]
    assert signed_in(stranger).post(note).status_code == 404
    shown = signed_in(town.clerk).post(note).content.decode()
    assert reverse("departments:object", args=[case.number]) in shown
    assert Delivery.objects.get().status == "unsent"
