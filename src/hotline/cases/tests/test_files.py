"""Files of cases: what is kept, what is refused and why, and who gets the bytes."""

import hashlib
import io
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from hotline.cases.logic import filetypes
from hotline.cases.logic import pictures as reading
from hotline.cases.models import Attachment, CaseEvent
from hotline.cases.queries import files
from hotline.cases.services import files as services
from hotline.cases.services.files import attach
from hotline.cases.tests import pictures, rooms
from hotline.core.access import NotAllowed
from hotline.core.ids import uuid7
from hotline.kernel.rules import Refused

BAD = list(pictures.bad_files())
GOOD = list(pictures.good_files())


@pytest.fixture(autouse=True)
def _folders(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.VAR = tmp_path


@pytest.fixture
def scene(db):
    """A case in the intake queue and the operator who may take it."""
    centre = rooms.centre()
    operator = rooms.person(centre, "operator")
    return rooms.case(operator), operator


def keep(scene, name="near.jpg", content=None, **more):
    case, operator = scene
    content = pictures.picture() if content is None else content
    said = {"kind": "near", "by": operator, "at": rooms.AT} | more
    return attach(case_id=case.pk, name=name, content=content, **said)


def on_disk(root):
    return sorted(path.name for path in root.rglob("*") if path.is_file())


@pytest.mark.clause("B3.4")
@pytest.mark.parametrize(("name", "content", "media_type"), GOOD, ids=[name for name, *_ in GOOD])
def test_a_sound_file_is_kept_under_its_hash(scene, settings, name, content, media_type):
    row = keep(scene, name, content)
    assert (row.media_type, row.size, row.name) == (media_type, len(content), name)
    assert row.sha256 == hashlib.sha256(content).hexdigest()
    assert files.path_of(row.sha256).read_bytes() == content
    assert on_disk(settings.MEDIA_ROOT) == [row.sha256]
    assert row.pk.version == 7


def read(name, content):
    return reading.checked_picture(content, filetypes.checked_type(name, content).media_type)


NAMES = [f"{number}-{name[:24]!a}" for number, (name, *_rest) in enumerate(BAD)]


@pytest.mark.parametrize(("name", "content", "word"), BAD, ids=NAMES)
def test_a_bad_file_is_refused_with_its_reason(name, content, word):
    with pytest.raises(filetypes.BadFile, match=word):
        read(name, content)


def test_there_are_enough_bad_files():
    assert len(BAD) >= 30


def test_a_refused_file_leaves_no_trace(scene, settings):
    for name, content, _word in BAD:
        with pytest.raises(Refused):
            keep(scene, name, content)
    with pytest.raises(Refused):
        keep(scene, kind="portrait")
    assert not Attachment.objects.exists()
    assert not CaseEvent.objects.filter(action="attach").exists()
    assert on_disk(settings.MEDIA_ROOT) == []


def test_a_file_belongs_to_an_event(scene):
    row = keep(scene)
    event = CaseEvent.objects.get(case=row.case, action="attach")
    assert (row.event_seq, event.actor) == (event.seq, scene[1])
    assert event.data["file"] == str(row.pk)
    assert event.data["sha256"] == row.sha256


def test_the_same_file_twice_is_the_same_row(scene, settings):
    first, again = keep(scene), keep(scene, "another name.jpg")
    assert first == again
    assert Attachment.objects.count() == CaseEvent.objects.filter(action="attach").count() == 1
    assert keep(scene, kind="after") != first
    assert len(on_disk(settings.MEDIA_ROOT)) == 1


ROW = ["case", "event_seq", "kind", "name", "media_type", "size", "sha256", "by", "at"]


def test_the_database_refuses_the_same_file_twice(scene):
    row = keep(scene)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.create(**{name: getattr(row, name) for name in ROW}, id=uuid7(rooms.AT))


def test_a_damaged_file_on_disk_is_written_again(scene):
    row = keep(scene)
    files.path_of(row.sha256).write_bytes(b"half")
    keep(scene, kind="far")
    assert hashlib.sha256(files.path_of(row.sha256).read_bytes()).hexdigest() == row.sha256


def test_moment_and_place_come_from_the_picture(scene):
    row = keep(scene, content=pictures.shot())
    assert row.shot_at == datetime.fromisoformat("2026-03-09T09:30:15+08:00")
    assert (row.latitude, row.longitude) == (Decimal("37.897780"), Decimal("112.586133"))


def test_what_the_caller_knows_comes_before_the_picture(scene):
    said = rooms.AT - timedelta(hours=3)
    row = keep(scene, content=pictures.shot(), shot_at=said, latitude=Decimal("38.5"), longitude=Decimal("113.5"))
    assert (row.shot_at, row.latitude, row.longitude) == (said, Decimal("38.5"), Decimal("113.5"))


@pytest.mark.parametrize(
    ("moment", "zone", "kept"),
    [
        ("2026:03:09 09:30:15", "", "2026-03-09T09:30:15+08:00"),
        ("2026:03:09 02:30:15", "+01:00", "2026-03-09T09:30:15+08:00"),
        ("2031:03:09 09:30:15", "", None),
        ("1980:01:01 00:00:00", "", None),
        ("0000:00:00 00:00:00", "", None),
        ("yesterday", "", None),
    ],
)
def test_a_camera_clock_is_believed_only_when_it_can_be_true(scene, moment, zone, kept):
    row = keep(scene, content=pictures.shot(moment, zone, gps=False))
    assert row.shot_at == (kept and datetime.fromisoformat(kept))
    assert row.latitude is None


def test_who_may_not_attach(scene):
    case, _operator = scene
    for person in (rooms.person(case.centre, "hr"), rooms.person(rooms.centre("other"), "shift_leader")):
        with pytest.raises(NotAllowed):
            attach(case_id=case.pk, kind="near", name="a.jpg", content=pictures.picture(), by=person, at=rooms.AT)


def test_a_case_keeps_a_limited_number_of_files(scene, monkeypatch):
    monkeypatch.setattr(services, "MOST_FILES", 2)
    keep(scene)
    keep(scene, kind="far")
    with pytest.raises(Refused, match="at most 2"):
        keep(scene, kind="after")


def get(client, scene, row, name="file", **headers):
    client.force_login(scene[1])
    return client.get(reverse(f"cases:{name}", args=[row.pk]), headers=headers)


def test_the_bytes_come_back_with_guarding_headers(scene, client):
    row = keep(scene, "井盖.jpg")
    response = get(client, scene, row)
    assert response.status_code == 200
    assert hashlib.sha256(response.content).hexdigest() == row.sha256
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-cache"
    assert response["Content-Disposition"] == "inline; filename*=utf-8''%E4%BA%95%E7%9B%96.jpg"


def test_a_document_is_saved_and_not_shown(scene, client):
    row = keep(scene, "letter.pdf", pictures.pdf())
    assert get(client, scene, row)["Content-Disposition"] == 'attachment; filename="letter.pdf"'


@pytest.mark.parametrize(
    ("asked", "status", "piece", "said"),
    [
        ("bytes=0-9", 206, slice(0, 10), "bytes 0-9/{n}"),
        ("bytes=100-", 206, slice(100, None), "bytes 100-{last}/{n}"),
        ("bytes=-7", 206, slice(-7, None), "bytes {from7}-{last}/{n}"),
        ("bytes=5-99999999", 206, slice(5, None), "bytes 5-{last}/{n}"),
        ("bytes=99999999-", 416, None, "bytes */{n}"),
        ("bytes=9-2", 416, None, "bytes */{n}"),
        ("bytes=-0", 416, None, "bytes */{n}"),
        ("bytes=-", 200, slice(None), None),
        ("bytes=0-1,5-6", 200, slice(None), None),
        ("lines=1-2", 200, slice(None), None),
    ],
)
def test_a_player_may_ask_for_ranges(scene, client, asked, status, piece, said):
    content = pictures.wav()
    row = keep(scene, "call.wav", content)
    response = get(client, scene, row, range=asked)
    assert response.status_code == status
    if piece:
        assert response.content == content[piece]
    size = len(content)
    expected = said and said.format(n=size, last=size - 1, from7=size - 7)
    assert response.headers.get("Content-Range") == expected


def test_a_browser_that_has_it_need_not_fetch_it_again(scene, client):
    row = keep(scene)
    etag = get(client, scene, row)["ETag"]
    assert get(client, scene, row, if_none_match=etag).status_code == 304
    changed = get(client, scene, row, range="bytes=0-9", if_range='"older"')
    assert changed.status_code == 200


def test_a_preview_is_small_upright_and_says_nothing(scene, client):
    row = keep(scene, content=pictures.shot())
    response = get(client, scene, row, "preview")
    assert response["Content-Type"] == "image/jpeg"
    with Image.open(io.BytesIO(response.content)) as small:
        assert small.size == (240, 320)
        assert not small.getexif()
    assert get(client, scene, row, "preview").content == response.content


def test_a_transparent_picture_has_a_preview(scene, client):
    out = io.BytesIO()
    Image.new("RGBA", (50, 50), (255, 0, 0, 0)).save(out, "PNG")
    row = keep(scene, "clear.png", out.getvalue())
    with Image.open(io.BytesIO(get(client, scene, row, "preview").content)) as small:
        assert small.getpixel((9, 9)) == (255, 255, 255)


def test_a_document_has_no_preview_and_a_lost_file_is_not_found(scene, client):
    document, picture = keep(scene, "letter.pdf", pictures.pdf()), keep(scene)
    assert get(client, scene, document, "preview").status_code == 404
    files.path_of(picture.sha256).unlink()
    assert get(client, scene, picture).status_code == 404
    assert get(client, scene, picture, "preview").status_code == 404


def test_a_file_is_there_for_those_who_see_the_case_alone(scene, client):
    row = keep(scene)
    for person, status in [
        (rooms.person(row.case.centre, "shift_leader"), 200),
        (rooms.person(row.case.centre, "hr"), 404),
        (rooms.person(row.case.centre, "field_supervisor"), 404),
        (rooms.person(rooms.centre("other"), "director"), 404),
    ]:
        for name in ("file", "preview"):
            assert get(client, (row.case, person), row, name).status_code == status
    client.logout()
    assert client.get(reverse("cases:file", args=[row.pk])).status_code == 302
