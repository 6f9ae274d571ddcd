"""What changed from one edition to the next, as a manager and a customer read it."""

import pytest

from helpdesk.policies.differences import changes, in_short
from tests.policies.lamps import lamps

OLD = lamps()
SECOND_RULE = """
[[rule]]
id = "gift"
request = ["return"]
when = { payment = "gift_card" }
outcome = "review"
because = "A gift."
clauses = "1"
"""
OWN_FACT = """
[[fact]]
name = "member"
type = "yes_no"
question = "Are you a member?"
"""


def told(*parts: tuple[str, str], more: str = "") -> list[str]:
    return [str(change) for change in changes(OLD, lamps(*parts, more=more))]


def test_the_same_text_has_no_differences() -> None:
    assert changes(OLD, lamps()) == []


def test_the_name_and_the_day_of_an_edition_are_no_difference() -> None:
    assert told(('edition = "2026-01"', 'edition = "2026-06"'), ("2026-01-01", "2026-06-01")) == []


@pytest.mark.parametrize(
    "part, other, words",
    [
        ('title = "Damage"', 'title = "Broken"', "clause 2 changed: “Damage” is now “Broken”."),
        (
            "Send a photo, and", "Send two photos, and",
            "clause 2 changed: It said: Send a photo, and we send another lamp. "
            "It says: Send two photos, and we send another lamp.",
        ),
        ("days = 30", "days = 60", "window thirty-days changed: days 60 (was 30)"),
        ("days = 30", "hours = 48", "window thirty-days changed: days nothing (was 30); hours 48 (was nothing)"),
        ("days = 30", 'days = 30\nfrom = "shipping"', "window thirty-days changed: from shipping (was delivery)"),
        (
            "when = { used = true }", "when = { used = true, opened = false }",
            "rule used changed: applies when used; not opened (was when used)",
        ),
        ("when = { late = true }", "", "rule late changed: applies always (was when past the window)"),
        ('outcome = "review"', 'outcome = "decline"', "rule used changed: outcome decline (was review)"),
        ('because = "It was used."', 'because = "Used."', "rule used changed: because Used. (was “It was used.”)"),
        (
            'id = "used"\nrequest = "return"', 'id = "used"\nrequest = ["return", "exchange"]',
            "rule used changed: for return, exchange (was for return)",
        ),
        ("percent = 10", "up_to_percent = 15", "effect large changed: fee kind restocking, up to percent 15 "
         "(was kind restocking, percent 10)"),
        ('clauses = "2"', 'clauses = ["1", "2"]', "rule broken changed: clauses 1, 2 (was 2)"),
        ('title = "Returns"', 'title = "Sending back"', "policy title changed: Sending back (was Returns)"),
        ('currency = "USD"', 'currency = "EUR"', "policy currency changed: EUR (was USD)"),
    ],
)  # fmt: skip
def test_one_difference_in_words(part: str, other: str, words: str) -> None:
    assert told((part, other)) == [words]


def test_what_is_new_is_told_in_a_sentence_with_its_clauses() -> None:
    added = changes(OLD, lamps(more=SECOND_RULE))[0]
    assert str(added) == (
        "rule gift added: for return, when how it was paid: gift card → outcome review, because “A gift.”"
    )
    assert added.clauses == ("1",)


def test_what_is_gone_is_told_as_it_was() -> None:
    gone = changes(lamps(more=SECOND_RULE), OLD)[0]
    assert (gone.what, gone.name, gone.kind) == ("rule", "gift", "removed")
    assert "how it was paid: gift card" in gone.words


def test_requests_in_another_order_are_the_same() -> None:
    more = SECOND_RULE.replace('["return"]', '["return", "exchange"]')
    turned = SECOND_RULE.replace('["return"]', '["exchange", "return"]')
    assert changes(lamps(more=more), lamps(more=turned)) == []


def test_rules_in_another_order_are_another_policy() -> None:
    turned = lamps(('id = "used"', 'id = "TURN"'), ('id = "late"', 'id = "used"'), ('id = "TURN"', 'id = "late"'))
    assert any(str(c).startswith("rule used changed: rules are asked in another order") for c in changes(OLD, turned))


@pytest.mark.parametrize("what", ["window", "effect"])
def test_the_order_of_windows_and_effects_counts_too(what: str) -> None:
    consequence = "days = 9" if what == "window" else "urgent = true"
    first, second = (f'\n[[{what}]]\nid = "{name}"\nrequest = "exchange"\n{consequence}\n' for name in "ab")
    found = changes(lamps(more=first + second), lamps(more=second + first))
    assert [(c.what, c.name, c.kind) for c in found] == [(what, "b", "changed")]


def test_facts_and_limits_are_told_too() -> None:
    limit = '\n[[limit]]\nrole = "agent"\nup_to = 50\n'
    assert told(more=OWN_FACT + limit) == [
        "fact member added: type yes no, question “Are you a member?”",
        "limit agent added: up to 50",
    ]
    before, after = lamps(more=OWN_FACT + limit), lamps(more=OWN_FACT + limit.replace("50", "80"))
    assert [str(change) for change in changes(before, after)] == ["limit agent changed: up to 80 (was 50)"]


def test_a_condition_about_knowing_reads_as_a_sentence() -> None:
    edition = lamps(("when = { used = true }", 'when = { used = ["unknown", true], delivered_at = "unknown" }'))
    assert "when used: not known or yes; when it arrived: not known →" in in_short(edition.rows["used"], edition)
