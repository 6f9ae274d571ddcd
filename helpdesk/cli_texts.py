"""`flask texts`: bring the catalogues of translations up to date with the texts that stand in code and templates."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from config import ROOT
from helpdesk.core.language import CATALOGUES, ENGLISH, KNOWN

#: How texts are marked, and which arguments are texts.
KEYWORDS: dict[str, Any] = {"_": None, "lazy": None, "N_": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]")


@click.command("texts")
def texts_command() -> None:
    """Add new texts to the catalogues, drop those that are gone, and say what is still to be translated."""
    found = found_texts()
    for code in KNOWN:
        if code != ENGLISH:
            catalogue = read(code)
            catalogue.update(found, no_fuzzy_matching=True, update_creation_date=False)
            _write(catalogue, code)
            click.echo(f"{code}: {len(catalogue)} texts, {len(list(problems(catalogue)))} to be looked at")
            for problem in problems(catalogue):
                click.echo(f"  {problem}")


def found_texts() -> Catalog:
    """Every marked text, with the files it stands in."""
    catalogue = Catalog(charset="utf-8")
    for path, text in _marked():
        catalogue.add(text, locations=[(path, 1)])
    return catalogue


def read(code: str) -> Catalog:
    """The catalogue of a language."""
    with _file(code).open("rb") as file:
        return read_po(file, locale=code)


def problems(catalogue: Catalog) -> Iterator[str]:
    """What is not translated, only guessed, or has lost a placeholder."""
    for message in catalogue:
        if message.id and (fault := _fault(message, catalogue.num_plurals)):
            yield f"{fault}: {message.id!r}"


def _fault(message: Message, forms: int) -> str:
    original, told = _forms(message.id), _forms(message.string)
    if not all(told) or (len(original) > 1 and len(told) != forms):
        return "not translated"
    if message.fuzzy:
        return "fuzzy"
    wanted = set(PLACEHOLDER.findall(original[-1]))
    return "other placeholders" if any(set(PLACEHOLDER.findall(one)) != wanted for one in told) else ""


def _forms(text: Any) -> Sequence[str]:
    return (text,) if isinstance(text, str) else text


def _marked() -> Iterator[tuple[str, Any]]:
    for path in sorted((ROOT / "helpdesk").rglob("*.py")):
        if "core.language import" in path.read_text(encoding="utf-8"):
            yield from _in(path, "python")
    for path in sorted((ROOT / "templates").rglob("*.*")):
        yield from _in(path, babel_extract)


def _in(path: Path, method: Any) -> Iterator[tuple[str, Any]]:
    options = {"silent": "false"}
    for _line, text, _comments, _context in extract_from_file(method, path, KEYWORDS, options=options):
        yield path.relative_to(ROOT).as_posix(), text


def _write(catalogue: Catalog, code: str) -> None:
    with _file(code).open("wb") as file:
        write_po(file, catalogue, width=120, sort_by_file=True, include_lineno=False, ignore_obsolete=True)


def _file(code: str) -> Path:
    return CATALOGUES / code / "LC_MESSAGES" / "messages.po"
