"""The one maker of secrets and links: random ones stored as hashes, signed ones scoped by purpose."""

import hashlib
import hmac
import secrets

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

#: No 0/O, 1/I/L, 5/S, 2/Z, 8/B, U/V: what is left can be read out on the phone.
CLEAR = "3467ACDEFGHJKMNPQRTWXY"


def random_token() -> str:
    """A secret for a link or a form; keep only its `fingerprint`."""
    return secrets.token_urlsafe(24)


def fingerprint(token: str) -> str:
    """What we store of a secret: enough to recognise it, useless to steal."""
    return hashlib.sha256(_bytes(token)).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare secrets in constant time."""
    return hmac.compare_digest(_bytes(one), _bytes(other))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # half a character may be typed, and then fits nothing


def spoken_code(length: int = 8) -> str:
    """A random code without look-alikes: 22 letters and digits, 8 of them are 35 bits."""
    return "".join(secrets.choice(CLEAR) for _ in range(length))


def sign(purpose: str, *content: object) -> str:
    """A link's token that carries its content; one purpose's token is worthless for another."""
    return str(URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"helpdesk.{purpose}").dumps(list(content)))


def unsign(purpose: str, token: str) -> list[object] | None:
    """The content of a token that we signed for this purpose, or None."""
    try:
        content = URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"helpdesk.{purpose}").loads(token)
    except BadSignature:
        return None
    return content if isinstance(content, list) else None
