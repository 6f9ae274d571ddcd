"""Every setting with its default; the only reader of the environment."""

import os
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent
INSTANCE = Path(os.environ.get("HELPDESK_INSTANCE", ROOT / "instance"))

#: What a laptop starts with. `helpdesk.safety` refuses both outside the demo.
DEMO_SECRET = "this-secret-is-public-and-good-for-a-demo-only"
DEMO_PASSWORD = "calm-parcel-42"


def flag(name: str, default: bool = False) -> bool:
    """A yes-or-no setting; 1, true, yes and on mean yes."""
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


class Config:
    """Defaults work on a laptop; a server sets the environment (docs/settings.md lists every name)."""

    DEMO = flag("HELPDESK_DEMO")
    SECRET_KEY = os.environ.get("SECRET_KEY", DEMO_SECRET)
    INSTANCE = INSTANCE

    SQLALCHEMY_DATABASE_URI = os.environ.get("DATABASE_URL", f"sqlite:///{INSTANCE / 'helpdesk.db'}")
    STORAGE_URL = os.environ.get("STORAGE_URL", str(INSTANCE / "files"))

    BASE_URL = os.environ.get(
        "BASE_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    )  # links in mails; no request is at hand there
    TRUSTED_PROXIES = int(os.environ.get("TRUSTED_PROXIES", "0"))  # how many proxies stand in front of us

    MAIL_URL = os.environ.get("MAIL_URL", f"folder:{INSTANCE / 'mail'}")  # or smtp://, smtp+tls://, smtps://
    MAIL_FROM = os.environ.get("MAIL_FROM", "support@help.localhost")  # used when a store names no address of its own
    MAIL_DOMAIN = os.environ.get("MAIL_DOMAIN", "help.localhost")  # right of the @ in every Message-ID

    MAX_CONTENT_LENGTH = 205 * 1024 * 1024  # ten photos of 20 MB and a form around them
    MAX_FORM_MEMORY_SIZE = 2 * 1024 * 1024
    MAX_FORM_PARTS = 200
    PHOTOS_AT_MOST = 10
    PHOTO_BYTES_AT_MOST = 20 * 1024 * 1024

    UNDO_SEND_SECONDS = int(os.environ.get("UNDO_SEND_SECONDS", "10"))  # an answer waits so long; 0: it leaves at once

    LABEL_FONT = os.environ.get("LABEL_FONT", "")  # a .ttf file for return labels; empty: the one that comes along

    SEND_FILE_MAX_AGE_DEFAULT = 31_536_000  # static files carry the hash of all of them in their address

    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    SESSION_COOKIE_SECURE = flag("SECURE_COOKIES", default=os.environ.get("BASE_URL", "").startswith("https://"))
    PERMANENT_SESSION_LIFETIME = timedelta(hours=12)
    SESSION_REFRESH_EACH_REQUEST = False  # web/session.py does it now and then
    WTF_CSRF_TIME_LIMIT = None  # a customer may need an evening for a form; the token dies with the session

    RATELIMIT_ENABLED = not flag("HELPDESK_NO_LIMITS")
    PASSWORD_COST = "normal"  # tests use "cheap"

    @classmethod
    def engine_options(cls, url: str) -> dict[str, object]:
        """What SQLAlchemy needs to know of this database."""
        if url.startswith("sqlite"):
            return {"connect_args": {"timeout": 15}}
        return {
            "pool_size": 5,
            "max_overflow": 5,
            "connect_args": {"connect_timeout": 10},  # seconds; a server that does not answer at all must be noticed
        }
