"""The text of an answer: its blocks and links, and that nothing in it is markup."""

from helpdesk.faq import Block, Span, blocks, clauses_in, places_in, plain

TEXT = """\
First line,
second line with [clause 9.1] and [a way](report/damaged).

- one
- two
  goes on
1. step
2) other step
"""


def test_paragraphs_lists_and_steps() -> None:
    said, points, steps = blocks(TEXT)
    words = (Span("First line, second line with "), Span("clause 9.1", clause="9.1"), Span(" and "))
    assert said.lines == ((*words, Span("a way", place="report/damaged"), Span(".")),)
    assert points == Block("list", ((Span("one"),), (Span("two goes on"),)))
    assert steps == Block("steps", ((Span("step"),), (Span("other step"),)))


def test_what_is_no_link_stays_words() -> None:
    text = "<b>No</b> [9] [] [x]( y) [madde] 3.1"
    assert blocks(text) == [Block("paragraph", ((Span(text),),))]


def test_plain_text_keeps_the_words_of_links() -> None:
    assert plain(TEXT).startswith("First line, second line with clause 9.1 and a way. one two goes on step")
    assert list(clauses_in(TEXT)) == ["9.1"]
    assert list(places_in(TEXT)) == ["report/damaged"]
