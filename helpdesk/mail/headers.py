"""Mail headers out of what people typed (pure): nothing they type may become another header or another address."""

from email.utils import formataddr

from email_validator import EmailNotValidError, validate_email

#: Python's mail library loses the quotes around a name that is too long for its line, and then what follows a comma
#: is one more address; so names go without what would need quotes.
_LEFT_OUT = str.maketrans(dict.fromkeys('()<>[]:;@\\,"=', " "))


def named(name: str, address: str) -> str:
    """“Name <address>”; an address with letters beyond ASCII only left of the @, where mail servers may know them."""
    plain = " ".join(name.translate(_LEFT_OUT).split())
    address = _with_ascii_domain(address)
    return formataddr((plain, address)) if address.isascii() else f"{plain} <{address}>"


def one_line(text: str) -> str:
    """A header cannot hold line ends or control characters: whoever typed them meant none."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def without_code(text: str) -> str:
    """A text that spells an encoded word (=?utf-8?...) stays that text; it could hold a line end otherwise."""
    return text.replace("=?", "= ?")


def _with_ascii_domain(address: str) -> str:
    try:
        return validate_email(address, check_deliverability=False, test_environment=True).ascii_email or address
    except EmailNotValidError:
        return address
