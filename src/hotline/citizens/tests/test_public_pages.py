"""The public pages: no account, nothing lost, nothing leaked, and never an error whatever is sent."""

import io
import random
import struct
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from hotline.cases.models import Attachment, Case
from hotline.cases.tests import builders as cases
from hotline.citizens import forms
from hotline.citizens.logic.terms import TERMS
from hotline.citizens.models import CallBack, Stashed, Supplement
from hotline.citizens.queries import public
from hotline.citizens.tests import builders
from hotline.citizens.tests.builders import NINE
from hotline.core import clock

pytestmark = pytest.mark.django_db
TODAY = TERMS.on(clock.local_day(NINE))
GOOD = {"description": "学府路井盖松动", "place": "学府路口", "number": "13800001234", "consent": "on"}


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT, settings.VAR = tmp_path / "files", tmp_path


@pytest.fixture
def town():
    return builders.town()


@pytest.fixture
def client():
    return Client(raise_request_exception=False, HTTP_ACCEPT_LANGUAGE="en", enforce_csrf_checks=False)


def address(town):
    return reverse("citizens:report", args=[town.centre.code])


def key_of(client, town, ago=5):
    """A form that was given out some seconds ago."""
    builders.hidden(client.get(address(town)).content.decode(), "form")
    return forms.sign_form(f"{random.getrandbits(128):032x}", clock.now() - ago * cases.SECOND)


def post(client, town, photos=(), ago=5, **more):
    said = GOOD | {"form": key_of(client, town, ago)} | more
    return client.post(address(town), {**said, "photos": list(photos)})


def picture(name="a.jpg", color="red"):
    return SimpleUploadedFile(name, builders.photo(color), "image/jpeg")


def test_the_door_leads_to_the_one_centre_that_is_open(client, town):
    assert client.get("/r/").headers["Location"] == address(town)
    assert client.get("/t/").headers["Location"] == reverse("citizens:track", args=[town.centre.code])
    builders.town()
    assert "Choose your centre" in client.get("/r/").content.decode()


def test_a_closed_page_takes_nothing(client):
    closed = cases.town()
    assert client.get(reverse("citizens:report", args=[closed.centre.code])).status_code == 404
    assert client.get("/r/").status_code == 200


@pytest.mark.clause("B3.1")
def test_a_report_with_a_photo_gives_number_and_code(client, town):
    answer = post(client, town, [picture()], latitude="37.9000001", longitude="112.55")
    page = answer.content.decode()
    case = Case.objects.get(source="web")
    assert answer.status_code == 200
    assert case.number in page
    assert case.files.count() == 1
    assert case.district is not None
    assert "13800001234" not in page


def test_what_was_typed_and_the_photos_stay_when_something_is_wrong(client, town):
    key = key_of(client, town)
    first = client.post(
        address(town), {**GOOD, "form": key, "number": "12", "photos": [picture(), picture("b.jpg", "blue")]}
    )
    page = first.content.decode()
    assert "学府路井盖松动" in page
    assert 'value="12"' in page
    assert "2 photos are kept" in page
    assert Stashed.objects.count() == 2
    done = client.post(address(town), {**GOOD, "form": key})
    assert "data-code" in done.content.decode()
    assert Attachment.objects.filter(case__source="web").count() == 2
    assert not Stashed.objects.exists()


def test_a_bad_photo_is_named_and_the_good_ones_are_kept(client, town):
    answer = post(client, town, [picture(), SimpleUploadedFile("x.gif", b"GIF89a....", "image/gif")])
    page = answer.content.decode()
    assert "x.gif" in page
    assert "1 photo is kept" in page
    assert not Case.objects.filter(source="web").exists()


def test_kept_photos_can_be_left_out(client, town):
    key = key_of(client, town)
    client.post(address(town), {**GOOD, "form": key, "description": "", "photos": [picture()]})
    client.post(address(town), {**GOOD, "form": key, "drop_photos": "1"})
    assert Case.objects.get(source="web").files.count() == 0


