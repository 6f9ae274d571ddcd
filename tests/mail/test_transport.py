"""Ways out of the house: a folder, and real mail servers with and without encryption."""

from email.message import EmailMessage
from pathlib import Path
from socket import create_server

import pytest

from helpdesk.mail import Folder, Smtp, Undeliverable, transport, transport_from
from tests.mail.smtp_server import PASSWORD, USER, MailServer, mail_server, server_side, signing_in

SIGN_IN = "helpdesk:open%2Fsesame"
WRONG = "helpdesk:not-the-password"


def letter(to: str = "ada@mail.example.com") -> EmailMessage:
    message = EmailMessage()
    message["Message-ID"] = "<0123abc@help.example.com>"
    message["From"] = "Casa Petto <help@casa-petto.example.com>"
    message["To"] = to
    message["Subject"] = "Your bowl"
    message.set_content("It is on its way.")
    message.add_alternative("<p>It is on its way.</p>", subtype="html")
    return message


def refusal(url: str, message: EmailMessage | None = None) -> Undeliverable:
    with pytest.raises(Undeliverable) as refused:
        transport_from(url).send(message or letter())
    return refused.value


# ---- a folder


def test_the_same_letter_twice_is_one_file(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "mail")
    for _ in range(2):
        folder.send(letter())
    assert [path.name for path in (tmp_path / "mail").iterdir()] == ["0123abc@help.example.com.eml"]


def test_no_message_id_leads_out_of_the_folder(tmp_path: Path) -> None:
    message = letter()
    message.replace_header("Message-ID", "<../../etc/cron.d/x@help.example.com>")
    Folder(tmp_path / "mail").send(message)
    assert [path.suffix for path in (tmp_path / "mail").iterdir()] == [".eml"]


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file stands where the folder should be")
    assert not refusal(f"folder:{tmp_path / 'mail'}").is_final


def test_a_folder_is_checked_without_leaving_anything(tmp_path: Path) -> None:
    Folder(tmp_path / "mail").check()
    assert list((tmp_path / "mail").iterdir()) == []


def test_a_folder_that_cannot_be_written_does_not_pass(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file stands where the folder should be")
    with pytest.raises(Undeliverable, match="cannot be written"):
        Folder(tmp_path / "mail").check()


# ---- a mail server


def test_a_mail_server_is_checked_without_a_letter(server: MailServer) -> None:
    transport_from(server.url).check()
    assert server.received == []
    server.says["EHLO"] = "554 nobody is served here"
    with pytest.raises(Undeliverable, match="554"):
        transport_from(server.url).check()


def test_a_mail_server_gets_the_letter_as_it_is(server: MailServer) -> None:
    transport_from(server.url).send(letter())
    (got,) = server.received
    assert (got.sender, got.recipients) == ("help@casa-petto.example.com", ["ada@mail.example.com"])
    assert got.message["Message-ID"] == "<0123abc@help.example.com>"
    assert got.part("plain").strip() == "It is on its way."
    assert got.part("html").strip() == "<p>It is on its way.</p>"


@pytest.mark.parametrize(
    "step, answer, is_final",
    [
        ("RCPT", "550 no such person", True),
        ("RCPT", "451 come back later", False),
        ("RCPT", "421 too busy", False),
        ("MAIL", "550 not from this address", True),
        ("MAIL", "530 sign in first", False),
        ("MAIL", "452 the disk is full", False),
        ("DATA", "554 this looks like spam", True),
        ("DATA", "451 come back later", False),
        ("EHLO", "554 nobody is served here", False),
    ],
)
def test_what_a_refusal_means(server: MailServer, step: str, answer: str, is_final: bool) -> None:
    server.says[step] = answer
    problem = refusal(server.url)
    assert (problem.is_final, server.received) == (is_final, [])
    assert answer.split()[0] in str(problem)


@pytest.mark.parametrize("goodbye", ["221 Bye", "421 too busy to say goodbye", "500 what?"])
def test_a_rude_goodbye_does_not_undo_a_letter(server: MailServer, goodbye: str) -> None:
    server.says["QUIT"] = goodbye
    transport_from(server.url).send(letter())
    assert len(server.received) == 1


def test_where_nobody_listens_a_letter_is_tried_again() -> None:
    with create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    problem = refusal(f"smtp://127.0.0.1:{port}")
    assert not problem.is_final
    assert "cannot be reached" in str(problem)


def test_a_mail_server_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "TIMEOUT", 0.2)
    with create_server(("127.0.0.1", 0)) as silent:
        assert not refusal(f"smtp://127.0.0.1:{silent.getsockname()[1]}").is_final


