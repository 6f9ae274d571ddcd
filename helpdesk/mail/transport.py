"""How letters leave the house: a folder of .eml files on a laptop, an SMTP server elsewhere."""

import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

TIMEOUT = 30
PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


class Undeliverable(Exception):
    """The letter did not leave. `is_final`: trying again would not help."""

    def __init__(self, message: str, *, is_final: bool = False) -> None:
        super().__init__(message)
        self.is_final = is_final


class Transport(Protocol):
    """What can carry a letter."""

    def send(self, message: EmailMessage) -> None:
        """Carry it, or raise Undeliverable."""


class Folder:
    """Writes each letter into a folder, named by its Message-ID: the same letter twice is one file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, message: EmailMessage) -> None:
        """Write the .eml file."""
        name = "".join(c for c in str(message["Message-ID"]).strip("<>") if c.isalnum() or c in "-@.")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            part = self.path / f".{name}.part"
            part.write_bytes(message.as_bytes())
            part.rename(self.path / f"{name}.eml")
        except OSError as problem:
            raise Undeliverable(f"the mail folder cannot be written: {problem}") from problem


class Smtp:
    """Hands letters to a mail server, encrypted and signed in as the settings say."""

    def __init__(self, host: str, port: int, *, scheme: str, user: str = "", password: str = "") -> None:
        self.host, self.port, self.scheme = host, port, scheme
        self.user, self.password = user, password

    def send(self, message: EmailMessage) -> None:
        """One connection a letter: at a helpdesk's pace, robustness is worth more than the handshake."""
        try:
            with self._connection() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as problem:
            code, words = next(iter(problem.recipients.values()))
            raise Undeliverable(_said(code, words), is_final=code >= 500) from problem
        except smtplib.SMTPAuthenticationError as problem:
            # A wrong password is our mistake, not the letter's: it stays until that is mended.
            raise Undeliverable(f"sign-in refused: {_said(problem.smtp_code, problem.smtp_error)}") from problem
        except smtplib.SMTPResponseException as problem:
            raise Undeliverable(
                _said(problem.smtp_code, problem.smtp_error), is_final=problem.smtp_code >= 500
            ) from problem
        except (smtplib.SMTPException, OSError) as problem:
            raise Undeliverable(f"the mail server cannot be reached: {problem}") from problem
        except (ValueError, UnicodeError) as problem:
            raise Undeliverable(f"the letter cannot be written as mail: {problem}", is_final=True) from problem

    def _connection(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        try:
            if self.scheme == "smtp+tls":
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server


def transport_from(url: str) -> Transport:
    """The transport a setting names. Raises ValueError in words when it names none."""
    scheme, _, rest = url.partition(":")
    if scheme == "folder" and rest:
        return Folder(Path(rest))
    parts = urlsplit(url)
    if scheme not in PORTS or not parts.hostname:
        raise ValueError(
            f"MAIL_URL is “{scheme}:…”; it should be folder:PATH, smtp://HOST, smtp+tls://USER:PASSWORD@HOST or smtps://…"
        )
    return Smtp(
        parts.hostname,
        parts.port or PORTS[scheme],
        scheme=scheme,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _said(code: int, words: bytes | str) -> str:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"the mail server said {code}: {text}"
