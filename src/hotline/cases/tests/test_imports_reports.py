"""Reports of another system: every row becomes a case or is named, and a second time nothing changes (B3.1)."""

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command

from hotline.cases.events import ReportsUploaded
from hotline.cases.handlers import register_uploaded
from hotline.cases.logic import nyc311
from hotline.cases.logic.nyc311 import RefusedRow, ReportRow
from hotline.cases.logic.tables import Bad
from hotline.cases.models import Case, CaseEvent, Category, Holding, ImportRun
from hotline.cases.queries import imports as queries
from hotline.cases.services import intake
from hotline.cases.services.import_reports import begin_reports, go_on
from hotline.cases.tests import rooms
from hotline.core.access import NotAllowed
from hotline.core.models import Outbox
from hotline.kernel.rules import Refusal, Refused

ROW = {
    "Unique Key": "1",
    "Created Date": "02/28/2023 11:45:00 PM",
    "Closed Date": "03/01/2023 01:00:00 AM",
    "Agency Name": "Department of Transportation",
    "Complaint Type": "Abandoned Bike",
    "Descriptor": "N/A",
    "Location Type": "Street",
    "Incident Address": "290 EXETER STREET",
    "Cross Street 1": "HARKNESS AVENUE",
    "Intersection Street 1": "",
    "Intersection Street 2": "",
    "Bridge Highway Name": "",
    "Borough": "BROOKLYN",
    "Status": "Closed",
    "Resolution Description": "The bike was taken away.",
    "Open Data Channel Type": "PHONE",
    "Latitude": "40.57553600000001",
    "Longitude": "-73.94789661",
}


def row(number, **said):
    return ROW | {"Unique Key": str(number)} | {name.replace("_", " "): value for name, value in said.items()}


def read(rows):
    return list(nyc311.read_nyc311(rows if isinstance(rows, bytes) else rooms.csv_of(rows)))


def one(**said):
    [answer] = read([row(1, **said)])
    return answer


@pytest.mark.clause("B3.1")
def test_a_row_is_read_as_a_report():
    report = one()
    assert report.arrived_at == datetime.fromisoformat("2023-03-01T04:45:00+00:00")
    assert report.closed_at == datetime.fromisoformat("2023-03-01T06:00:00+00:00")
    assert (report.latitude, report.longitude) == (Decimal("40.575536"), Decimal("-73.947897"))
    assert report.place == "290 EXETER STREET, BROOKLYN"
    assert report.description == "Abandoned Bike: Street"
    assert (report.source, report.resolution) == ("phone", "The bike was taken away.")
    assert report.notes == ()


@pytest.mark.parametrize(
    ("said", "utc"),
    [
        ({"Created_Date": "07/01/2023 12:00:00 PM", "Closed_Date": ""}, "2023-07-01T16:00:00+00:00"),
        ({"Created_Date": "12/01/2023 12:00:00 AM", "Closed_Date": ""}, "2023-12-01T05:00:00+00:00"),
        ({"Created_Date": "11/05/2023 01:30:00 AM", "Closed_Date": ""}, "2023-11-05T05:30:00+00:00"),
    ],
)
def test_moments_are_those_of_new_york(said, utc):
    assert one(**said).arrived_at == datetime.fromisoformat(utc)


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"Incident_Address": ""}, "HARKNESS AVENUE, BROOKLYN"),
        ({"Incident_Address": "10 AVENUE", "Borough": ""}, "10 AVENUE"),
        (
            {"Incident_Address": "", "Intersection_Street_1": "BROADWAY", "Intersection_Street_2": "WALL STREET"},
            "BROADWAY / WALL STREET, BROOKLYN",
        ),
        ({"Incident_Address": "N/A", "Cross_Street_1": "", "Bridge_Highway_Name": "Belt Pkwy"}, "Belt Pkwy, BROOKLYN"),
        ({"Incident_Address": "X" * 300}, "X" * 200),
    ],
)
def test_the_most_exact_words_of_a_place_are_taken(said, place):
    assert one(**said).place == place


def test_text_that_was_decoded_wrongly_is_mended():
    wrong = "Transportation’s".encode().decode("latin-1")
    assert one(Resolution_Description=wrong).resolution == "Transportation’s"
    assert one(Resolution_Description="a\x99b\x00 c\td").resolution == "ab c d"


def test_a_row_without_a_point_is_named_and_taken():
    report = one(Latitude="", Longitude="")
    [note] = report.notes
    assert (note.column, note.is_refused) == ("Latitude", False)
    assert report.latitude is report.longitude is None


