"""The door for commands: Django's management, with the embedded PostgreSQL started for those that need one."""

import os
import sys

# These read files only; everything else finds a running server.
WITHOUT_DATABASE = {
    "collectstatic",
    "compilemessages",
    "findstatic",
    "help",
    "makemessages",
    "sendtestemail",
    "--help",
    "--version",
}


def connect(command: str = "") -> None:
    """Settle which server this process uses, and start it when it is ours and the command needs it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotline.config.settings")
    if os.environ.get("DATABASE_URL"):
        return
    from hotline.config import embedded  # noqa: PLC0415 the wheel costs 0.2 s, and servers of one's own do not need it

    try:
        os.environ["DATABASE_URL"] = embedded.dsn() if command in WITHOUT_DATABASE else embedded.ensure()
    except embedded.NoDatabase as missing:
        raise SystemExit(f"hotline: {missing}") from None


def main() -> None:
    """Run one command."""
    from django.core.management import execute_from_command_line  # noqa: PLC0415 after the environment is settled

    connect(sys.argv[1] if len(sys.argv) > 1 else "help")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
