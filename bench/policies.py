"""The policy engine: decisions per second, a replay of past decisions, and a file of 10,000 rules.

python bench/policies.py [FILE] [--past N] [--rules N]

The comparison asks the same table of `rule-engine`, a library of rule expressions, row by row: what a shop's
programmer would reach for. It is no part of the helpdesk: pip install rule-engine
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from helpdesk.policies import Edition, Request, decide, read_policy, read_policy_file
from helpdesk.seed import SEEDS

rule_engine: Any = None
with suppress(ImportError):
    import rule_engine

HERE = Path(__file__).resolve().parent
BOOKSHOP = HERE.parent / "tests" / "policies" / "bookshop" / "policy.toml"
CLASSES = ("food", "toy", "electronics", "clothing", "grooming", "health")
ASKED = datetime(2026, 6, 20, 15, tzinfo=UTC)
#: Different cases; more past decisions than these repeat them.
CASES = 5_000
Case = tuple[Request, dict[str, Any]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("file", nargs="?", type=Path, default=_default())
    parser.add_argument("--past", type=int, default=1_000_000, help="past decisions to replay")
    parser.add_argument("--rules", type=int, default=10_000, help="rules of the long table")
    asked = parser.parse_args()
    edition = read_policy_file(asked.file)
    print(f"{edition.store} {edition.name}: {len(edition.file.rule)} rules, {len(edition.file.effect)} effects")
    cases = list(past_cases(random.Random(7)))
    decisions_per_second(edition, cases)
    replay(edition, cases, asked.past)
    long_table(asked.rules)


def _default() -> Path:
    return next(iter(sorted(SEEDS.glob("petito/policy-*.toml"))), BOOKSHOP)


def past_cases(chance: random.Random) -> Iterator[Case]:
    """What shops are asked: mostly returns and damage, within a few months of delivery, some facts unknown."""
    requests = (
        [Request.RETURN] * 4 + [Request.DAMAGED] * 2 + [Request.EXCHANGE, Request.CANCEL_ORDER, Request.DEFECTIVE]
    )
    for _ in range(CASES):
        delivered = ASKED - timedelta(hours=chance.randrange(90 * 24))
        facts: dict[str, Any] = {
            "timezone": "Europe/Istanbul",
            "placed_at": (delivered - timedelta(days=4)).isoformat(),
            "shipped_at": (delivered - timedelta(days=2)).isoformat(),
            "delivered_at": delivered.isoformat(),
            "requested_at": ASKED.isoformat(),
            "order_stage": "delivered",
            "item_class": chance.choice(CLASSES),
            "item_value": chance.randrange(500, 20_000),
            "order_value": chance.randrange(20_000, 40_000),
            "country": chance.choice(("US", "TR", "DE")),
        }
        unsure = {
            "reason": chance.choice(("changed_mind", "defective", "wrong_size")),
            "opened": chance.random() < 0.3,
            "used": chance.random() < 0.2,
            "packaging_complete": chance.random() < 0.9,
            "proof_of_purchase": True,
            "photos_of_damage": chance.randrange(3),
            "photos_of_packaging": chance.randrange(2),
        }
        yield chance.choice(requests), facts | {name: v for name, v in unsure.items() if chance.random() < 0.85}


def decisions_per_second(edition: Edition, cases: list[Case], rounds: int = 5) -> None:
    """One core, whole decisions: windows, charges, floors and all."""
    spent = timed(lambda: [decide(edition, request, facts) for _ in range(rounds) for request, facts in cases])
    each = spent / (rounds * len(cases))
    print(f"decide: {1 / each:,.0f} a second, {each * 1e6:.0f} µs each")


def replay(edition: Edition, cases: list[Case], past: int) -> None:
    """Past decisions as they are stored (JSON), asked again; how many of the outcomes are the same."""
    stored = [json.dumps(decide(edition, request, facts).as_dict()) for request, facts in cases]
    began, same = process_time(), 0
    for number in range(past):
        before = json.loads(stored[number % len(stored)])
        same += decide(edition, Request(before["request"]), before["facts"]).outcome == before["outcome"]
    spent = process_time() - began
    print(
        f"replay: {past:,} stored decisions in {spent:.0f} s, {past / spent:,.0f} a second; {same:,} answered the same"
    )


# ---- a table as long as nobody writes one


def long_table(rules: int) -> None:
    """Reading and asking one, against the same table asked row by row by a library of rule expressions."""
    rows = list(long_rows(rules))
    text = as_policy(rows)
    began = process_time()
    edition = read_policy(text, "long.toml")
    print(f"{rules:,} rules ({len(text) / 1e6:.1f} MB): read in {process_time() - began:.1f} s")
    cases = [_asked_of(row) for row in random.Random(5).sample(rows, 500)]
    ours = [decide(edition, Request.RETURN, facts).rule for facts in cases]
    each = timed(lambda: [decide(edition, Request.RETURN, facts) for facts in cases]) / len(cases)
    table = edition.sheets[Request.RETURN].rule_table
    look = timed(lambda: [table.first(facts) for facts in cases]) / len(cases)
    print(f"  decide: {each * 1e6:.0f} µs each; of it the table: {look * 1e6:.0f} µs")
    against_rule_engine(rows, cases, ours, each)


def long_rows(rules: int) -> Iterator[tuple[str, int, str, bool, int]]:
    """Rules that differ in class, days, whether it was opened, and value: name, days, class, opened, cents."""
    for number in range(rules):
        days, rest = divmod(number, len(CLASSES) * 2)
        item_class, opened = CLASSES[rest // 2], bool(rest % 2)
        yield f"rule-{number}", days, item_class, opened, 100 * (number % 97)


def as_policy(rows: list[tuple[str, int, str, bool, int]]) -> str:
    """The rows as a policy file."""
    head = '[policy]\nstore = "long"\nedition = "1"\neffective = 2026-01-01\ntitle = "Long"\ncurrency = "USD"\n'
    head += '[[clause]]\nid = "1"\ntitle = "All"\ntext = "All of it."\n'
    return head + "".join(
        f'[[rule]]\nid = "{name}"\nrequest = "return"\noutcome = "approve"\nbecause = "It fits."\nclauses = "1"\n'
        f'when = {{ days_since_delivery = "{days}..{days + 1}", item_class = "{item_class}", '
        f'opened = {str(opened).lower()}, item_value = ">= {cents / 100:.2f}" }}\n'
        for name, days, item_class, opened, cents in rows
    )


def _asked_of(row: tuple[str, int, str, bool, int]) -> dict[str, Any]:
    _, days, item_class, opened, cents = row
    return {"days_since_delivery": days, "item_class": item_class, "opened": opened, "item_value": cents}


def against_rule_engine(
    rows: list[tuple[str, int, str, bool, int]], cases: list[dict[str, Any]], ours: list[str], each: float
) -> None:
    """The same rows compiled one by one and asked until one matches; both must name the same rule."""
    if rule_engine is None:
        print("  rule-engine is not installed, so there is no comparison: pip install rule-engine")
        return
    began = process_time()
    compiled = [
        (name, rule_engine.Rule(
            f"days_since_delivery >= {days} and days_since_delivery <= {days + 1} and item_class == '{item_class}'"
            f" and opened == {str(opened).lower()} and item_value >= {cents}"
        ))
        for name, days, item_class, opened, cents in rows
    ]  # fmt: skip
    print(f"  rule-engine {_version()}: read in {process_time() - began:.1f} s")

    def first(facts: Mapping[str, Any]) -> str:
        return next((name for name, rule in compiled if rule.matches(facts)), "no-rule")

    few = cases[:20]
    assert [first(facts) for facts in few] == ours[: len(few)], "the two do not agree"
    theirs = timed(lambda: [first(facts) for facts in few], rounds=1) / len(few)
    print(f"  rule-engine: {theirs * 1e6:,.0f} µs each; a whole decision takes {each / theirs:.5f} of that")


def _version() -> str:
    return str(getattr(rule_engine, "__version__", ""))


def timed(work: Callable[[], Any], rounds: int = 3) -> float:
    """Seconds of this process, the best of a few rounds: others share the machine."""
    spent = []
    for _ in range(rounds):
        began = process_time()
        work()
        spent.append(process_time() - began)
    return min(spent)


if __name__ == "__main__":
    main()