def test_an_address_that_this_server_cannot_read_is_final() -> None:
    with mail_server(enable_SMTPUTF8=False) as old:
        problem = refusal(old.url, letter("jürgen@mail.example.com"))
    assert problem.is_final
    assert "cannot take this address" in str(problem)


# ---- encrypted and signed in


@pytest.mark.parametrize("scheme", ["smtp+tls", "smtps"])
def test_an_encrypted_letter_of_somebody_who_signed_in(trusted: Path, scheme: str) -> None:
    with mail_server(**encrypted(scheme, trusted), authenticator=signing_in) as server:
        transport_from(f"{scheme}://{SIGN_IN}@127.0.0.1:{server.port}").send(letter())
    assert [got.user for got in server.received] == [USER]


def test_a_wrong_password_is_our_mistake_and_stays_unsaid(trusted: Path) -> None:
    with mail_server(**encrypted("smtp+tls", trusted), authenticator=signing_in) as server:
        problem = refusal(f"smtp+tls://{WRONG}@127.0.0.1:{server.port}")
    assert not problem.is_final
    assert "sign-in refused" in str(problem)
    assert "not-the-password" not in str(problem)


@pytest.mark.parametrize("scheme", ["smtp+tls", "smtps"])
def test_a_stranger_with_a_certificate_of_his_own_gets_nothing(signed: Path, scheme: str) -> None:
    with mail_server(**encrypted(scheme, signed), authenticator=signing_in) as server:
        problem = refusal(f"{scheme}://{SIGN_IN}@127.0.0.1:{server.port}")
    assert not problem.is_final
    assert "CERTIFICATE_VERIFY_FAILED" in str(problem)


def test_where_encryption_is_asked_for_nothing_goes_out_without(server: MailServer) -> None:
    problem = refusal(server.url.replace("smtp", "smtp+tls"))
    assert (problem.is_final, server.received) == (False, [])


def encrypted(scheme: str, certificate: Path) -> dict[str, object]:
    context = server_side(certificate)
    if scheme == "smtps":
        return {"ssl_context": context, "auth_require_tls": False}
    return {"tls_context": context, "require_starttls": True}


# ---- the setting


@pytest.mark.parametrize(
    "url, host, port, user, password",
    [
        ("smtp://mail.example.com", "mail.example.com", 25, "", ""),
        ("smtp://mail.example.com:2525", "mail.example.com", 2525, "", ""),
        ("smtp+tls://me:secret@mail.example.com", "mail.example.com", 587, "me", "secret"),
        ("smtps://me%40shop.example:a%2Fb%23c@mail.example.com", "mail.example.com", 465, "me@shop.example", "a/b#c"),
        ("smtp://[::1]:2525", "::1", 2525, "", ""),
    ],
)
def test_a_mail_server_by_its_address(url: str, host: str, port: int, user: str, password: str) -> None:
    made = transport_from(url)
    assert isinstance(made, Smtp)
    assert (made.host, made.port, made.user, made.password) == (host, port, user, password)


@pytest.mark.parametrize("url, path", [("folder:mail", "mail"), ("folder:/var/mail/out", "/var/mail/out")])
def test_a_folder_by_its_path(url: str, path: str) -> None:
    made = transport_from(url)
    assert isinstance(made, Folder)
    assert made.path == Path(path)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "folder:",
        "smtp:",
        "mail.example.com",
        "http://me:open-sesame@mail.example.com",
        "me:open-sesame@mail.example.com",
        "open-sesame@mail.example.com:25",
        "smtp://me:open-sesame/1@mail.example.com",
        "smtp://me:open-sesame#1@mail.example.com",
        "smtp://me:25/open-sesame@mail.example.com",
        "smtp://me:25#open-sesame@mail.example.com",
        "smtp://me:open-sesame[@mail.example.com",
        "smtp://me:open-sesame℀@mail.example.com",
        "smtp://me:open-sesameä@mail.example.com",
        "smtp://me:open-sesame@mail.example.com:none",
    ],
)
def test_what_is_no_way_out_is_said_without_the_password(url: str) -> None:
    with pytest.raises(ValueError, match="MAIL_URL") as refused:
        transport_from(url)
    assert "sesame" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_a_password_is_written_in_the_address_as_it_is_read() -> None:
    made = transport_from(f"smtps://{SIGN_IN}@mail.example.com")
    assert isinstance(made, Smtp)
    assert made.password == PASSWORD
