"""The app as the web benchmark serves it: real settings, no demo, no limits on how often one may ask."""

import os

from helpdesk import create_app
from helpdesk.core.memory import settle

app = create_app(
    {
        "SQLALCHEMY_DATABASE_URI": os.environ["BENCH_DATABASE"],
        "STORAGE_URL": os.environ["BENCH_FILES"],
        "SECRET_KEY": "a secret for the bench that is long enough to be one",
        "RATELIMIT_ENABLED": False,
        "WTF_CSRF_ENABLED": os.environ.get("BENCH_CSRF", "1") == "1",
    }
)
settle()  # as wsgi.py does
