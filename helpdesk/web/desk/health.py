"""Is everything well? The same findings as `flask doctor` gives, for those who run the desk."""

from flask import render_template

from helpdesk.accounts import May
from helpdesk.checkup import Level, check_up
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.heartbeat import heartbeats
from helpdesk.web.desk.door import bp
from helpdesk.web.guards import needs

#: What each finding is about, as people say it.
ABOUT = {
    "database": "Database",
    "schedulers": "Timetable",
    "jobs": "Jobs",
    "mail_server": "Mail server",
    "outbox": "Letters",
    "promises": "Promises",
    "mail_settings": "Mail settings",
    "storage": "Photos and files",
    "disk": "Disk space",
}
JOBS = {
    "sweep_clocks": "Sweep the clocks",
    "deliver_mail": "Deliver mail",
    "check_mail_server": "Call at the mail server",
    "upkeep": "Tidy up",
}
SHOWN = 20


@bp.get("/health")
@needs(May.SEE_HEALTH)
def health() -> str:
    """What is wrong first, then everything, then who keeps the timetable."""
    findings = check_up()
    return render_template(
        "pages/desk/health.html",
        problems=[finding for finding in findings if finding.level is not Level.GOOD],
        findings=findings,
        crew=db.session.scalars(heartbeats().limit(SHOWN)).all(),
        about=ABOUT,
        jobs=JOBS,
        now=clock.now(),
    )