def test_sent_twice_it_is_one_report(client, town):
    key = key_of(client, town)
    pages = [client.post(address(town), {**GOOD, "form": key}).content.decode() for _ in range(2)]
    assert Case.objects.filter(source="web").count() == 1
    number = Case.objects.get(source="web").number
    assert all(number in page for page in pages)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"description": ""}, "what is the matter"),
        ({"consent": ""}, "cannot be taken"),
        ({"place": ""}, "Say where it is"),
        ({"number": "021 123"}, "not a number"),
        ({"mail": "x@y"}, "mail address"),
        ({"website": "http://spam"}, "Call us"),
        ({"category": "999999"}, "valid choice"),
        ({"category": "nonsense"}, "valid choice"),
        ({"form": "made up"}, "open for too long"),
        ({"ago": 0}, "very quick"),
        ({"ago": 13 * 3600}, "open for too long"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_registered(client, town, more, said):
    answer = post(client, town, **more)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not Case.objects.filter(source="web").exists()


def test_what_a_centre_asks_for_is_asked(client):
    town = builders.town(name_wish="needed", number_wish="hidden", most_photos=0, notice="周末照常受理")
    page = client.get(address(town)).content.decode()
    assert 'name="number"' not in page
    assert 'name="photos"' not in page
    assert "周末照常受理" in page
    assert "required" in post(client, town).content.decode()
    answer = post(client, town, [picture()], name="王小云")
    assert "at most 0 photos" in answer.content.decode()


def test_whoever_sends_too_often_is_told_and_keeps_what_he_typed(client, town):
    for _ in range(TODAY.limits["report"][0].most):
        assert post(client, town).status_code == 200
    answer = post(client, town, [picture()])
    assert answer.status_code == 429
    page = answer.content.decode()
    assert "学府路井盖松动" in page
    assert "1 photo is kept" in page


def bad_files():
    """Thirty files that are no photo: cut off, disguised, two things at once, too large, nothing at all."""
    good = builders.photo()
    png = io.BytesIO()
    Image.new("RGB", (4, 4)).save(png, "PNG")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        book.writestr("a.txt", "x")
    gif = io.BytesIO()
    Image.new("P", (4, 4)).save(gif, "GIF")
    bmp = io.BytesIO()
    Image.new("RGB", (4, 4)).save(bmp, "BMP")
    moving = io.BytesIO()
    Image.new("RGB", (4, 4)).save(
        moving, "WEBP", save_all=True, append_images=[Image.new("RGB", (4, 4), "red")], lossless=True
    )
    huge = png.getvalue()[:16] + struct.pack(">II", 60_000, 60_000) + png.getvalue()[24:]
    return [
        ("empty.jpg", b""), ("text.jpg", b"hello"), ("nul.jpg", b"\0" * 500), ("cut.jpg", good[: len(good) // 2]),
        ("head.jpg", good[:3]), ("two.jpg", good[:20]), ("tail.jpg", good + b"<script>alert(1)</script>"),
        ("zip.jpg", good + packed.getvalue()), ("only-zip.jpg", packed.getvalue()), ("page.jpg", b"<html><body>"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), ("drawing.jpg", b"<svg onload=alert(1)>"),
        ("program.exe", b"MZ\x90\x00" + b"\0" * 90), ("program.jpg", b"\x7fELF" + b"\0" * 90),
        ("paper.pdf", b"%PDF-1.4\n%%EOF"), ("paper.jpg", b"%PDF-1.4\n%%EOF"), ("moving.gif", gif.getvalue()),
        ("moving.jpg", gif.getvalue()), ("old.bmp", bmp.getvalue()), ("old.jpg", bmp.getvalue()),
        ("apple.heic", b"\0\0\0\x18ftypheic" + b"\0" * 40), ("film.mp4", b"\0\0\0\x18ftypisom" + b"\0" * 40),
        ("broken.png", png.getvalue()[:-6]), ("wrong.png", good), ("huge.png", huge), ("film.webp", moving.getvalue()),
        ("noextension", good), ("many." + "x" * 300, good), ("sound.mp3", b"ID3" + b"\0" * 90),
        ("large.jpg", good + b"\0" * 10_000_001),
    ]  # fmt: skip


def test_thirty_bad_files_are_refused_with_a_reason(client, town):
    files = bad_files()
    assert len(files) == 30
    key = key_of(client, town)
    for name, content in files:
        answer = client.post(address(town), {**GOOD, "form": key, "photos": [SimpleUploadedFile(name, content)]})
        assert answer.status_code in {200, 429}, name
        page = answer.content.decode()
        assert "refusal-line" in page, name
        if content and len(name) < 60:
            assert name in page, name
        assert "data-code" not in page, name
    assert not Attachment.objects.exists()
    assert not Stashed.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"a=%ff%fe&b=%00", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"description=%00%00", "application/x-www-form-urlencoded; charset=nonsense"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"--x\r\n", "multipart/form-data; boundary=" + "y" * 400),
        (b'{"description": 1}', "application/json"),
        (b"<xml/>", "text/xml"),
        (b"&".join(b"a=%d" % n for n in range(3000)), "application/x-www-form-urlencoded"),
    ],
)
def test_whatever_is_sent_never_is_an_error(client, town, body, kind):
    code = town.centre.code
    for name in ("citizens:report", "citizens:track", "citizens:add", "citizens:rate"):
        answer = client.generic("POST", reverse(name, args=[code]), body, kind)
        assert answer.status_code < 500, (name, answer.status_code)


def test_a_body_that_is_too_large_is_not_read(client, town):
    answer = client.post(address(town), {}, CONTENT_LENGTH="100000001")
    assert answer.status_code == 413
    assert client.post(address(town), {}, CONTENT_LENGTH="nonsense").status_code < 500


TEXTS = st.text(max_size=300)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(
        st.sampled_from(["description", "place", "latitude", "longitude", "name", "number", "mail", "category",
                         "is_secret", "consent", "website", "form", "drop_photos"]), TEXTS,
    )
)  # fmt: skip
def test_any_form_is_parsed_without_an_error(town, said):
    centre, intake = town.centre, town.centre.public_intake
    form = forms.ReportForm(said, centre=centre, intake=intake)
    if form.is_valid():
        form.check_moment(NINE, TODAY)
    assert form["description"].value() == said.get("description")


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_a_made_up_key_or_link_is_never_good(text):
    assert forms.read_form(text) is None


