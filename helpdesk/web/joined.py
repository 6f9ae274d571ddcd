"""Answers that say the same of several items, joined in one card that names them all."""

from collections.abc import Sequence
from typing import Any

#: What has to be the same; amounts may differ, and are then told item by item.
SAME = (
    "lang", "outcome", "pending", "because", "remedies", "return_shipping", "deadlines", "missing", "overruled",
    "change",
)  # fmt: skip


def joined(cards: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cards of `shown_decision`, each answer once."""
    found: list[list[dict[str, Any]]] = []
    for card in cards:
        alike = next((group for group in found if _gist(group[0]) == _gist(card)), None)
        if alike is None:
            found.append([card])
        else:
            alike.append(card)
    return [_one_of(group) for group in found]


def _gist(card: dict[str, Any]) -> list[Any]:
    return [card.get(name) for name in SAME]


def _one_of(group: Sequence[dict[str, Any]]) -> dict[str, Any]:
    if len(group) == 1:
        return group[0]
    return group[0] | {
        "title": ", ".join(dict.fromkeys(card["title"] for card in group)),
        "refund": "; ".join(_by_item(group, [card["refund"] for card in group])),
        "fees": _by_item(group, ["; ".join(card["fees"]) for card in group]),
        "steps": _once(card["steps"] for card in group),
        "clauses": _once(card["clauses"] for card in group),
    }


def _by_item(group: Sequence[dict[str, Any]], words: Sequence[str]) -> list[str]:
    """Each item's own, by its name."""
    return [f"{card['title']}: {word}" for card, word in zip(group, words, strict=True) if word]


def _once(lists: Any) -> list[Any]:
    found: list[Any] = []
    for listed in lists:
        found += [one for one in listed if one not in found]
    return found
