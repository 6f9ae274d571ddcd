#!/usr/bin/env python3
"""Everything a developer does here, one word each. Python 3.11 and nothing else is needed to begin."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PROGRAMS = VENV / ("Scripts" if os.name == "nt" else "bin")
STAMP = VENV / "installed-from"
RUNTIME = ROOT / "requirements.lock"
DEVELOPMENT = ROOT / "requirements-dev.lock"  # holds all of RUNTIME, in the same versions

WORKERS = min(max(os.cpu_count() or 2, 2), 8)  # each test worker starts a PostgreSQL of its own
PYTEST = f"pytest -n {WORKERS}"
GUNICORN = "gunicorn --worker-class=gthread --workers=2 --threads=4 --no-control-socket --log-level=warning wsgi:app"
WAITRESS = "waitress-serve --threads=8"  # on Windows, where gunicorn does not run
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

CHECKS = {
    "format": "ruff format --check .",
    "rules": "ruff check .",
    "types": "mypy",
    "layers": "lint-imports",
    "templates": "djlint --lint --quiet templates",
    "migrations go up": "flask db upgrade",
    "migrations are complete": "flask db check",
    "migrations go down": "flask db downgrade base",
    "migrations go up again": "flask db upgrade",
}
# Templates are not among them: djlint's formatter moves white space, and white space shows on the page.
FIXES = {"rules": "ruff check --fix .", "format": "ruff format ."}
WITH_FILES = ("business_time", "convert_retail")  # in bench/, and of no use without files that do not come along


# --- the commands ---


def setup() -> None:
    """Make .venv and install everything for development; every command does what it needs of this."""
    install(DEVELOPMENT)
    say("Everything is installed.")


def run() -> None:
    """Start the helpdesk with its demo, until Ctrl-C; PORT chooses the port."""
    install(RUNTIME)
    os.environ.setdefault("HELPDESK_DEMO", "1")
    os.environ["PORT"] = port = free_port()
    for step in ("flask db upgrade", "flask seed", "flask demo"):
        if call(step) != 0:
            fail(f"'{step}' failed, for the reason above.")
    web = f"{WAITRESS} --listen=127.0.0.1:{port} wsgi:app" if os.name == "nt" else f"{GUNICORN} --bind=127.0.0.1:{port}"
    processes = {"web server": start(web, apart=True), "jobs process": start("flask jobs", apart=True)}
    try:
        while is_free(port) and not ended(processes):
            time.sleep(0.1)
        if not ended(processes):
            call("flask demo --sign-ins")
            say(f"The helpdesk is at http://127.0.0.1:{port}/ and Ctrl-C stops it.")
        while not ended(processes):
            time.sleep(0.2)
        fail(f"The {ended(processes)} ended by itself, for the reason above.")
    finally:
        say("Stopping the web server and the jobs.")
        stop(*processes.values())


def test(*arguments: str) -> None:
    """Run the tests; what follows goes to pytest, as in: test -k returns."""
    install(DEVELOPMENT)
    prepare_browser()
    sys.exit(call(PYTEST, *arguments))


def check() -> None:
    """Check format, rules, types, layers, templates and migrations; then run the tests."""
    install(DEVELOPMENT)
    prepare_browser()
    with tempfile.TemporaryDirectory() as folder:
        fresh = {"DATABASE_URL": f"sqlite:///{Path(folder, 'check.db').as_posix()}"}
        failed = failing(CHECKS, fresh)
    report(failed + failing({"tests": PYTEST}))


def fix() -> None:
    """Put the code into shape, as far as a machine can."""
    install(DEVELOPMENT)
    report(failing(FIXES))


def bench(*names: str) -> None:
    """Measure: every benchmark in bench/ that needs no file, or those named."""
    install(DEVELOPMENT)
    programs = (path.stem for path in sorted((ROOT / "bench").glob("[!_]*.py")))
    known = {name: f"python -m bench.{name}" for name in programs if name not in WITH_FILES}
    if unknown := set(names) - set(known):
        fail(f"No benchmark is called {', '.join(unknown)}. There are: {', '.join(known)}.")
    report(failing({name: known[name] for name in names or known}))


def screenshots() -> None:
    """Take pictures of the pages into screenshots/."""
    install(DEVELOPMENT)
    if not prepare_browser():
        fail("Pictures need a browser: install Chromium, or name one in HELPDESK_CHROMIUM.")
    sys.exit(call("python -m tests.screenshots"))


def help() -> None:
    """Show this list."""
    print(__doc__, "", *(f"  {name:<12} {command.__doc__}" for name, command in COMMANDS.items()), sep="\n")


COMMANDS = {command.__name__: command for command in (setup, run, test, check, fix, bench, screenshots, help)}


# --- what they need ---


def install(lock: Path) -> None:
    """Bring .venv to what the lock file names; where it is there already, do nothing."""
    python = shutil.which("python", path=PROGRAMS)
    if python and STAMP.exists() and STAMP.read_text() in (fingerprint(lock), fingerprint(DEVELOPMENT)):
        return
    if not python or not STAMP.exists():
        make_venv()
    STAMP.unlink(missing_ok=True)
    say(f"Installing {lock.name}; the first time takes about a minute")
    pip = f"uv pip install --quiet --python {VENV.name}" if shutil.which("uv") else "python -m pip install -qq"
    if call(f"{pip} --require-hashes -r {lock.name}") != 0:
        fail("Installing failed, for the reason above. If .venv is damaged, delete it; then try again.")
    STAMP.write_text(fingerprint(lock))


def make_venv() -> None:
    say("Making .venv")
    if shutil.which("uv"):
        code = call("uv venv --quiet --allow-existing --seed --python", sys.executable, VENV.name)
    elif importlib.util.find_spec("ensurepip") or apt_install("python3-venv"):
        code = subprocess.call([sys.executable, "-m", "venv", VENV])
    else:
        fail("This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv")
    if code != 0:
        fail("Making .venv failed, for the reason above. Delete .venv and try again.")


def fingerprint(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def prepare_browser() -> bool:
    """Tell the tests where Chromium is, and under CI that nothing may be skipped."""
    if os.environ.get("CI"):
        os.environ["HELPDESK_REQUIRE_ALL"] = "1"
    if browser := chromium() or (apt_install("chromium") and chromium()):
        os.environ["HELPDESK_CHROMIUM"] = browser
    elif os.environ.get("CI"):
        fail("Chromium is missing, and with CI set nothing is skipped: install it, or name it in HELPDESK_CHROMIUM.")
    else:
        say("Chromium is missing: the browser tests are skipped, and only they. Install it, or set HELPDESK_CHROMIUM.")
    return bool(browser)


def chromium() -> str | None:
    return os.environ.get("HELPDESK_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)


def apt_install(package: str) -> bool:
    """Install a Debian package where we may: as root, with apt-get."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    say(f"Installing {package} with apt-get")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    call("apt-get -qq update", extra=quiet)
    return call("apt-get -qq install --yes --no-install-recommends", package, extra=quiet) == 0