REFUSED = [
    ({"Closed_Date": "02/28/2023 11:44:59 PM"}, "Closed Date", "closed before"),
    ({"Created_Date": ""}, "Created Date", "not a moment"),
    ({"Created_Date": "2023-02-28 11:45"}, "Created Date", "not a moment"),
    ({"Created_Date": "02/30/2023 11:45:00 PM"}, "Created Date", "not a moment"),
    ({"Created_Date": "03/12/2023 02:30:00 AM"}, "Created Date", "never showed"),
    ({"Created_Date": "01/01/0001 12:00:00 AM"}, "Created Date", ""),
    ({"Closed_Date": "soon"}, "Closed Date", "not a moment"),
    ({"Unique_Key": ""}, "Unique Key", "must not be empty"),
    ({"Unique_Key": "9" * 61}, "Unique Key", "longer"),
    ({"Complaint_Type": ""}, "Complaint Type", "must not be empty"),
    ({"Latitude": "95"}, "Latitude", "degrees"),
    ({"Latitude": "north"}, "Latitude", "degrees"),
    ({"Latitude": "1e3"}, "Latitude", "degrees"),
    ({"Longitude": ""}, "Longitude", "degrees"),
    ({"Longitude": "-200"}, "Longitude", "degrees"),
    ({"Latitude": "", "Longitude": "", "Incident_Address": "", "Cross_Street_1": ""}, "Latitude", "neither"),
]


@pytest.mark.parametrize(("said", "column", "reason"), REFUSED)
def test_a_row_that_becomes_no_case_says_why(said, column, reason):
    fault = one(**said).fault
    assert fault.is_refused
    assert (fault.line, fault.column) == (2, column)
    assert reason in fault.reason.format(**fault.params)


def test_each_row_has_exactly_one_answer():
    answers = read([row(1), row(1), row(2, Latitude="x"), row(3)])
    assert [type(answer) for answer in answers] == [ReportRow, RefusedRow, RefusedRow, ReportRow]
    assert [answer.line for answer in answers] == [2, 3, 4, 5]
    assert read(rooms.csv_of([row(1)]) + b"2,short\n")[1].fault.reason.startswith("The row has")


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe", rooms.csv_of([ROW]) + b'"open'])
def test_a_file_that_is_no_table_of_reports(content):
    with pytest.raises(Bad):
        read(content)


@pytest.fixture
def program(db, settings, tmp_path):
    """The centre's program, with two classes of our standard."""
    settings.VAR = tmp_path
    centre = rooms.centre()
    person = rooms.person(centre, "system")
    person.is_system = True
    person.save()
    for kind, big, small in (("event", "04", "03"), ("component", "02", "01")):
        Category.objects.create(
            centre=centre, kind=kind, big_code=big, big_name="类", small_code=small, small_name=f"{big}{small}"
        )
    return person


def begin(program, rows, **more):
    content = rows if isinstance(rows, bytes) else rooms.csv_of(rows)
    return begin_reports(file_name="r.csv", content=content, map_name="nyc311", by=program, at=rooms.AT, **more)


def finish(program, run, **more):
    return go_on(run_id=run.pk, map_name="nyc311", by=program, at=rooms.AT + timedelta(minutes=1), **more)


def sums(run):
    run.refresh_from_db()
    return run.rows, run.new, run.unchanged, run.refused


def named(run):
    return [(row.line, row.column, row.is_refused) for row in queries.named_rows(run)]


ROWS = [
    row(1),
    row(2, Latitude="", Longitude=""),
    row(3, Closed_Date="01/01/2023 01:00:00 AM"),
    row(4, Complaint_Type="Martians"),
    row(5, Complaint_Type="ELEVATOR", Open_Data_Channel_Type="ONLINE"),
    row(6, Complaint_Type="Animal in a Park", Open_Data_Channel_Type="SMOKE"),
]
NAMED = [(3, "Latitude", False), (4, "Closed Date", True), (5, "Complaint Type", False), (6, "Complaint Type", False)]


@pytest.mark.clause("B3.1")
def test_every_row_becomes_a_case_or_is_named(program):
    run = begin(program, ROWS)
    assert sums(run) == (6, 0, 0, 1)
    finish(program, run)
    assert sums(run) == (6, 5, 0, 1)
    assert named(run) == NAMED
    case = Case.objects.get(external_id="1")
    assert (case.source, case.place, case.status) == ("phone", "290 EXETER STREET, BROOKLYN", "registered")
    assert case.arrived_at == datetime.fromisoformat("2023-03-01T04:45:00+00:00")
    assert case.category.code == "E0403"
    assert Case.objects.get(external_id="2").latitude is None
    assert Case.objects.get(external_id="5").source == "web"
    assert Case.objects.get(external_id="6").source == "import"
    assert Case.objects.get(external_id="6").category is None
    holding = Holding.objects.get(case=case)
    assert (holding.queue, holding.span.lower) == ("intake", case.arrived_at)


def test_a_second_time_changes_nothing(program):
    finish(program, begin(program, ROWS))
    before = CaseEvent.objects.count()
    again = finish(program, begin(program, ROWS))
    assert sums(again) == (6, 0, 5, 1)
    assert named(again) == NAMED
    assert CaseEvent.objects.count() == before
    assert sums(finish(program, again)) == (6, 0, 5, 1)


def test_a_run_that_broke_off_goes_on_where_it_stopped(program, monkeypatch):
    run = begin(program, [row(number) for number in range(1, 8)])
    real = intake.register

    def dies(**said):
        if said["external_id"] == "4":
            raise KeyboardInterrupt
        return real(**said)

    monkeypatch.setattr(intake, "register", dies)
    with pytest.raises(KeyboardInterrupt):
        finish(program, run)
    assert Case.objects.count() == 3
    monkeypatch.setattr(intake, "register", real)
    finish(program, run)
    assert sorted(Case.objects.values_list("external_id", flat=True)) == list("1234567")
    rows, new, unchanged, refused = sums(run)
    assert new + unchanged + refused == rows == 7


