"""The file of questions: what it means, and every mistake with its line."""

import pytest

from helpdesk.core.errors import Invalid
from helpdesk.faq import read_faq

GOOD = """\
# Our answers

## Delivery

### How long does it take? {#time}
clause: 2.1
also: shipping time, days

Three days.

- Mostly two.
### And abroad? {#abroad}

Longer: a week. See [clause 2.2] or [track it](track).

## Returns

### How? {#how}
Like this.
"""


def test_a_file_reads_as_it_is_written() -> None:
    time, abroad, how = read_faq(GOOD, places=("track",))
    assert (time.group, time.name, time.words, time.clause) == ("Delivery", "time", "How long does it take?", "2.1")
    assert time.also == "shipping time, days"
    assert time.answer == "Three days.\n\n- Mostly two."
    assert abroad.answer.startswith("Longer: a week.")
    assert (how.group, how.answer) == ("Returns", "Like this.")


@pytest.mark.parametrize("text, said", [
    ("", "faq.md:1: there is no question here"),
    ("Hello\n## A\n### B {#b}\nC", "faq.md:1: this stands before the first question"),
    ("### B {#b}\nC", "faq.md:1: this question stands in no group"),
    ("## A\n### How long? \nC", "faq.md:2: this question has no name: write “{#how-long}” behind it"),
    ("## A\n### Geç kaldı mı?\nC", "write “{#gec-kaldi-mi}”"),
    ("## A\n### B {#B b}\nC", "faq.md:2: “B b” is no name"),
    ("## A\n### B {#b}\nC\n### D {#b}\nE", "faq.md:4: “b” is the name of the question in line 2 already"),
    ("## A\n### B {#b}\n\n## D", "faq.md:2: this question has no answer"),
    ("## A\n### {#b}\nC", "faq.md:2: a question has 1 to 200 characters"),
    ("## \n### B {#b}\nC", "faq.md:1: a group needs a name"),
    ("## A\n### B {#b}\nclause: 9, 10\n\nC", "faq.md:3: “9, 10” is no number of a clause"),
    ("## A\n### B {#b}\nAuthor: me\n\nC", "faq.md:3: “Author:” is not known here"),
    ("## A\n### B {#b}\nalso:\n\nC", "faq.md:3: “also:” takes other words"),
    ("## A\n### B {#b}\nC\n#### D\nE", "faq.md:4: only “## a group” and “### a question” are known here"),
    ("## A\n### B {#b}\n[There](http://evil.example.com).", "“http://evil.example.com” is no place to link to"),
    ("## A\n### B {#b}\n" + "x" * 6001, "faq.md:2: this answer has 6,001 characters"),
])  # fmt: skip
def test_every_mistake_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(Invalid) as problem:
        read_faq(text, places=("track", "report/damaged"))
    assert said in problem.value.message


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(Invalid) as problem:
        read_faq("## A\n### One\nC\n### Two {#two}\n", "faq.tr.md")
    assert [line.split(":")[:2] for line in problem.value.message.splitlines()] == [
        ["faq.tr.md", "2"],
        ["faq.tr.md", "4"],
    ]
