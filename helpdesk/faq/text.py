"""The text of an answer: paragraphs, lists, and links to clauses and to places of the help pages; pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

#: “[tell us](report)” is a link to a place; “[clause 3.1]”, words and then a clause's id, to that clause.
LINK = re.compile(
    r"\[(?P<words>[^\[\]\n]+)\]\((?P<place>[^()\s]*)\)"
    r"|\[(?P<cited>[^\[\]\n]*\s(?P<clause>(?=[A-Za-z.-]*\d)[A-Za-z0-9][A-Za-z0-9.-]{0,19}))\]"
)


class Shape(StrEnum):
    """What a block looks like."""

    PARAGRAPH = "paragraph"
    LIST = "list"
    STEPS = "steps"


#: How a line of a list begins.
MARKS = ((Shape.LIST, re.compile(r"[-*•]\s+")), (Shape.STEPS, re.compile(r"\d{1,2}[.)]\s+")))


@dataclass(frozen=True)
class Span:
    """A stretch of words; with a clause's number or a place it is a link."""

    words: str
    clause: str = ""
    place: str = ""


Line = tuple[Span, ...]


@dataclass(frozen=True)
class Block:
    """One paragraph (a single line), or a list of lines."""

    shape: Shape
    lines: tuple[Line, ...]


def blocks(answer: str) -> list[Block]:
    """The answer as it is to be shown. Nothing in it is ever markup: what is no link is words."""
    found: list[tuple[Shape, list[str]]] = []
    for paragraph in re.split(r"\n\s*\n", answer.strip()):
        _add(found, paragraph.splitlines())
    return [Block(shape, tuple(tuple(spans(line)) for line in _lines(shape, said))) for shape, said in found]


def spans(line: str) -> Iterator[Span]:
    """The words of a line, cut at its links."""
    at = 0
    for link in LINK.finditer(line):
        if link.start() > at:
            yield Span(line[at : link.start()])
        yield Span(link["words"] or link["cited"], clause=link["clause"] or "", place=link["place"] or "")
        at = link.end()
    if at < len(line):
        yield Span(line[at:])


def plain(answer: str) -> str:
    """The same in one line, for searching and for the beginning of an answer."""
    return " ".join("".join(span.words for span in line) for block in blocks(answer) for line in block.lines)


def places_in(answer: str) -> Iterable[str]:
    """Every place the text links to."""
    return (link["place"] for link in LINK.finditer(answer) if link["words"])


def clauses_in(answer: str) -> Iterable[str]:
    """The number of every clause the text links to."""
    return (link["clause"] for link in LINK.finditer(answer) if link["clause"])


def _add(found: list[tuple[Shape, list[str]]], lines: Iterable[str]) -> None:
    begins = True
    for line in filter(None, map(str.strip, lines)):
        shape, words = _read(line)
        goes_on = not begins and (shape is found[-1][0] or shape is Shape.PARAGRAPH)
        if not goes_on:
            found.append((shape, [words]))
        elif shape is Shape.PARAGRAPH and found[-1][0] is not Shape.PARAGRAPH:
            found[-1][1][-1] += f" {words}"  # a long line of a list was broken
        else:
            found[-1][1].append(words)
        begins = False


def _read(line: str) -> tuple[Shape, str]:
    for shape, mark in MARKS:
        if begin := mark.match(line):
            return shape, line[begin.end() :]
    return Shape.PARAGRAPH, line


def _lines(shape: Shape, said: list[str]) -> list[str]:
    return [" ".join(said)] if shape is Shape.PARAGRAPH else said
