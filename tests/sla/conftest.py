"""What the tests of clocks share."""

import pytest

from helpdesk import mail, returns
from helpdesk.tickets import timeline

#: What asks for the row behind a line of the timeline.
NEED_ROWS = mail.tell_of_return, mail.tell_of_remedy, returns.settle_what_was_sent_ahead


@pytest.fixture
def lines_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Returns and refunds are lines of the timeline here, without their rows: clocks read nothing else."""
    for action, reactions in list(timeline._reactions.items()):
        monkeypatch.setitem(timeline._reactions, action, [each for each in reactions if each not in NEED_ROWS])
