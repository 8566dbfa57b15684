"""For every test: the server is there before Django asks for it, and its test database fits the migrations."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from hotline.config import env, manage, ready

pytest_plugins = ["tests.clauses"]

# A busy machine is no fault of the product. The build machine tries the same examples each time, so that it judges the
# change and not the day; everybody else tries fresh ones.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("build", settings.get_profile("house"), derandomize=True)
settings.load_profile("build" if os.environ.get("CI") else "house")


def pytest_configure() -> None:
    """Start the embedded server, or use the one that DATABASE_URL names."""
    # A test's rows need not survive a power cut: commits need not wait for the disk.
    os.environ.setdefault("PGOPTIONS", "-c synchronous_commit=off")
    os.environ.setdefault("PYTHONPATH", str(env.PROJECT / "src"))  # programs that tests start find the product too
    manage.connect()
    # A new clone has collected no static files yet, and a missing folder is a warning, which is an error.
    (env.var() / "static").mkdir(mode=0o700, parents=True, exist_ok=True)
    from django.conf import settings as django_settings  # noqa: PLC0415

    # Pages of every position open without setting up a second factor; the tests of sign-in demand it themselves.
    django_settings.HOTLINE_MFA = "off"
    # Pages are drawn without the front end having been built and collected.
    django_settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"


def _stamp() -> str:
    from django.conf import settings as django_settings  # noqa: PLC0415 they stand after pytest_configure

    return f"test-{django_settings.DATABASES['default']['TEST']['NAME']}"


@pytest.fixture(scope="session")
def django_db_createdb(django_db_createdb: bool, django_db_modify_db_settings: None) -> bool:
    """Reuse the test database only while the migrations are those it was made with."""
    return django_db_createdb or not ready.stamped(_stamp(), ready.migrations_wanted())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Remember which migrations the database was made with."""
    ready.stamp(_stamp(), ready.migrations_wanted())


@pytest.fixture(scope="session", autouse=True)
def _tests_may_empty_what_the_product_may_not() -> Iterator[None]:
    """Emptying tables between tests passes the triggers that forbid TRUNCATE, as a replica would."""
    from django.db.backends.postgresql.operations import DatabaseOperations  # noqa: PLC0415 after the settings stand

    flush = DatabaseOperations.execute_sql_flush

    def as_replica(self: DatabaseOperations, sql_list: list[str]) -> None:
        flush(self, ["SET LOCAL session_replication_role = replica", *sql_list])

    DatabaseOperations.execute_sql_flush = as_replica  # type: ignore[method-assign]
    yield
    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _nothing_of_the_test_before() -> None:
    """A rolled-back test takes its holidays and its page's language with it: what was seen of them must go too."""
    from django.utils import translation  # noqa: PLC0415 after the settings stand

    from hotline.rosters.queries import duty  # noqa: PLC0415

    duty.forget_calendar()
    translation.deactivate()
