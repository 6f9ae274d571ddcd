"""Signs of life: what anybody may see of them, and what those who run the desk see."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from helpdesk import jobs
from helpdesk.accounts import Role
from helpdesk.core import clock
from helpdesk.core.heartbeat import Pulse, step_failed
from helpdesk.stores import Store
from helpdesk.web import health
from tests import factories
from tests.conftest import make_app
from tests.web.browsing import Browser, read


@pytest.fixture(autouse=True)
def _always_looks(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "GOOD_FOR", -1.0)


def asked(client: Browser) -> tuple[int, dict[str, Any]]:
    answer = client.get("/healthz")
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.json or {}


def test_a_monitor_hears_that_all_is_well(app: Flask, client: Browser) -> None:
    jobs.run_all(app)
    status, said = asked(client)
    assert (status, said["status"]) == (200, "ok")
    assert said["checks"]["promises"] == {"level": "good", "seconds": 0}
    assert set(said["checks"]) == {
        "database", "schedulers", "jobs", "mail_server", "outbox", "promises", "search",
        "mail_settings", "storage", "disk",
    }  # fmt: skip


def test_a_monitor_hears_of_a_fault_and_of_its_end(app: Flask, client: Browser) -> None:
    status, said = asked(client)
    assert (status, said["status"], said["checks"]["schedulers"]["level"]) == (503, "failing", "bad")
    jobs.run_all(app)
    assert asked(client)[0] == 200


def test_strangers_learn_no_names_and_no_reasons(client: Browser, shop: Store) -> None:
    pulse = Pulse()
    with pulse.of("upkeep"):
        step_failed("OperationalError: postgresql://helpdesk:secret@db")
    pulse.beat()
    answer = client.get("/healthz").text
    assert '"jobs":{"level":"bad"}' in answer.replace(" ", "").replace("\n", "")
    assert [each for each in ("secret", "Operational", pulse.host, "upkeep", shop.slug) if each in answer] == []


def test_asking_often_looks_once(app: Flask, client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    monkeypatch.setattr(health, "GOOD_FOR", 60.0)
    monkeypatch.setattr(health, "check_up", lambda: looks.append(1) or [])
    monkeypatch.delitem(app.extensions, "helpdesk.findings", raising=False)
    for _ in range(3):
        client.get("/healthz")
    assert len(looks) == 1
    monkeypatch.delitem(app.extensions, "helpdesk.findings")


def test_a_proxy_is_not_told_of_faults_that_are_not_this_servers(client: Browser) -> None:
    answer = client.get("/livez")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


@pytest.mark.parametrize("address", ["/livez", "/healthz"])
def test_without_a_database_both_say_so(address: str, tmp_path: Path) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'gone' / 'lost.db'}", tmp_path)
    (tmp_path / "gone").rmdir()
    answer = app.test_client().get(address)
    assert (answer.status_code, (answer.json or {})["status"]) == (503, "failing")


@pytest.mark.parametrize("role, status", [
    (Role.AGENT, 403), (Role.SUPERVISOR, 403), (Role.MANAGER, 200), (Role.ADMIN, 200),
])  # fmt: skip
def test_the_page_is_for_those_who_run_the_desk(client: Browser, shop: Store, role: Role, status: int) -> None:
    client.sign_in(factories.agent(shop, role=role))
    assert client.get("/desk/health").status_code == status
    assert ("/desk/health" in client.get("/desk/").text) is (status == 200)


def test_the_page_says_what_is_wrong_and_what_to_do(client: Browser, shop: Store) -> None:
    client.sign_in(factories.agent(shop, role=Role.MANAGER))
    with clock.at(clock.now() - timedelta(minutes=5)):
        pulse = Pulse()
        with pulse.of("upkeep"):
            step_failed("close(7): <b>ValueError</b>")
        pulse.beat()
    said = read(client.get("/desk/health"))
    assert "Timetable: Nobody has kept the timetable for 5 minutes. Start “flask jobs”." in said
    assert f"{pulse.host}, process {pulse.pid}" in said
    assert "Silent since" in said
    assert "close(7): <b>ValueError</b>" in said  # as text


def test_the_page_shows_what_the_jobs_did(app: Flask, client: Browser, shop: Store) -> None:
    client.sign_in(factories.agent(shop, role=Role.MANAGER))
    jobs.run_all(app)
    said = read(client.get("/desk/health"))
    assert all(words in said for words in ("Keeps the timetable", "Sweep the clocks", "Deliver mail", "Tidy up"))
    assert "Act now" not in said
