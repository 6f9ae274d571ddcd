"""Sign in, sign out, change the password."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_required, login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired, Length

from config import DEMO_PASSWORD
from helpdesk.accounts import User, set_password, who_signs_in
from helpdesk.core.clock import now
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid
from helpdesk.core.limits import refuse_if_too_often
from helpdesk.web.forms import path_of_ours

bp = Blueprint("account", __name__, url_prefix="/account")


class SignIn(FlaskForm):
    """Address and password."""

    email = EmailField("E-mail address", [InputRequired("Your address is missing."), Length(max=254)])
    password = PasswordField("Password", [InputRequired("Your password is missing."), Length(max=1000)])


class NewPassword(FlaskForm):
    """The old password once more, and a new one."""

    old = PasswordField("Password until now", [InputRequired("Your present password is missing."), Length(max=1000)])
    new = PasswordField("New password", [InputRequired("The new password is missing."), Length(max=1000)])


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> str | Response | tuple[str, int]:
    """The staff's front door."""
    if current_user.is_authenticated:
        return redirect(_way_on(request.args.get("next")))
    form = SignIn()
    if not form.validate_on_submit():
        return render_template("pages/account/sign_in.html", form=form), 422 if form.errors else 200
    email = form.email.data or ""
    refuse_if_too_often("10/minute", "sign-in", request.remote_addr or "")
    refuse_if_too_often("10/15minutes", "sign-in-as", email.strip())
    user = who_signs_in(email, form.password.data or "")
    if user is None:
        form.form_errors.append("This address and password do not belong together. Check both and try again.")
        return render_template("pages/account/sign_in.html", form=form), 422
    session.clear()  # nothing a stranger planted before goes along
    session.permanent = True
    login_user(user)
    user.last_seen_at = now()
    db.session.commit()
    return redirect(_way_on(request.args.get("next")))


@bp.post("/sign-out")
def sign_out() -> Response:
    """Out, and back to the door."""
    logout_user()
    session.clear()
    return redirect(url_for(".sign_in"))


@bp.route("/password", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]
def password() -> str | Response | tuple[str, int]:
    """A new password ends every other session of this person."""
    form = NewPassword()
    if form.validate_on_submit():
        refuse_if_too_often("10/15minutes", "password", current_user.email)
        try:
            user = _change(form)
        except Invalid as problem:
            form.new.errors = [*form.new.errors, problem.message]
        else:
            login_user(user)
            db.session.commit()
            flash("Your new password is set. Other devices are signed out.", "good")
            return redirect(url_for("desk.queue"))
    return render_template("pages/account/password.html", form=form), 422 if form.errors else 200


def _change(form: NewPassword) -> User:
    user = who_signs_in(current_user.email, form.old.data or "")
    if user is None:
        raise Invalid("The password until now is not right.")
    if form.new.data == DEMO_PASSWORD and not current_app.config["DEMO"]:
        raise Invalid("Everybody knows that password. Choose another.")
    set_password(user, form.new.data or "")
    return user


def _way_on(wanted: str | None) -> str:
    """Where somebody was going, or else the desk."""
    return path_of_ours(wanted) or url_for("desk.queue")
