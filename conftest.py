"""For every test: the server is there before Django asks for it."""

import os

from hotline.config import manage

pytest_plugins = ["tests.clauses"]


def pytest_configure() -> None:
    # A test's rows need not survive a power cut: commits need not wait for the disk.
    os.environ.setdefault("PGOPTIONS", "-c synchronous_commit=off")
    manage.connect()
