"""The file of macros that a store may bring along (macros.toml), checked whole before any of them is loaded."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel

from helpdesk.core.errors import Invalid
from helpdesk.stores import read_checked
from helpdesk.tickets.macro_changes import checked
from helpdesk.tickets.macros import LONGEST_NAME
from helpdesk.tickets.placeholders import unknown_in


def _with_known_placeholders(text: str) -> str:
    if wrong := unknown_in(text):
        raise ValueError(" ".join(wrong))
    return text


def _possible(changes: dict[str, Any]) -> dict[str, Any]:
    try:
        return checked(changes)
    except Invalid as problem:
        raise ValueError(problem.message) from problem


class WrittenMacro(BaseModel):
    """One table of the file."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    text: Annotated[str, Field(min_length=1), AfterValidator(_with_known_placeholders)]
    changes: Annotated[dict[str, Any], AfterValidator(_possible)] = {}


class _MacroFile(RootModel[dict[Annotated[str, Field(pattern=r"^[\w-]{1,20}$")], WrittenMacro]]):
    pass


def read_macros(path: Path) -> dict[str, WrittenMacro]:
    """The macros of a file by their keys. Raises Invalid naming the file, each macro and what was expected there."""
    return read_checked(path, _MacroFile).root