# ---------------------------------------------------------------- following a report


def follow(client, town, number, code):
    return client.post(reverse("citizens:track", args=[town.centre.code]), {"number": number, "code": code})


@pytest.fixture
def followed(client, town):
    receipt = builders.report(town)
    follow(client, town, receipt.case.number, receipt.written)
    return receipt.case


def here(client, town):
    return client.get(reverse("citizens:here", args=[town.centre.code]))


def test_number_and_code_show_three_states_and_nothing_personal(client, town, followed):
    page = here(client, town).content.decode()
    for word in ("Taken in", "In progress", "Finished"):
        assert word in page
    for secret in ("王小云", "13800001234", "学府路", town.operator.name, town.department.name):
        assert secret not in page
    walk = builders.closed(town, followed)
    builders.settle(walk.at)
    page = here(client, town).content.decode()
    assert "井盖已修复" in page
    for secret in ("王小云", "13800001234", town.operator.name, town.department.name, town.leader.name):
        assert secret not in page


def test_a_wrong_code_and_a_wrong_number_are_told_alike_and_counted(client, town):
    receipt = builders.report(town)
    wrong = follow(client, town, receipt.case.number, "ABCD-EFGH-JKMN").content.decode()
    unknown = follow(client, town, "20200101-0001", receipt.written).content.decode()
    said = "No report has this number and this code"
    assert said in wrong
    assert said in unknown
    for _ in range(TODAY.limits["number"][0].most):
        answer = follow(client, town, receipt.case.number, "ABCD-EFGH-JKMN")
    assert answer.status_code == 429
    assert follow(client, town, receipt.case.number, receipt.written).status_code == 429  # even the right one
    assert Client().get(reverse("citizens:here", args=[town.centre.code])).status_code == 302


def test_a_report_of_another_centre_is_not_there(client, town, followed):
    other = builders.town()
    assert client.get(reverse("citizens:here", args=[other.centre.code])).status_code == 302


def test_words_and_photos_are_added_until_the_end(client, town, followed):
    add = reverse("citizens:add", args=[town.centre.code])
    client.post(add, {"text": "又响了", "wants_call": "on", "photos": [picture()]})
    row = Supplement.objects.get()
    assert (row.text, row.photos, row.wants_call) == ("又响了", 1, True)
    assert "又响了" in here(client, town).content.decode()
    bad = client.post(add, {"text": "x", "photos": [SimpleUploadedFile("a.gif", b"GIF89a")]})
    assert "a.gif" in bad.content.decode()
    builders.closed(town, followed)
    assert "nothing can be added" in client.post(add, {"text": "y"}).content.decode()


def test_it_is_rated_after_the_end_by_code_or_by_the_link_of_the_sms(client, town, followed):
    builders.settle(builders.closed(town, followed, clock.now() - cases.HOUR).at)
    rate = reverse("citizens:rate", args=[town.centre.code])
    assert "what was not good" in client.post(rate, {"grade": "dissatisfied"}).content.decode()
    said = {"grade": "dissatisfied", "reason": "result_not_solved", "words": "还在响"}
    assert client.post(rate, said).status_code == 302
    call = CallBack.objects.get(case=followed)
    assert (call.grade, call.by_himself) == ("dissatisfied", True)
    link = reverse("citizens:rate_link", args=[public.rating_token(followed.pk, 0)])
    assert "nothing to rate" in Client(HTTP_ACCEPT_LANGUAGE="en").get(link).content.decode()


def test_the_link_of_the_sms_rates_without_number_and_code_and_tells_nothing(town):
    case = builders.phoned(town)
    builders.settle(builders.closed(town, case, clock.now() - cases.HOUR).at)
    stranger = Client(HTTP_ACCEPT_LANGUAGE="en")
    link = reverse("citizens:rate_link", args=[public.rating_token(case.pk, 0)])
    page = stranger.get(link).content.decode()
    assert "井盖" not in page
    assert "Thank you" in stranger.post(link, {"grade": "satisfied"}).content.decode()
    assert CallBack.objects.get(case=case).grade == "satisfied"
    for wrong in (f"{case.pk}-0-{'0' * 20}", f"{case.pk}-1-x", "x", f"{'9' * 30}-0-x", "1-2-3-4"):
        assert stranger.get(f"/t/s/{wrong}/").status_code == 404


def test_messages_are_stopped_and_a_report_is_left(client, town, followed):
    client.post(reverse("citizens:want_messages", args=[town.centre.code]), {"wants": "0"})
    followed.tracking.refresh_from_db()
    assert followed.tracking.wants_none
    client.post(reverse("citizens:leave", args=[town.centre.code]))
    assert here(client, town).status_code == 302


def test_the_public_pages_ask_few_questions_of_the_database(client, town, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        client.get(address(town))


def test_the_page_speaks_chinese_and_english(town):
    assert "我要反映" in Client().get(address(town)).content.decode()
    assert "Report something" in Client(HTTP_ACCEPT_LANGUAGE="en").get(address(town)).content.decode()
