"""The command line: `flask seed`, `policy`, `faq`, `demo`, `jobs`, `doctor`, `import-orders`, `add-user` and more."""

from collections.abc import Sequence
from pathlib import Path

import click
from flask import Flask, current_app

from config import DEMO_PASSWORD
from helpdesk.accounts import Role, User, add_user, by_email, set_password
from helpdesk.cli_doctor import doctor_command
from helpdesk.cli_faq import faq_command, faq_files, print_loaded, print_warnings, read_all
from helpdesk.cli_orders import import_orders_command
from helpdesk.cli_policy import policy_command, publish_texts
from helpdesk.cli_search import search_index_command
from helpdesk.cli_targets import refuse_unknown_targets, targets_command
from helpdesk.cli_texts import texts_command
from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.safety import refuse_unsafe_start
from helpdesk.seed import SEEDS
from helpdesk.stores import Store, by_slug, load_store, read_store_file
from helpdesk.tickets import WrittenMacro, read_macros, ship_macro


def init_app(app: Flask) -> None:
    """Register the commands."""
    for command in COMMANDS:
        app.cli.add_command(command)


@click.command("seed")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def seed(files: tuple[Path, ...]) -> None:
    """Load the shipped stores, or the store files given. The same file twice changes nothing."""
    paths = files or tuple(sorted(SEEDS.glob("*/store.toml")))
    try:
        read = [read_store_file(path) for path in paths]  # all are checked before the first is loaded
        answers = [read_all(_answers_beside(path)) for path in paths]
        macros = [_macros_beside(path) for path in paths]
        for file in read:
            refuse_unknown_targets(file.store.slug, file.promises)
        stores = [load_store(file) for file in read]
    except Problem as problem:
        raise click.ClickException(problem.message) from problem
    for store, told, written in zip(stores, answers, macros, strict=True):
        click.echo(f"{store.name}: {len(store.special_days)} holidays and special days, {store.timezone}")
        print_loaded(store, told)
        for key, macro in written.items():
            ship_macro(store, key, macro.name, macro.text, macro.changes)
    db.session.commit()
    if not files:
        for path, store in zip(paths, stores, strict=True):
            _publish_shipped(store, path.parent)
    for store, told in zip(stores, answers, strict=True):
        print_warnings(store, told)


def _answers_beside(path: Path) -> Sequence[Path]:
    """A folder of a store's own holds its questions too: beside store.toml, faq.md and faq.tr.md."""
    return faq_files(path.parent) if path.name == "store.toml" else ()


def _macros_beside(path: Path) -> dict[str, WrittenMacro]:
    """It may hold macros too. Each is loaded once: what people changed or retired stays as it is."""
    beside = path.parent / "macros.toml"
    return read_macros(beside) if path.name == "store.toml" and beside.exists() else {}


def _publish_shipped(store: Store, folder: Path) -> None:
    """Publish the policy that comes with a shipped store. What stands in the way is said, and the store still works."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("policy-*.toml"))}
    try:
        told = publish_texts(store, texts)
    except Problem as problem:
        db.session.rollback()
        click.echo(f"{store.slug}: nothing is published, and what was in force stays so.\n{problem.message}", err=True)
        return
    db.session.commit()
    for line in told:
        click.echo(line)


@click.command("demo")
@click.option("--sign-ins", is_flag=True, help="Only print the addresses and the demo sign-ins.")
def demo_command(sign_ins: bool) -> None:
    """Fill an empty helpdesk with people, orders and a believable past; only in demo mode."""
    if not current_app.config["DEMO"]:
        raise click.ClickException("This is not a demo: set HELPDESK_DEMO=1 if it shall become one.")
    if not sign_ins:
        from helpdesk.seed import demo  # its stories and drawings are of no use to the other commands

        demo.make_past(lambda words: click.echo(words))
        return
    base = current_app.config["BASE_URL"]
    click.echo("\nCustomers:")
    for store in db.session.query(Store).order_by(Store.name):
        click.echo(f"  {store.name:<16} {base}/{store.slug}/")
    click.echo(f"\nStaff: {base}/desk/  (password for all: {DEMO_PASSWORD})")
    for user in db.session.query(User).filter_by(has_demo_password=True).order_by(User.id):
        stores = "all stores" if user.role is Role.ADMIN else ", ".join(store.name for store in user.stores)
        click.echo(f"  {user.email:<28} {user.role:<11} {stores}")
    scheme, _, place = current_app.config["MAIL_URL"].partition(":")
    click.echo(f"\nOutgoing mail: {place if scheme == 'folder' else 'the mail server of MAIL_URL'}")


@click.command("jobs")
@click.option("--once", is_flag=True, help="Run every job once and stop.")
def jobs_command(once: bool) -> None:
    """Keep the timetable: sweep the clocks, deliver mail, tidy up. Any number of these may run."""
    from helpdesk import jobs, scheduler  # the scheduler's threads are of no use to the other commands

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    refuse_unsafe_start(app)
    if once:
        jobs.run_all(app)
    else:
        scheduler.run_forever(app)


@click.command("add-user")
@click.argument("email")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.AGENT.value)
@click.option("--store", "slugs", multiple=True, help="Short name of a store this person works for; repeat for more.")
@click.password_option()
def add_user_command(email: str, name: str, role: str, slugs: tuple[str, ...], password: str) -> None:
    """Add a member of staff."""
    try:
        stores = [_the_store(slug) for slug in slugs]
        _refuse_demo_password(password)
        add_user(email, name, Role(role), password, stores)
    except Problem as problem:
        raise click.ClickException(problem.message) from problem
    db.session.commit()
    click.echo(f"{name} can sign in as {email}.")


@click.command("set-password")
@click.argument("email")
@click.password_option()
def set_password_command(email: str, password: str) -> None:
    """Give somebody a new password; their sessions end."""
    user = db.session.scalar(by_email(email))
    if user is None:
        raise click.ClickException(f"Nobody has the address {email}.")
    try:
        _refuse_demo_password(password)
        set_password(user, password)
    except Problem as problem:
        raise click.ClickException(problem.message) from problem
    db.session.commit()
    click.echo(f"{user.name} has a new password.")


COMMANDS = (
    seed,
    demo_command,
    jobs_command,
    doctor_command,
    import_orders_command,
    policy_command,
    faq_command,
    add_user_command,
    set_password_command,
    targets_command,
    search_index_command,
    texts_command,
)


def _the_store(slug: str) -> Store:
    store = db.session.scalar(by_slug(slug))
    if store is None:
        raise click.ClickException(f"There is no store “{slug}”; `flask seed FILE` loads one.")
    return store


def _refuse_demo_password(password: str) -> None:
    if password == DEMO_PASSWORD:
        raise click.ClickException("Everybody knows that password: it is printed by the demo. Choose another.")
