"""Bringing an installation up to date: done when something changed, left alone when nothing did."""

import pytest

from hotline.config import embedded, ready


@pytest.fixture
def called(tmp_path, monkeypatch):
    """Management commands that would run, against the test's own folder and the session's server."""
    found = []
    address = embedded.dsn("postgres")
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("HOTLINE_VAR", str(tmp_path))
    monkeypatch.setattr(ready, "django", lambda command, **_options: found.append(command))
    return found


def test_a_new_database_is_migrated_and_an_unchanged_one_is_not(called, monkeypatch):
    monkeypatch.setattr(ready, "migrations_there", lambda: "")
    ready.migrate()
    ready.migrate()
    assert called == ["migrate"]


def test_a_database_with_other_migrations_is_migrated_again(called, monkeypatch):
    monkeypatch.setattr(ready, "migrations_there", lambda: "one")
    ready.migrate()
    monkeypatch.setattr(ready, "migrations_there", lambda: "another, restored from a backup")
    ready.migrate()
    assert called == ["migrate", "migrate"]


def test_new_code_is_migrated(called, monkeypatch):
    monkeypatch.setattr(ready, "migrations_there", lambda: "same")
    ready.migrate()
    monkeypatch.setattr(ready, "migrations_wanted", lambda: "a new file")
    ready.migrate()
    assert called == ["migrate", "migrate"]


def test_a_server_without_our_tables_says_so(called):
    assert ready.migrations_there() == ""


def test_static_files_are_collected_again_when_they_are_gone(called, tmp_path):
    ready.collect()
    ready.collect()
    assert called == ["collectstatic", "collectstatic"], "the folder is not there: nothing really collected it"
    (tmp_path / "static").mkdir()
    ready.collect()
    assert len(called) == 2


def test_a_fingerprint_knows_names_contents_and_what_else_matters(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("a")
    two.write_text("b")
    prints = {ready.fingerprint([one, two]), ready.fingerprint([one]), ready.fingerprint([one, two], "more")}
    two.write_text("c")
    prints.add(ready.fingerprint([two, one]))
    assert len(prints) == 4
    assert ready.fingerprint([two, one]) == ready.fingerprint([one, two])
