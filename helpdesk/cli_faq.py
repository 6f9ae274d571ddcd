"""`flask faq`: load a store's questions and answers, and say which clauses they rest on that are not there."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from helpdesk.cli_policy.stores import plainly, the_store
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid
from helpdesk.core.language import ENGLISH
from helpdesk.faq import FaqEntry, Question, clauses_in, load_faq, read_faq
from helpdesk.returns import edition_for
from helpdesk.stores import Store
from helpdesk.web.portal import PLACES

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
#: A file by its language: faq.md, faq.tr.md.
Read = dict[str, list[Question]]


@click.command("faq")
@click.argument("slug", metavar="STORE")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--check", is_flag=True, help="Only say what is wrong; change nothing.")
def faq_command(slug: str, files: tuple[Path, ...], check: bool) -> None:
    """Load questions and answers: faq.md in English, faq.tr.md in Turkish. The same file twice changes nothing."""
    with plainly():
        store = the_store(slug)
        read = read_all(files)
    if check:
        click.echo(f"{sum(map(len, read.values()))} questions, nothing wrong.")
    else:
        print_loaded(store, read)
        db.session.commit()
    print_warnings(store, read)


def faq_files(folder: Path) -> Sequence[Path]:
    """The files that stand beside a store's own."""
    return sorted(folder.glob("faq*.md"))


def read_all(paths: Iterable[Path]) -> Read:
    """Every file checked, by its language. Raises Invalid."""
    read: Read = {}
    for path in paths:
        language = _language_of(path)
        if language in read:
            raise Invalid(f"{path.name}: there is another file in the same language ({language})")
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as problem:
            raise Invalid(f"{path.name}: this is not UTF-8 (byte {problem.start}); save it as UTF-8") from problem
        read[language] = read_faq(text, path.name, PLACES)
    return read


def print_loaded(store: Store, read: Read) -> None:
    """Load them, and say what changed."""
    for language, questions in read.items():
        changed = load_faq(store, language, questions)
        click.echo(f"{store.name}: {len(questions)} questions ({language}), {changed} changed")


def print_warnings(store: Store, read: Read) -> None:
    """Clauses that the policy in force does not have: their links would lead nowhere."""
    known = edition_for(store, None)[0].clauses
    for language, questions in read.items():
        for one in questions:
            cited = filter(None, dict.fromkeys([one.clause, *clauses_in(one.answer)]))
            if lost := [number for number in cited if number not in known]:
                words = ", ".join(lost)
                click.echo(
                    f"{store.slug} ({language}), line {one.line}: the policy in force has no clause {words}", err=True
                )


def _language_of(path: Path) -> str:
    parts = path.name.split(".")
    language = parts[-2].lower() if len(parts) > 2 else ENGLISH
    if not (language.replace("-", "").isalpha() and 2 <= len(language) <= FaqEntry.language.type.length):
        raise Invalid(f"{path.name}: “{language}” is no language; a file is called faq.md or, in Turkish, faq.tr.md")
    return language
