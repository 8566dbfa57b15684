"""Files that were damaged at random: a standard or a map is taken whole or not at all, and nothing ever falls over."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hotline.cases.logic import filetypes, nyc311, pictures
from hotline.cases.logic.districts_file import parse_districts
from hotline.cases.logic.standard_file import parse_standard
from hotline.cases.logic.tables import Bad, Fault
from hotline.cases.models import Category, Condition, District, Grid
from hotline.cases.services.import_districts import import_districts
from hotline.cases.services.import_standard import import_standard
from hotline.cases.tests import pictures as builders
from hotline.cases.tests import rooms
from hotline.cases.tests.test_imports_districts import MAP
from hotline.cases.tests.test_imports_reports import ROWS as REPORTS
from hotline.cases.tests.test_imports_standard import ROWS

STANDARD = rooms.csv_of([row | {"department": ""} for row in ROWS])
AREAS = json.dumps({"type": "FeatureCollection", "features": MAP}, ensure_ascii=False).encode()
TABLE = rooms.csv_of(REPORTS)
WITH_ROWS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
PIECES = st.one_of(
    st.binary(max_size=6),
    st.sampled_from([b'"', b",", b"\n", b"\r", b"\x00", b"\xff", "井".encode(), b"=1+1", b"-1", b"1e999", b"[", b"}"]),
    st.text(max_size=4).map(lambda text: text.encode("utf-8", "surrogatepass")),
)


@st.composite
def damaged(draw, content):
    """Some places of a file cut out, doubled, or written over."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(len(content), start + 40)))
        piece = draw(PIECES)
        how = draw(st.sampled_from(["over", "cut", "twice"]))
        middle = {"over": piece, "cut": b"", "twice": content[start:end] * 2}[how]
        content = content[:start] + middle + content[end:]
    return content


@pytest.fixture
def leader(db):
    return rooms.person(rooms.centre(), "shift_leader")


def emptied():
    Condition.objects.all().delete()
    Category.objects.all().delete()
    Grid.objects.all().delete()
    District.objects.all().delete()


@given(content=damaged(STANDARD))
@WITH_ROWS
def test_a_damaged_standard_is_taken_whole_or_not_at_all(leader, content):
    emptied()
    run = import_standard(file_name="s.csv", content=content, by=leader, at=rooms.AT)
    taken = Condition.objects.count()
    assert taken == run.new == (0 if run.refused else run.rows)
    assert run.named_rows.filter(is_refused=True).count() == run.refused
    if not run.refused:
        again = import_standard(file_name="s.csv", content=content, by=leader, at=rooms.AT)
        assert (again.new, again.changed, again.unchanged) == (0, 0, taken)


@given(content=damaged(AREAS))
@WITH_ROWS
def test_a_damaged_map_is_taken_whole_or_not_at_all(leader, content):
    emptied()
    run = import_districts(file_name="m.json", content=content, by=leader, at=rooms.AT)
    taken = District.objects.count() + Grid.objects.count()
    assert taken == run.new == (0 if run.refused else run.rows)
    if not run.refused:
        again = import_districts(file_name="m.json", content=content, by=leader, at=rooms.AT)
        assert (again.new, again.changed, again.unchanged) == (0, 0, taken)


@given(kind=st.sampled_from(["standard", "districts", "reports"]), data=st.data())
@WITH_ROWS
def test_no_file_makes_the_page_fall_over(leader, client, tmp_path, settings, kind, data):
    settings.VAR = tmp_path
    whole = {"standard": STANDARD, "districts": AREAS, "reports": TABLE}[kind]
    content = data.draw(damaged(whole))
    assume(content)
    client.force_login(leader)
    sent = {"kind": kind, "file": SimpleUploadedFile("f.csv", content), "map_name": "nyc311"}
    assert client.post(reverse("cases:import_new"), sent).status_code == 200


@given(content=damaged(STANDARD))
@settings(max_examples=300, deadline=None)
def test_each_row_of_a_damaged_standard_is_read_or_named_and_not_both(content):
    try:
        rows, faults = parse_standard(content)
    except Bad:
        return
    sound = [row.line for row in rows]
    assert len(sound) == len(set(sound))
    assert all(fault.reason and fault.reason.format(**fault.params) for fault in faults)


@given(content=damaged(TABLE))
@settings(max_examples=300, deadline=None)
def test_each_row_of_a_damaged_table_of_reports_has_one_answer(content):
    try:
        answers = list(nyc311.read_nyc311(content))
    except Bad:
        return
    lines = [answer.line for answer in answers]
    assert lines == sorted(set(lines))
    for answer in answers:
        faults = answer.notes if isinstance(answer, nyc311.ReportRow) else [answer.fault]
        assert all(isinstance(fault, Fault) and fault.reason.format(**fault.params) for fault in faults)
        if isinstance(answer, nyc311.ReportRow):
            assert answer.description
            assert "\x00" not in answer.description + answer.place + answer.resolution


@given(content=damaged(AREAS))
@settings(max_examples=300, deadline=None)
def test_a_damaged_map_is_read_or_named(content):
    try:
        rows, faults = parse_districts(content)
    except Bad:
        return
    assert rows or faults
    json.dumps([row.outline for row in rows], allow_nan=False).encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def twisted(draw, node):
    """A JSON value with something else in one of its places."""
    if isinstance(node, dict | list) and node and draw(st.integers(0, 5)):
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = draw(st.sampled_from(keys))
        copy = dict(node) if isinstance(node, dict) else list(node)
        copy[key] = draw(twisted(node[key]))
        return copy
    return draw(JSON)


@given(features=twisted(MAP))
@WITH_ROWS
def test_a_map_with_something_else_in_it_is_taken_whole_or_not_at_all(leader, features):
    emptied()
    content = json.dumps({"features": features}).encode()
    run = import_districts(file_name="m.json", content=content, by=leader, at=rooms.AT)
    assert District.objects.count() + Grid.objects.count() == run.new == (0 if run.refused else run.rows)


@given(which=st.integers(0, 9), data=st.data())
@settings(max_examples=300, deadline=None)
def test_a_damaged_file_is_kept_or_refused_and_never_falls_over(which, data):
    name, whole, _type = list(builders.good_files())[which]
    content = data.draw(damaged(whole))
    try:
        found = filetypes.checked_type(name, content)
        if found.media_type in filetypes.PICTURES:
            pictures.checked_picture(content, found.media_type)
            pictures.preview(content)
    except filetypes.BadFile as bad:
        bad.note.format(**bad.params)
