"""Before serving: the database migrated, the static files collected; each only when something changed."""

import hashlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import psycopg

from hotline.config import env, manage, serve

SOURCE = env.PROJECT / "src" / "hotline"


def fingerprint(paths: Iterable[Path], *also: str) -> str:
    """A hash over files and what else matters."""
    total = hashlib.sha256("\0".join(also).encode())
    for path in sorted(paths):
        total.update(f"{path}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def stamped(name: str, value: str) -> bool:
    """Was this the state when it was last brought up to date?"""
    path = env.var() / "run" / f"{name}.stamp"
    return path.exists() and path.read_text() == value


def stamp(name: str, value: str) -> None:
    """Remember the state that was reached."""
    path = env.var() / "run" / f"{name}.stamp"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text(value)


def migrations_wanted() -> str:
    """What the code wants of the database: our migrations, and the versions of everybody else's."""
    return fingerprint([*SOURCE.glob("*/migrations/*.py"), env.PROJECT / "requirements.lock"])


def migrations_there() -> str:
    """What the database says was applied; nothing when it is new."""
    with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=10) as connection:
        found = connection.execute("SELECT to_regclass('django_migrations')").fetchone()
        if found is None or found[0] is None:
            return ""
        rows = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def migrate() -> None:
    """Migrate unless neither the code nor this database has changed since the last time."""
    wanted = migrations_wanted()
    if stamped("migrations", wanted + migrations_there()):
        return
    django("migrate", interactive=False, verbosity=1 if "-v" in sys.argv else 0)
    stamp("migrations", wanted + migrations_there())


def collect() -> None:
    """Collect static files unless none has changed."""
    files = (path for path in SOURCE.glob("*/static/**/*") if path.is_file())
    wanted = fingerprint([*files, env.PROJECT / "requirements.lock"])
    if stamped("static", wanted) and (env.var() / "static").is_dir():
        return
    print("hotline: collecting static files", file=sys.stderr)
    django("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp("static", wanted)


def django(command: str, **options: object) -> None:
    """Run a management command here; Django is only loaded when there is something to do."""
    from django import setup  # noqa: PLC0415 0.7 s
    from django.core.management import call_command  # noqa: PLC0415

    setup()
    call_command(command, **options)


def main() -> None:
    """Claim the database for the supervisor that follows, and bring everything up to date."""
    with serve.only_one():
        if not os.environ.get("DATABASE_URL"):
            serve.claim_database()
        manage.connect()
        migrate()
        collect()


if __name__ == "__main__":
    main()