def free_port() -> str:
    """Return PORT, or else the first free one from 8000 on."""
    wanted = os.environ.get("PORT")
    if wanted and not (wanted.isdigit() and is_free(wanted)):
        fail(f"Port {wanted} cannot be had. Set PORT to another, or leave it unset and a free one is found.")
    port = wanted or next(port for port in map(str, range(8000, 9000)) if is_free(port))
    if port not in (wanted, "8000"):
        say(f"Port 8000 is taken, so this is port {port}; PORT=9000 python3 dev.py run would choose 9000.")
    return port


def is_free(port: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) != 0


def ended(processes: dict[str, subprocess.Popen[bytes]]) -> str | None:
    return next((name for name, process in processes.items() if process.poll() is not None), None)


def failing(commands: dict[str, str], extra: dict[str, str] | None = None) -> list[str]:
    """Run all the commands and return the names of those that failed."""
    failed = []
    for name, command in commands.items():
        say(f"{name}: {command}")
        if call(command, extra=extra) != 0:
            failed.append(name)
    return failed


def report(failed: list[str]) -> None:
    if failed:
        fail(f"Not in order: {', '.join(failed)}.")
    say("Everything is in order.")


def call(command: str, *arguments: str, extra: dict[str, str] | None = None) -> int:
    """Run a program to its end and return its code."""
    process = start(command, *arguments, extra=extra)
    try:
        return process.wait()
    except KeyboardInterrupt:  # Ctrl-C has reached the program as well: let it tidy up
        process.wait()
        raise
    except SystemExit:  # a signal has reached only us: pass it on
        stop(process)
        raise


def start(
    command: str, *arguments: str, extra: dict[str, str] | None = None, apart: bool = False
) -> subprocess.Popen[bytes]:
    """Start a program, one of .venv before any other; if it stands apart, it does not hear Ctrl-C."""
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    name, *words = command.split()
    line = [shutil.which(name, path=path) or name, *words, *arguments]
    # Programs are started again and again, by the tests above all: compiling everything anew each time takes seconds.
    inherited = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    try:
        return subprocess.Popen(
            line, cwd=ROOT, env={**inherited, **(extra or {}), "PATH": path}, start_new_session=apart
        )
    except OSError as problem:
        fail(f"{name} does not start ({problem.strerror}). Delete .venv and try again.")


def stop(*processes: subprocess.Popen[bytes]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()


def say(sentence: str) -> None:
    print(f"-- {sentence}", flush=True)


def fail(sentence: str) -> NoReturn:
    sys.exit(f"!! {sentence}")


def main(name: str = "help", *arguments: str) -> None:
    if sys.version_info < (3, 11):
        fail("Python 3.11 or newer is needed, as in: python3.11 dev.py run")
    if name not in COMMANDS or (arguments and name not in ("test", "bench")):
        fail(f"'{' '.join((name, *arguments))}' is not a command. See: python3 dev.py help")
    for end in {"SIGTERM", "SIGHUP"} & set(dir(signal)):  # Windows knows only the first
        signal.signal(getattr(signal, end), lambda number, _: sys.exit(128 + number))
    try:
        COMMANDS[name](*arguments)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main(*sys.argv[1:])