def test_a_row_that_the_centre_refuses_is_named_and_the_others_go_on(program, monkeypatch):
    real = intake.register

    def strict(**said):
        if said["external_id"] == "2":
            raise Refused(Refusal("B3.1", "No {what}.", {"what": "thank you", "field": "place"}))
        return real(**said)

    monkeypatch.setattr(intake, "register", strict)
    run = finish(program, begin(program, [row(1), row(2), row(3)]))
    assert sums(run) == (3, 2, 0, 1)
    assert named(run) == [(3, "place", True)]


def test_a_report_of_the_future_is_named(program):
    run = finish(program, begin(program, [row(1), row(2, Created_Date="02/28/2031 11:45:00 PM", Closed_Date="")]))
    assert sums(run) == (2, 1, 0, 1)


def test_a_burst_is_taken_in_whole(program):
    rows = [row(number, Created_Date="02/28/2023 12:00:00 PM") for number in range(114)]
    told = []
    run = finish(program, begin(program, rows), tell=lambda done, of: told.append((done, of)))
    assert sums(run) == (114, 114, 0, 0)
    assert told == [(50, 114), (100, 114)]
    assert Case.objects.values("number").distinct().count() == 114


def test_a_file_that_is_no_table_is_a_run_with_one_reason(program):
    run = finish(program, begin(program, b"nothing"))
    assert sums(run) == (1, 0, 0, 1)
    assert named(run) == [(0, "", True)]


def test_there_is_no_such_map(program):
    with pytest.raises(Refused, match="no map called"):
        begin_reports(file_name="r.csv", content=b"", map_name="../x", by=program, at=rooms.AT)


def test_who_may_not_import(program):
    for position in ("operator", "hr", "sysadmin"):  # the last may import standards, but not take in reports
        with pytest.raises(NotAllowed):
            begin(rooms.person(program.centre, position), ROWS)
    run = begin(program, ROWS)
    with pytest.raises(ImportRun.DoesNotExist):
        finish(rooms.person(rooms.centre("other"), "shift_leader"), run)


def test_an_upload_goes_on_in_the_background(program):
    run = begin(program, ROWS, in_background=True)
    [waiting] = Outbox.objects.filter(kind="cases.ReportsUploaded")
    register_uploaded(ReportsUploaded(**waiting.payload), at=waiting.at)
    register_uploaded(ReportsUploaded(**waiting.payload), at=waiting.at)
    assert sums(run) == (6, 5, 0, 1)


def test_the_command_says_what_it_did(program, tmp_path, capsys):
    path = tmp_path / "r.csv"
    path.write_bytes(rooms.csv_of(ROWS))
    call_command("import_reports", str(path), map="nyc311", by=program.username)
    said = capsys.readouterr().out
    assert "refused line 4, Closed Date: It was closed before it was created. (3)" in said
    assert "look at line 3, Latitude: It has no position" in said
    assert "r.csv: 6 rows, 5 new, 0 changed, 0 unchanged, 1 refused" in said


def test_our_map_knows_every_channel_and_a_class_or_a_reason_for_each_complaint():
    known = queries.named_map("nyc311")
    assert known.channels["MOBILE"] == "web"
    assert len(known.complaints) == 113
    assert all(bool(answer.category) != bool(answer.return_reason) for answer in known.complaints.values())


@pytest.mark.clause("B3.1")
def test_a_real_afternoon_is_accounted_for_row_by_row():
    path = rooms.shared("nyc311/nyc311_2023-02-28_1131-2345.csv")
    answers = list(nyc311.parse_nyc311(path))
    reports = [answer for answer in answers if isinstance(answer, ReportRow)]
    refused = [answer.fault for answer in answers if isinstance(answer, RefusedRow)]
    assert (len(answers), len(reports), len(refused)) == (4999, 4997, 2)
    assert {fault.key for fault in refused} == {"56923577", "56921224"}
    assert {fault.column for fault in refused} == {"Closed Date"}
    assert sum(bool(report.notes) for report in reports) == 87
    assert all(report.place for report in reports)
    noon = Counter(report.arrived_at.replace(second=0) for report in reports)
    assert noon[datetime.fromisoformat("2023-02-28T12:00:00-05:00")] == 114
    known = queries.named_map("nyc311").complaints
    assert {report.complaint for report in reports} <= set(known)
    assert all(report.closed_at is None or report.closed_at >= report.arrived_at for report in reports)


@pytest.mark.slow
def test_the_first_hundred_rows_of_a_real_afternoon_become_cases(program):
    path = rooms.shared("nyc311/nyc311_2023-02-28_1131-2345.csv")
    content = b"".join(path.read_bytes().splitlines(keepends=True)[:101])
    run = finish(program, begin(program, content))
    assert sums(run) == (100, 98, 0, 2)
    assert Case.objects.count() == 98
