"""The file of macros that a store may bring along (macros.toml), checked whole before any of them is loaded."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel

from helpdesk.stores import read_checked
from helpdesk.tickets.macros import CHANGES, LONGEST_NAME
from helpdesk.tickets.placeholders import unknown_in


def _with_known_placeholders(text: str) -> str:
    if wrong := unknown_in(text):
        raise ValueError(" ".join(wrong))
    return text


def _possible(changes: dict[str, str]) -> dict[str, str]:
    for what, value in changes.items():
        if what not in CHANGES:
            raise ValueError(f"“{what}” cannot be changed by a macro; it can be {', '.join(CHANGES)}")
        if value not in CHANGES[what]:
            raise ValueError(f"{what} cannot become “{value}”; it can be {', '.join(sorted(CHANGES[what]))}")
    return changes


class WrittenMacro(BaseModel):
    """One table of the file."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    text: Annotated[str, Field(min_length=1), AfterValidator(_with_known_placeholders)]
    changes: Annotated[dict[str, str], AfterValidator(_possible)] = {}


class _MacroFile(RootModel[dict[Annotated[str, Field(pattern=r"^[\w-]{1,20}$")], WrittenMacro]]):
    pass


def read_macros(path: Path) -> dict[str, WrittenMacro]:
    """The macros of a file by their keys. Raises Invalid naming the file, each macro and what was expected there."""
    return read_checked(path, _MacroFile).root
