"""How letters leave the house: a folder of .eml files on a laptop, an SMTP server elsewhere."""

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryFile
from typing import Protocol
from urllib.parse import unquote, urlsplit

TIMEOUT = 30
PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
OUR_MISTAKES = {530}  # "sign in first": MAIL_URL lacks the user, or the encryption
HOW_TO_SAY_IT = (
    "MAIL_URL should be folder:PATH, smtp://HOST, smtp+tls://USER:PASSWORD@HOST or smtps://USER:PASSWORD@HOST, with "
    ":PORT behind the host if need be. In USER and PASSWORD, write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23 "
    "and % as %25."
)


class Undeliverable(Exception):
    """The letter did not leave. `is_final`: trying again would not help."""

    def __init__(self, message: str, *, is_final: bool = False) -> None:
        super().__init__(message)
        self.is_final = is_final


class Transport(Protocol):
    """What can carry a letter."""

    def send(self, message: EmailMessage) -> None:
        """Carry it, or raise Undeliverable."""

    def check(self) -> None:
        """Whether it could carry a letter now; raises Undeliverable."""


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

    def check(self) -> None:
        """Write a file there, and remove it."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=self.path) as file:
                file.write(b"a letter would fit")
        except OSError as problem:
            raise Undeliverable(f"the mail folder cannot be written: {problem}") from problem


class Smtp:
    """Hands letters to a mail server, encrypted and signed in as the settings say."""

    def __init__(self, host: str, port: int, *, scheme: str, user: str = "", password: str = "") -> None:
        self.host, self.port, self.scheme = host, port, scheme
        self.user, self.password = user, password

    def send(self, message: EmailMessage) -> None:
        """One connection a letter: at a helpdesk's pace, robustness is worth more than the handshake."""
        server = self._signed_in()
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as problem:
            code, words = next(iter(problem.recipients.values()))
            raise Undeliverable(_said(code, words), is_final=code >= 500) from problem
        except smtplib.SMTPResponseException as problem:
            is_final = problem.smtp_code >= 500 and problem.smtp_code not in OUR_MISTAKES
            raise Undeliverable(_said(problem.smtp_code, problem.smtp_error), is_final=is_final) from problem
        except smtplib.SMTPNotSupportedError as problem:
            raise Undeliverable(f"the mail server cannot take this address: {problem}", is_final=True) from problem
        except (smtplib.SMTPException, OSError) as problem:
            raise Undeliverable(f"the mail server went away: {problem}") from problem
        except (ValueError, UnicodeError) as problem:
            raise Undeliverable(f"the letter cannot be written as mail: {problem}", is_final=True) from problem
        finally:
            _leave(server)

    def check(self) -> None:
        """Reach the server and sign in, without a letter."""
        _leave(self._signed_in())

    def _signed_in(self) -> smtplib.SMTP:
        # What goes wrong here is our mistake or the server's, not the letter's: it stays until that is mended.
        try:
            return self._connection()
        except smtplib.SMTPAuthenticationError as problem:
            raise Undeliverable(f"sign-in refused: {_said(problem.smtp_code, problem.smtp_error)}") from problem
        except smtplib.SMTPResponseException as problem:
            raise Undeliverable(_said(problem.smtp_code, problem.smtp_error)) from problem
        except (smtplib.SMTPException, OSError) as problem:
            raise Undeliverable(f"the mail server cannot be reached: {problem}") from problem

    @cached_property
    def _encryption(self) -> ssl.SSLContext:
        # Kept: reading the machine's certificates takes longer than everything else about a letter.
        return ssl.create_default_context()

    def _connection(self) -> smtplib.SMTP:
        if self.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=self._encryption)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        try:
            if self.scheme == "smtp+tls":
                server.starttls(context=self._encryption)
            server.ehlo_or_helo_if_needed()
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
    host, port, user, password = _read(url)
    if scheme not in PORTS or not host:
        raise ValueError(HOW_TO_SAY_IT)
    if not (user + password).isascii():
        raise ValueError("MAIL_URL: in a user name and a password, mail servers take plain ASCII letters only.")
    return Smtp(host, port or PORTS[scheme], scheme=scheme, user=user, password=password)


def _read(url: str) -> tuple[str | None, int | None, str, str]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(HOW_TO_SAY_IT) from None  # Python's own words may quote the password
    if parts.path.strip("/") or parts.query or parts.fragment:  # the rest of a password with a / ? or # in it
        raise ValueError(HOW_TO_SAY_IT)
    return host, port, unquote(parts.username or ""), unquote(parts.password or "")


def _leave(server: smtplib.SMTP) -> None:
    # The letter's fate is known by now: a rude goodbye does not change it.
    with suppress(smtplib.SMTPException, OSError):
        server.quit()
    server.close()


def _said(code: int, words: bytes | str) -> str:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"the mail server said {code}: {text}"
