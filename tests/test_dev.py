"""dev.py: what it installs, when it installs nothing, and how it ends."""

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import dev

PIN = re.compile(r"^([\w.-]+(?:\[[\w,-]+\])?==[^\s;]+)", re.MULTILINE)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the commands instead of running them."""
    commands: list[str] = []

    def note(command: str, *_: str, **__: object) -> int:
        commands.append(command)
        return 0

    monkeypatch.setattr(dev, "call", note)
    return commands


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A .venv with a Python in it, for which nothing was installed yet."""
    monkeypatch.setattr(dev, "PROGRAMS", tmp_path)
    monkeypatch.setattr(dev, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(dev, "make_venv", lambda: None)
    (tmp_path / "python").touch(mode=0o755)
    return tmp_path


def test_the_development_lock_holds_the_runtime_lock() -> None:
    runtime, development = (set(PIN.findall(lock.read_text())) for lock in (dev.RUNTIME, dev.DEVELOPMENT))
    assert runtime
    assert runtime <= development


@pytest.mark.parametrize("lock", [dev.RUNTIME, dev.DEVELOPMENT], ids=lambda lock: lock.name)
def test_a_lock_file_names_no_host_and_hashes_everything(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    assert len(re.findall(r"^\S.*\\\n    --hash=", text, re.MULTILINE)) == len(PIN.findall(text))


@pytest.mark.usefixtures("venv")
def test_what_is_installed_is_not_installed_again(asked: list[str]) -> None:
    dev.install(dev.RUNTIME)
    dev.install(dev.RUNTIME)
    assert len(asked) == 1


@pytest.mark.usefixtures("venv")
def test_what_is_installed_for_development_is_enough_to_run(asked: list[str]) -> None:
    dev.install(dev.DEVELOPMENT)
    dev.install(dev.RUNTIME)
    assert len(asked) == 1


@pytest.mark.usefixtures("venv")
def test_what_is_installed_to_run_is_not_enough_for_development(asked: list[str]) -> None:
    dev.install(dev.RUNTIME)
    dev.install(dev.DEVELOPMENT)
    assert [command.split()[-1] for command in asked] == ["requirements.lock", "requirements-dev.lock"]


def test_a_failed_installation_is_tried_again(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "call", lambda *_, **__: 1)
    with pytest.raises(SystemExit, match="delete it; then try again"):
        dev.install(dev.RUNTIME)
    assert not (venv / "stamp").exists()


def test_a_port_that_is_taken_is_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        monkeypatch.setenv("PORT", port)
        with pytest.raises(SystemExit, match=f"Port {port} cannot be had"):
            dev.free_port()
        monkeypatch.delenv("PORT")
        assert dev.is_free(dev.free_port())


def test_under_ci_a_missing_browser_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELPDESK_REQUIRE_ALL", "")
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(dev, "chromium", lambda: None)
    monkeypatch.setattr(dev, "apt_install", lambda _: False)
    with pytest.raises(SystemExit, match="Chromium is missing"):
        dev.prepare_browser()


@pytest.mark.usefixtures("asked")
def test_when_one_process_dies_the_other_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    scripts = {"jobs": "pass"}
    started: list[subprocess.Popen[bytes]] = []

    def start(command: str, **_: bool) -> subprocess.Popen[bytes]:
        script = scripts.get(command.split()[-1], "import time; time.sleep(60)")
        started.append(subprocess.Popen([sys.executable, "-c", script]))
        return started[-1]

    monkeypatch.setenv("PORT", "")
    monkeypatch.setenv("HELPDESK_DEMO", "1")
    monkeypatch.setattr(dev, "install", lambda _: None)
    monkeypatch.setattr(dev, "start", start)
    with pytest.raises(SystemExit, match="The jobs process ended by itself"):
        dev.run()
    assert [process.poll() is None for process in started] == [False, False]


@pytest.mark.usefixtures("venv")
def test_all_benchmarks_are_those_that_need_no_file(asked: list[str]) -> None:
    dev.bench()
    programs = {command.partition("bench.")[2] for command in asked if "bench." in command}
    assert {"sorting", "search", "web"} <= programs
    assert not programs & {"business_time", "convert_retail"}  # without their files they would only be failures


@pytest.mark.parametrize("words", [["dance"], ["check", "twice"]])
def test_what_is_no_command_is_told_so(words: list[str]) -> None:
    with pytest.raises(SystemExit, match="is not a command"):
        dev.main(*words)


def test_help_explains_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    dev.help()
    shown = capsys.readouterr().out
    assert all(f"  {name} " in shown and str(command.__doc__) in shown for name, command in dev.COMMANDS.items())
