"""The demonstration's stage: its clock, its log-ins, and what it keeps away from."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from hotline.config.demo import live, stage
from hotline.core import clock
from hotline.core.models import Heartbeat
from hotline.people.services import organisation

DAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("hour", "minute", "begins"),
    [(10, 0, (10, 10, 0)), (18, 59, (10, 18, 59)), (9, 30, (9, 10, 20)), (7, 0, (9, 10, 20)), (23, 0, (10, 10, 20))],
)
def test_a_demonstration_begins_while_people_are_at_work(hour, minute, begins):
    day, wall_hour, wall_minute = begins
    found = live.living_moment(clock.wall(DAY, hour, minute))
    assert found == clock.wall(date(2026, 3, day), wall_hour, wall_minute)


def test_it_never_begins_in_the_future():
    for hour in range(24):
        now = clock.wall(DAY, hour, 1)
        assert live.living_moment(now) <= now


def test_it_goes_on_where_it_stood_or_the_next_morning():
    assert live.waking_moment(clock.wall(DAY, 15, 3)) == clock.wall(DAY, 15, 3)
    assert live.waking_moment(clock.wall(DAY, 22, 30)) == clock.wall(date(2026, 3, 11), 8, 20)
    assert live.waking_moment(clock.wall(DAY, 3)) == clock.wall(DAY, 8, 20)


def test_every_process_reads_the_same_clock(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTLINE_VAR", str(tmp_path))
    shown, real = clock.wall(DAY, 10, 20), clock.wall(date(2026, 3, 12), 3)
    stage.write_settings(shown, real, Decimal("1.5"))
    lines = dict(line.split("=", 1) for line in stage.settings_file().read_text().splitlines())
    pace = clock.parse_pace(lines["HOTLINE_CLOCK"])
    assert pace.at(pace.since) == shown
    assert pace.at(pace.since + 60) == clock.wall(DAY, 10, 21) + (clock.wall(DAY, 0, 1) - clock.wall(DAY)) / 2
    assert lines["HOTLINE_MFA"] == "off"


def test_log_ins_are_written_for_tools_and_for_nobody_else(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTLINE_VAR", str(tmp_path))
    stage.write_logins([stage.Login("operator", "a", "b", "阮小禾")], "http://127.0.0.1:8000/")
    told = json.loads(stage.logins_file().read_text(encoding="utf-8"))
    assert told["url"] == "http://127.0.0.1:8000/"
    assert told["logins"][0] == {"position": "operator", "username": "a", "password": "b", "name": "阮小禾"}
    assert stage.logins_file().stat().st_mode & 0o077 == 0


@pytest.mark.django_db
def test_a_clock_of_another_year_is_not_taken_for_ours():
    stood = clock.wall(DAY, 15)
    assert stage.where_it_stood(stood) == stood
    beat = Heartbeat.objects.create(part="pulse", at=clock.wall(DAY, 16))
    assert stage.where_it_stood(stood) == clock.wall(DAY, 16)
    beat.at = clock.wall(date(2023, 2, 28), 12)
    beat.save()
    assert stage.where_it_stood(stood) == stood


@pytest.mark.django_db
def test_a_real_centre_is_left_alone():
    organisation.open_centre(code="real", name="真实中心", by=None, at=clock.wall(DAY))
    with pytest.raises(CommandError, match="真实中心"):
        stage.refuse_strangers()
    with pytest.raises(CommandError, match="真实中心"):
        stage.begin_anew()


@pytest.mark.django_db
def test_an_empty_database_is_left_as_it_is_when_all_begins_anew(monkeypatch):
    dropped = []
    monkeypatch.setattr(stage.database, "make_anew", lambda *words: dropped.append(words))
    stage.begin_anew()
    assert dropped == []


@pytest.mark.django_db
def test_without_a_demonstration_nobody_is_simulated():
    with pytest.raises(CommandError, match="demo"):
        call_command("simulate")


@pytest.mark.parametrize("speed", ["0", "-1", "fast", "NaN", "Infinity"])
def test_a_clock_needs_a_sound_speed(speed):
    with pytest.raises(CommandError, match="above nought"):
        call_command("demo", "--prepare", f"--speed={speed}")
