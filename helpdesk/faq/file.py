"""The file a shop writes its questions and answers in (faq.md), checked whole; pure."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from helpdesk.core.errors import Invalid
from helpdesk.faq.text import places_in

HEADING = re.compile(r"(?P<level>#{1,6})\s*(?P<words>.*?)\s*(?:\{#(?P<name>[^{}]*)\})?\s*$")
SETTING = re.compile(r"(?P<name>[A-Za-z]+):\s*(?P<value>.*)$")
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
CLAUSE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,19}")
LONGEST_QUESTION, LONGEST_ANSWER, LONGEST_GROUP, LONGEST_ALSO = 200, 6000, 80, 500


@dataclass
class Question:
    """One question as the file has it."""

    group: str
    name: str
    words: str
    line: int
    clause: str = ""
    also: str = ""
    lines: list[str] = field(default_factory=list)

    @property
    def answer(self) -> str:
        """Its text, without blank lines around it."""
        return "\n".join(self.lines).strip()


def read_faq(text: str, name: str = "faq.md", places: Collection[str] = ()) -> list[Question]:
    """The questions in their order. Raises Invalid that names every mistake with file and line."""
    reader = _Reader(places)
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        reader.take(number, line.rstrip())
    reader.finish()
    if reader.mistakes:
        raise Invalid("\n".join(f"{name}:{number}: {words}" for number, words in sorted(reader.mistakes)))
    return reader.questions


class _Reader:
    def __init__(self, places: Collection[str]) -> None:
        self.places = places
        self.group = ""
        self.questions: list[Question] = []
        self.mistakes: list[tuple[int, str]] = []
        self.in_head = False  # right below a question stand its settings

    def take(self, number: int, line: str) -> None:
        """One line of the file."""
        if heading := HEADING.match(line):
            self._head(number, heading)
        elif self.in_head and (setting := SETTING.match(line)):
            self._set(number, setting["name"], setting["value"].strip())
        elif self.questions and self.group:
            self.in_head = False
            self.questions[-1].lines.append(line)
        elif line:
            self.mistakes.append(
                (number, "this stands before the first question: begin with “## a group”, then “### a question”")
            )

    def finish(self) -> None:
        """What can only be said at the end."""
        for question in self.questions:
            self.mistakes += [(question.line, words) for words in self._faults(question)]
        if not self.questions and not self.mistakes:
            self.mistakes.append((1, "there is no question here: write “### a question” under “## a group”"))

    def _head(self, number: int, heading: re.Match[str]) -> None:
        level, words = len(heading["level"]), heading["words"]
        if level == 2:
            self._begin_group(number, words)
        elif level == 3:
            self._begin_question(number, words, heading["name"])
        elif level > 3 or self.questions:
            self.mistakes.append((number, "only “## a group” and “### a question” are known here"))

    def _begin_group(self, number: int, words: str) -> None:
        self.group, self.in_head = words[:LONGEST_GROUP] or "?", False
        if not words or len(words) > LONGEST_GROUP:
            self.mistakes.append((number, f"a group needs a name of 1 to {LONGEST_GROUP} characters"))

    def _begin_question(self, number: int, words: str, name: str | None) -> None:
        if not self.group:
            self.mistakes.append((number, "this question stands in no group: write “## a group” above it"))
        if name is None:
            self.mistakes.append((number, f"this question has no name: write “{{#{suggested(words)}}}” behind it"))
        elif not NAME.fullmatch(name):
            self.mistakes.append(
                (number, f"“{name}” is no name: lower-case letters, digits and hyphens, like “{{#{suggested(words)}}}”")
            )
        elif earlier := next((one for one in self.questions if one.name == name), None):
            self.mistakes.append((number, f"“{name}” is the name of the question in line {earlier.line} already"))
        self.in_head = True
        self.questions.append(Question(self.group, name or "", words, number))

    def _set(self, number: int, name: str, value: str) -> None:
        question = self.questions[-1]
        if name == "clause" and CLAUSE.fullmatch(value):
            question.clause = value
        elif name == "also" and 0 < len(value) <= LONGEST_ALSO:
            question.also = value
        elif name == "clause":
            self.mistakes.append((number, f"“{value}” is no number of a clause, like 3.1"))
        elif name == "also":
            self.mistakes.append(
                (number, f"“also:” takes other words for the same thing, at most {LONGEST_ALSO} characters")
            )
        else:
            self.mistakes.append(
                (
                    number,
                    f"“{name}:” is not known here, only “clause:” and “also:”; leave a line blank before the answer",
                )
            )

    def _faults(self, question: Question) -> Iterator[str]:
        if not 0 < len(question.words) <= LONGEST_QUESTION:
            yield f"a question has 1 to {LONGEST_QUESTION} characters"
        if not question.answer:
            yield "this question has no answer"
        if len(question.answer) > LONGEST_ANSWER:
            yield f"this answer has {len(question.answer):,} characters; {LONGEST_ANSWER:,} are the most"
        for place in places_in(question.answer):
            if self.places and place not in self.places:
                yield f"“{place}” is no place to link to; there are {', '.join(sorted(self.places))}"


def suggested(words: str) -> str:
    """A name made of a question's own words."""
    plain = unicodedata.normalize("NFKD", words.replace("ı", "i").lower()).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain)[:6]) or "a-name"
