"""Signs of life: for the proxy whether this server answers, for a monitor whether everything is well."""

import time
from typing import Any

from flask import Blueprint, current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from helpdesk.checkup import Finding, check_up, is_well
from helpdesk.core.db import db

bp = Blueprint("health", __name__)

#: Anybody may ask, so that asking must not cost a look at everything each time.
GOOD_FOR = 5.0
NEVER_CACHED = {"Cache-Control": "no-store"}


@bp.get("/livez")
def livez() -> tuple[dict[str, str], int, dict[str, str]]:
    """Whether this web server reaches its database: a proxy asks this before it sends somebody here."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return {"status": "failing"}, 503, NEVER_CACHED
    return {"status": "ok"}, 200, NEVER_CACHED


@bp.get("/healthz")
def healthz() -> tuple[dict[str, Any], int, dict[str, str]]:
    """Whether everything is well, web server or not: a monitor asks this. No names and no reasons: anybody may ask."""
    findings = _fresh_enough()
    well = is_well(findings)
    checks = {each.about: _publicly(each) for each in findings}
    return {"status": "ok" if well else "failing", "checks": checks}, 200 if well else 503, NEVER_CACHED


def _fresh_enough() -> list[Finding]:
    looked_at, findings = current_app.extensions.get("helpdesk.findings", (float("-inf"), []))
    if time.monotonic() - looked_at > GOOD_FOR:
        findings = check_up()
        current_app.extensions["helpdesk.findings"] = time.monotonic(), findings
    return list(findings)


def _publicly(finding: Finding) -> dict[str, Any]:
    late = {} if finding.seconds is None else {"seconds": finding.seconds}
    return {"level": finding.level, **late}
