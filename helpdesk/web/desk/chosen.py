"""What the customer chose of what the decision offers, as the decision's panel tells it."""

from collections.abc import Mapping
from typing import Any

from helpdesk.policies import REMEDY_NAMES
from helpdesk.returns import Decision, RemedyChoice, choice_for


def chosen_by_customer(now: Decision, choices: Mapping[int, RemedyChoice]) -> list[dict[str, Any]]:
    """What was chosen, the latest word for each item; items are named where the decision is about several."""
    several, found = len(now.answers) > 1, dict[int, dict[str, Any]]()
    for answer in now.answers:
        if choice := choice_for(answer, choices):
            told = {"remedy": REMEDY_NAMES[choice.remedy], "at": choice.chosen_at, "items": []}
            found.setdefault(choice.id, told)["items"] += [answer.title] if several else []
    return list(found.values())
