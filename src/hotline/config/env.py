"""The one typed reader of the environment."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

PROJECT = Path(__file__).resolve().parents[3]


def text(name: str, default: str = "") -> str:
    """The value of a variable, or the default when it is unset or empty."""
    return os.environ.get(name) or default


def number(name: str, default: int) -> int:
    """A whole number; anything else stops the start with the name of the variable."""
    value = text(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise SystemExit(f"{name}={value!r} is not a whole number") from None


def flag(name: str, *, default: bool = False) -> bool:
    """Yes or no: 1/true/yes/on and 0/false/no/off."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise SystemExit(f"{name}={value!r} is neither yes nor no")


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def origins(template: str) -> list[str]:
    """The origin from which a map's pictures come, for the content security policy; `{s}` stands for any subdomain."""
    if not template:
        return []
    parts = urlsplit(template.replace("{s}", "*"))
    if parts.scheme not in {"http", "https"} or not parts.netloc or any(sign in parts.netloc for sign in " ;,\"'{}"):
        raise SystemExit("HOTLINE_TILES must be an address such as https://tiles.example.org/{z}/{x}/{y}.png")
    return [f"{parts.scheme}://{parts.netloc}"]


def socket_origin(address: str) -> str:
    """The origin of a websocket that browsers may open, for the content security policy."""
    parts = urlsplit(address)
    if parts.scheme not in {"ws", "wss"} or not parts.netloc or any(sign in parts.netloc for sign in " ;,\"'{}*"):
        raise SystemExit("HOTLINE_PHONE_SERVER must be an address such as wss://calls.example.org/ws")
    return f"{parts.scheme}://{parts.netloc}"


def var() -> Path:
    """The folder for everything that is written at run time (mode 700)."""
    return Path(text("HOTLINE_VAR", str(PROJECT / "var")))


def database(url: str) -> dict[str, object]:
    """Django's database entry for a postgresql:// address (a socket folder may stand in ?host=)."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SystemExit("DATABASE_URL must begin with postgresql://")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "hotline",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "") or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
        "TEST": {"NAME": text("HOTLINE_TEST_DB", "test_hotline")},
    }
