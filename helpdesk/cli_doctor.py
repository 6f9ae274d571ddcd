"""`flask doctor`: what is well, what is not, and what to do about it."""

import sys

import click
from flask import current_app

from helpdesk.checkup import Finding, Level, check_up, is_well
from helpdesk.mail import Transport, Undeliverable

MARKS = {Level.GOOD: "ok  ", Level.WARN: "soon", Level.BAD: "BAD "}


@click.command("doctor")
def doctor_command() -> None:
    """Look at everything and say what is not well; ends with 1 if somebody has to act now."""
    findings = [*check_up(), _call_at_mail_server()]
    for finding in findings:
        click.echo(f"{MARKS[finding.level]}  {finding.about.replace('_', ' ') + ':':<15} {finding.says}")
        if finding.advice:
            click.echo(f"{'':<22}{finding.advice}")
    if not is_well(findings):
        sys.exit(1)


def _call_at_mail_server() -> Finding:
    transport: Transport = current_app.extensions["helpdesk.transport"]
    try:
        transport.check()
    except Undeliverable as problem:
        return Finding("mail from here", Level.BAD, str(problem), "See MAIL_URL.")
    return Finding("mail from here", Level.GOOD, "A letter could leave now.")
