"""Letters that did not go out: never silently."""

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from helpdesk.accounts import May
from helpdesk.core.db import db
from helpdesk.mail import OutgoingMail, failed_mails
from helpdesk.web.desk.door import bp
from helpdesk.web.guards import needs

SHOWN = 100


@bp.get("/mail")
def mails() -> str:
    """What was given up, with what the mail server said."""
    query = failed_mails(current_user).options(joinedload(OutgoingMail.ticket), joinedload(OutgoingMail.store))
    return render_template("pages/desk/mails.html", mails=db.session.scalars(query.limit(SHOWN)).all())


@bp.post("/mail/<int:mail_id>/retry")
@needs(May.RETRY_MAIL)
def retry_mail(mail_id: int) -> Response:
    """Try one again from the start."""
    mail = db.first_or_404(failed_mails(current_user).where(OutgoingMail.id == mail_id))
    mail.try_again(by=current_user)
    db.session.commit()
    flash(f"The letter to {mail.to_address} goes out again within a minute.", "good")
    return redirect(url_for(".mails"))
