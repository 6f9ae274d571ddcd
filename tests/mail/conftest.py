"""What the tests of mail stand on: a mail server, and a certificate for it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from helpdesk import jobs
from helpdesk.mail import transport_from
from tests.mail.smtp_server import MailServer, OpensslMissing, certificate, mail_server


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server that takes everything from everybody."""
    with mail_server() as running:
        yield running


@pytest.fixture(scope="session")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for a mail server on this machine; its absence is a failure where everything is required."""
    try:
        return certificate(tmp_path_factory.mktemp("certificate"))
    except OpensslMissing as problem:
        if os.environ.get("HELPDESK_REQUIRE_ALL"):
            pytest.fail(str(problem))
        pytest.skip(str(problem))


@pytest.fixture
def trusted(signed: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same certificate, known to this machine."""
    monkeypatch.setenv("SSL_CERT_FILE", str(signed))
    return signed


@pytest.fixture
def post_round(app: Flask, database: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """One round of the job that delivers, through the mail server at this address."""

    def go(url: str) -> None:
        monkeypatch.setitem(app.extensions, "helpdesk.transport", transport_from(url))
        jobs.deliver_mail()

    return go
