"""A real mail server on the loopback: keeps what it is given, and answers as a test says."""

import asyncio
import email
import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "helpdesk", "open/sesame"


class OpensslMissing(Exception):
    """Nothing here can make a certificate."""


@dataclass(frozen=True)
class Received:
    """One letter as the mail server got it."""

    sender: str
    recipients: list[str]
    content: bytes
    user: str | None

    @property
    def message(self) -> EmailMessage:
        """The letter as a mail program reads it."""
        message = email.message_from_bytes(self.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message

    def part(self, kind: str) -> str:
        """Its plain or its html text."""
        body = self.message.get_body((kind,))
        assert body is not None
        return str(body.get_content()).replace("\r\n", "\n")


@dataclass
class MailServer:
    """What it got, and what it says instead of "250 OK" by step of the conversation (EHLO, MAIL, RCPT, DATA, QUIT)."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)
    on_letter: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        """For MAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_MAIL(  # noqa: N802 - the library calls it so, and those below
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """MAIL FROM."""
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.says.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """RCPT TO."""
        answer = self.says.get("RCPT", "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """The letter itself: kept before the sender hears of it."""
        answer = self.says.get("DATA", "250 OK")
        if answer.startswith("250"):
            self.received.append(_received(session, envelope))
            self.on_letter()
        return answer

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """The greeting."""
        session.host_name = hostname
        return [self.says["EHLO"]] if "EHLO" in self.says else responses

    async def handle_HELO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str) -> str:  # noqa: N802
        """The older greeting."""
        session.host_name = hostname
        return self.says.get("EHLO", "250 localhost")

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """The goodbye."""
        return self.says.get("QUIT", "221 Bye")


def _received(session: Session, envelope: Envelope) -> Received:
    assert isinstance(envelope.content, bytes)
    user = session.auth_data.decode() if isinstance(session.auth_data, bytes) else None
    return Received(str(envelope.mail_from), [str(to) for to in envelope.rcpt_tos], envelope.content, user)


class _OnAFreePort(Controller):
    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def mail_server(**options: Any) -> Iterator[MailServer]:
    """Yield a running mail server; `options` go to aiosmtpd."""
    mailbox = MailServer()
    controller = _OnAFreePort(mailbox, hostname="127.0.0.1", port=0, **{"enable_SMTPUTF8": True, **options})
    controller.start()
    mailbox.port = controller.port
    try:
        yield mailbox
    finally:
        controller.stop()


def signing_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object) -> AuthResult:
    """Let in USER with PASSWORD, and nobody else."""
    assert isinstance(given, LoginPassword)
    is_right = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False, auth_data=given.login)


def certificate(folder: Path) -> Path:
    """Make a certificate for 127.0.0.1 that signs itself, its key in the same file. Raises OpensslMissing."""
    if not (openssl := shutil.which("openssl")):
        raise OpensslMissing("Install openssl: it makes the certificate of the mail server that the tests talk to.")
    key, cert, both = folder / "key.pem", folder / "cert.pem", folder / "both.pem"
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
    files = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([openssl, *words.split(), *files], check=True, capture_output=True)
    both.write_bytes(key.read_bytes() + cert.read_bytes())
    return both


def server_side(certificate: Path) -> ssl.SSLContext:
    """The mail server's half of the encryption."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
