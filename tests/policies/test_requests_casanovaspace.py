"""CasanovaSpace's edition answers as its page says: requests written down from the page, not from the edition."""

import pytest

from helpdesk.policies.examples import failures
from tests.policies.asking import Row, edition_of, name_of, refused_unheard, rows_of, unanswered, wrong

EDITION = edition_of("casanovaspace", "2025-01-01")
ROWS = rows_of("casanovaspace")


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_answers_as_the_page_says(row: Row) -> None:
    assert row["source"], "every row traces to the page"
    assert wrong(EDITION, row) == []


def test_every_situation_has_an_answer_and_asks_only_what_can_be_told() -> None:
    assert list(unanswered(EDITION)) == []


def test_no_machine_declines_a_fault_or_a_lost_parcel() -> None:
    assert list(refused_unheard(EDITION)) == []


def test_its_own_examples_hold_and_no_row_is_out_of_reach() -> None:
    assert len(EDITION.file.example) >= 45
    assert failures(EDITION) == []
    assert EDITION.warnings == []
