"""flask policy: what each command says, what it changes, and what it refuses in which words."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from helpdesk import cli
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.policies import PolicyEdition, Tally, failures, read_policy
from helpdesk.returns import what_if, whatif
from helpdesk.seed import SEEDS
from helpdesk.stores import Store, all_stores
from helpdesk.tickets import IssueType, Ticket
from tests import factories
from tests.policies.lamps import TEXT, changed
from tests.scenes import plans_of
from tests.stores.files import written

Run = Callable[..., Result]
EXAMPLE = '\n[[example]]\nrequest = "return"\nfacts = { final_sale = true }\noutcome = "decline"\n'
SOUND = TEXT + EXAMPLE
NEXT = changed(("2026-01-01", "2026-06-01"), ('edition = "2026-01"', 'edition = "next"'), ("days = 30", "days = 10"))


@pytest.fixture
def run(app: Flask, database: None) -> Run:
    """Type this at a terminal; what a failed command did not commit is gone, as when its process ends."""

    def run(*words: object) -> Result:
        result = app.test_cli_runner().invoke(args=[str(word) for word in words])
        db.session.rollback()
        db.session.expire_all()
        return result

    return run


@pytest.fixture
def shop(run: Run, at: Callable[..., datetime]) -> Store:
    """A shop in New York on 1 June 2026, at noon there."""
    at("2026-06-01 16:00")
    made = factories.store(slug="lamps", name="Lamps")
    db.session.commit()
    return made


@pytest.fixture
def published(run: Run, shop: Store, tmp_path: Path) -> Store:
    """The same shop with its first edition."""
    assert run("policy", "publish", written(tmp_path, SOUND, "lamps.toml")).exit_code == 0
    return shop


def names() -> list[str]:
    return list(db.session.scalars(select(PolicyEdition.name).order_by(PolicyEdition.effective_on)))


# check


def test_a_sound_file_is_told_to_be_sound(run: Run, tmp_path: Path) -> None:
    result = run("policy", "check", written(tmp_path, SOUND, "lamps.toml"))
    assert result.exit_code == 0
    assert result.stdout == "lamps.toml: sound; 2 clauses, 1 window, 5 rules, 1 effect, 1 example\n"


def test_everything_that_is_wrong_is_told_at_once(run: Run, tmp_path: Path) -> None:
    bad = changed(("used = true", "usd = true"), ('evidence = "photos_of_damage"', 'evidence = "photo_of_damage"'))
    result = run("policy", "check", written(tmp_path, bad + "[[limit]]\nrole = 'boss'\nup_to = 5\n", "one.toml"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "one.toml: limit 1: role:" in result.stderr
    result = run("policy", "check", written(tmp_path, bad, "two.toml"))
    assert result.exit_code == 1
    assert "two.toml: rule “used”: when: there is no fact “usd”; did you mean “used”?" in result.stderr
    assert "two.toml: rule “broken”: evidence: there is no fact “photo_of_damage”" in result.stderr


def test_a_good_file_beside_a_bad_one_is_checked_too(run: Run, tmp_path: Path) -> None:
    files = written(tmp_path, "[policy", "bad.toml"), written(tmp_path, SOUND, "good.toml")
    result = run("policy", "check", *files)
    assert result.exit_code == 1
    assert "bad.toml: not a TOML file" in result.stderr
    assert "good.toml: sound" in result.stdout


def test_an_example_with_another_answer_fails_the_check(run: Run, tmp_path: Path) -> None:
    wrong = SOUND.replace('facts = { final_sale = true }\noutcome = "decline"', 'facts = {}\noutcome = "approve"')
    result = run("policy", "check", written(tmp_path, wrong, "lamps.toml"))
    assert result.exit_code == 1
    assert "example 1 (return): outcome is need_information, the example says approve" in result.stderr
    assert "lamps.toml: not sound" in result.stdout


def test_what_is_no_error_is_remarked(run: Run, tmp_path: Path) -> None:
    hidden = changed(("when = { final_sale = true }\n", ""))
    result = run("policy", "check", written(tmp_path, hidden, "lamps.toml"))
    assert result.exit_code == 0
    assert "warning: rule “late” is never reached for return: “final” stands before it" in result.stderr
    assert "warning: it has no examples" in result.stderr
    assert "note: no rule is about Exchange, Cancel the order" in result.stderr


# publish


def test_the_first_edition_judges_older_orders_too(run: Run, shop: Store, tmp_path: Path) -> None:
    result = run("policy", "publish", written(tmp_path, SOUND))
    assert (result.exit_code, names()) == (0, ["2026-01"])
    assert "Lamps: edition “2026-01” is published. It judges orders placed from 1 Jan 2026 on." in result.stdout
    assert "older orders are judged by it too" in result.stdout


def test_the_next_says_what_it_changes(run: Run, published: Store, tmp_path: Path) -> None:
    result = run("policy", "publish", written(tmp_path, NEXT))
    assert (result.exit_code, names()) == (0, ["2026-01", "next"])
    assert "  Against edition “2026-01”:\n  window thirty-days changed: days 10 (was 30) (clause 1)" in result.stdout


def test_publishing_again_changes_nothing(run: Run, published: Store, tmp_path: Path) -> None:
    result = run("policy", "publish", written(tmp_path, SOUND))
    assert (result.exit_code, names()) == (0, ["2026-01"])
    assert "was published before; nothing changes" in result.stdout


def test_several_editions_of_the_past_come_together(run: Run, shop: Store, tmp_path: Path) -> None:
    older = changed(("2026-01-01", "2025-01-01"), ('edition = "2026-01"', 'edition = "old"'))
    result = run("policy", "publish", written(tmp_path, SOUND, "b.toml"), written(tmp_path, older, "a.toml"))
    assert (result.exit_code, names()) == (0, ["old", "2026-01"])


@pytest.mark.parametrize(
    "text, words",
    [
        (changed(("days = 30", "days = 14")), "“2026-01” is published already, and an edition is never changed"),
        (NEXT.replace("2026-06-01", "2026-05-31"), "2026-05-31 is past"),
        (NEXT.replace("days = 10", "days = ten"), "not a TOML file"),
        (NEXT + EXAMPLE.replace("decline", "approve"), "outcome is decline, the example says approve"),
        (NEXT.replace('"lamps"', '"lamp"'), "There is no store “lamp”. Stores here: lamps."),
    ],
)
def test_what_is_not_published(run: Run, published: Store, tmp_path: Path, text: str, words: str) -> None:
    good = NEXT.replace('"next"', '"also"').replace("2026-06-01", "2026-07-01")
    result = run("policy", "publish", written(tmp_path, good, "good.toml"), written(tmp_path, text, "bad.toml"))
    assert (result.exit_code, result.stdout, names()) == (1, "", ["2026-01"])
    assert words in result.stderr


def test_a_file_for_another_store_than_the_one_meant_is_refused(run: Run, published: Store, tmp_path: Path) -> None:
    factories.store(slug="chairs")
    db.session.commit()
    result = run("policy", "publish", written(tmp_path, NEXT), "--store", "chairs")
    assert result.exit_code == 1
    assert "this edition is for “lamps”, not for “chairs”" in result.stderr


# list, show, diff, template


def test_a_store_that_published_nothing_lives_by_the_house_policy(run: Run, shop: Store) -> None:
    assert "nothing is published: the house policy is in force" in run("policy", "list").stdout
    assert "lamps, edition “house-48-30”: What we promise" in run("policy", "show", "lamps").stdout


def test_the_list_says_which_edition_is_in_force(run: Run, published: Store, tmp_path: Path) -> None:
    run("policy", "publish", written(tmp_path, NEXT.replace("2026-06-01", "2026-06-02")))
    lines = run("policy", "list", "lamps").stdout.splitlines()
    assert lines[0] == "Lamps (lamps)"
    assert [line.split()[:4] for line in lines[1:]] == [
        ["next", "from", "2026-06-02", "Returns,"], ["2026-01", "from", "2026-01-01", "in"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "words, name",
    [([], "next"), (["--on", "2026-05-31"], "2026-01"), (["--on", "2019-01-01"], "2026-01"),
     (["--edition", "2026-01"], "2026-01"), (["--edition", "house"], "house-48-30")],
)  # fmt: skip
def test_which_edition_is_shown(run: Run, published: Store, tmp_path: Path, words: list[str], name: str) -> None:
    run("policy", "publish", written(tmp_path, NEXT))
    assert run("policy", "show", "lamps", *words).stdout.startswith(f"lamps, edition “{name}”: ")


def test_clauses_are_shown_as_customers_read_them_and_rules_in_words(run: Run, published: Store) -> None:
    shown = run("policy", "show", "lamps").stdout
    assert "\n1  30 days\n    Lamps can go back within 30 days, unused.\n" in shown
    assert "\nReturn (return)\n  Until [thirty-days] always → days 30 (clause 1)\n" in shown
    assert (
        "  Rule [used] when used → outcome review, because “It was used.”, remedies partial refund (clause 1)" in shown
    )
    assert "  Also [large] when size: large or heavy → fee kind restocking, percent 10 (clause 1)" in shown
    assert shown.endswith("Delayed, Lost.\n")


def test_what_is_new_stands_above_the_clauses(run: Run, shop: Store, tmp_path: Path) -> None:
    news = SOUND.replace('currency = "USD"', 'currency = "USD"\nchanges = "Two more weeks."')
    run("policy", "publish", written(tmp_path, news))
    assert "\nWhat is new: Two more weeks.\n" in run("policy", "show", "lamps").stdout


def test_the_source_is_the_file_letter_by_letter(run: Run, published: Store) -> None:
    assert run("policy", "show", "lamps", "--source").stdout == SOUND


def test_an_edition_that_is_not_there_is_told_with_those_that_are(run: Run, published: Store) -> None:
    result = run("policy", "show", "lamps", "--edition", "2025")
    assert result.exit_code == 1
    assert "Lamps has no edition “2025”. Its editions: 2026-01, house." in result.stderr


def test_differences_between_files_and_editions(run: Run, published: Store, tmp_path: Path) -> None:
    draft = written(tmp_path, NEXT)
    for old in ("lamps", "lamps:2026-01", written(tmp_path, SOUND, "old.toml")):
        result = run("policy", "diff", old, draft)
        assert result.exit_code == 0
        assert "window thirty-days changed: days 10 (was 30) (clause 1)\n" in result.stdout
    assert "Nothing that decides or is read differs." in run("policy", "diff", draft, draft).stdout


def test_the_template_can_be_published_as_it_is(run: Run, shop: Store, tmp_path: Path) -> None:
    starter = run("policy", "template", "lamps").stdout
    edition = read_policy(starter)
    assert (edition.store, edition.name, edition.currency, failures(edition)) == ("lamps", "2026-06-02", "USD", [])
    assert run("policy", "publish", written(tmp_path, starter)).exit_code == 0
    assert names() == ["2026-06-02"]


# decide


def decide(run: Run, *words: str, request: str = "return") -> str:
    result = run("policy", "decide", "lamps", request, *words)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def test_the_answer_with_everything_that_follows(run: Run, published: Store) -> None:
    said = decide(
        run, "--fact", "delivered_at=2026-05-20", "--fact", "used=no", "--fact", "item_value=42.50",
        "--fact", "item_size=large",
    )  # fmt: skip
    assert said.startswith("Return: Yes\n  It can go back until Fri 19 Jun 2026.\n")
    assert "Decided by rule “in-time” of edition “2026-01”." in said
    for part in (
        "\nClauses\n  1  30 days\n",
        "\nRemedies\n  a refund\n",
        "\nFees and deductions\n  restocking (fee): 10 %, $4.25, by “large”\n",
        "\nRefund\n  the way it was paid\n  $38.25\n  without shipping\n",
        "\nDeadlines\n  return window: until the end of Fri 19 Jun 2026, 30 days from delivery, clause 1\n",
    ):
        assert part in said


def test_what_is_missing_comes_with_its_question(run: Run, published: Store) -> None:
    said = decide(run, "--fact", "delivered_at=2026-05-20")
    assert said.startswith("Return: Something is still missing\n")
    assert "\nStill missing\n  used: Has it been used, worn or altered?\n" in said


def test_photos_that_are_missing_say_what_comes_after_them(run: Run, published: Store) -> None:
    said = decide(run, request="damaged")
    assert said.startswith("Damaged on arrival: Something is still missing, then: Yes\n")


def test_what_would_change_it(run: Run, published: Store) -> None:
    said = decide(run, "--fact", "delivered_at=2026-04-20", "--fact", "used=no")
    assert said.startswith("Return: No\n")
    assert "\nWhat would change it\n  not past the window → Yes (nobody can change that now)\n" in said


def test_the_trace_names_every_rule_and_effect_that_was_asked(run: Run, published: Store) -> None:
    said = decide(run, "--fact", "delivered_at=2026-05-20", "--fact", "used=yes", "--trace")
    assert "  no         late: past the window: no; it asks for yes\n  holds      used: used: yes\n" in said
    assert "Effects asked\n  no         large: size: normal; it asks for large or heavy\n" in said


def test_it_is_judged_by_the_edition_of_the_day_the_order_was_placed(
    run: Run, published: Store, tmp_path: Path
) -> None:
    run("policy", "publish", written(tmp_path, NEXT))
    known = "--fact", "delivered_at=2026-06-02", "--fact", "used=no", "--on", "2026-06-20"
    assert decide(run, *known, "--fact", "placed_at=2026-05-31").startswith("Return: Yes\n")
    assert decide(run, *known, "--fact", "placed_at=2026-06-01").startswith("Return: No\n")
    assert decide(run, *known).startswith("Return: No\n")
    assert decide(run, *known, "--edition", "2026-01").startswith("Return: Yes\n")


def test_a_draft_can_be_asked_before_it_is_published(run: Run, published: Store, tmp_path: Path) -> None:
    draft = written(tmp_path, NEXT)
    result = run("policy", "decide", draft, "return", "--fact", "delivered_at=2026-05-10", "--fact", "used=no")
    assert result.stdout.startswith("Return: No\n  It could go back until Wed 20 May 2026.\n")
    assert names() == ["2026-01"]


def test_business_days_are_counted_by_the_stores_calendar(run: Run, shop: Store, tmp_path: Path) -> None:
    rule = """
[[rule]]
id = "slow"
request = "delayed"
when = { promised_delivery_passed = true, business_days_since_placed = "> 5" }
outcome = "review"
because = "It has taken {business_days_since_placed} business days."
clauses = "1"
"""
    run("policy", "publish", written(tmp_path, SOUND + rule))
    said = decide(run, "--fact", "placed_at=2026-05-20", "--on", "2026-06-01", request="delayed")
    assert "It has taken 8 business days." in said


def test_programs_get_json(run: Run, published: Store) -> None:
    said = json.loads(decide(run, "--fact", "delivered_at=2026-05-20", "--fact", "used=yes", "--json", "--trace"))
    assert (said["decision"]["outcome"], said["decision"]["rule"]) == ("review", "used")
    assert said["would_change"][0]["fact"] == "used"
    assert [look["held"] for look in said["trace"]] == [False, False, True]


@pytest.mark.parametrize(
    "words, says",
    [
        (["--fact", "usd=yes"], "There is no fact “usd” to be given; did you mean “used”?"),
        (["--fact", "used=perhaps"], "“used” is true or false, not 'perhaps'."),
        (["--fact", "timezone=Mars/Olympus"], "There is no fact “timezone” to be given"),
        (["--fact", "delivered_at=yesterday"], "“delivered_at” is a day or moment like 2026-12-24"),
        (["--on", "tomorrow"], "“requested_at” is a day or moment like 2026-12-24"),
        (["--fact", "used"], "“used” is not of the form NAME=VALUE"),
        (["--fact", "usd=1", "--fact", "item_value=lots"], "“item_value”: “lots” is not an amount of money."),
        (["--edition", "1999"], "Lamps has no edition “1999”"),
    ],
)
def test_what_decide_refuses(run: Run, published: Store, words: list[str], says: str) -> None:
    result = run("policy", "decide", "lamps", "return", *words)
    assert result.exit_code in (1, 2)
    assert says in result.stderr


# whatif


def returned(shop: Store, delivered: str, item_cents: int = 4200) -> Ticket:
    """A return of an unused lamp that came on that day; asked for today, decided on the spot."""
    order = factories.order(shop, delivered_at=datetime.fromisoformat(f"{delivered}T12:00+00:00"))
    order.lines[0].unit_cents = order.total_cents = item_cents
    answers = {"facts": {"0": {"used": False}}}
    ticket = factories.ticket(shop, issue=IssueType.RETURN, order=order, items=[(order.lines[0], 1)], answers=answers)
    db.session.commit()
    return ticket


def test_a_draft_is_asked_what_past_tickets_would_have_heard(run: Run, published: Store, tmp_path: Path) -> None:
    early, late = returned(published, "2026-05-28"), returned(published, "2026-05-10", 1000)
    result = run("policy", "whatif", written(tmp_path, NEXT))
    assert result.exit_code == 0
    assert f"{late.reference} (Bowl 1): Yes → No; remedies: a refund → none" in result.stdout
    assert early.reference not in result.stdout
    assert "Of 2 tickets decided in the last 365 days, 1 would have been answered differently" in result.stdout
    assert "        1  Yes → No\n" in result.stdout
    assert "Refunds granted, at most: $52.00 → $42.00 (-$10.00)" in result.stdout


def test_programs_get_a_line_for_each_change_and_one_for_the_sums(run: Run, published: Store, tmp_path: Path) -> None:
    ticket = returned(published, "2026-05-10")
    lines = run("policy", "whatif", written(tmp_path, NEXT), "--json").stdout.splitlines()
    change, sums = map(json.loads, lines)
    assert (change["ticket"], change["from"], change["to"]) == (ticket.reference, "approve", "decline")
    assert (sums["tickets"], sums["tickets_changed"], sums["before"]["refund_cents"]) == (1, 1, 4200)


def test_only_the_last_word_on_a_ticket_counts_and_only_of_this_store(
    run: Run, published: Store, tmp_path: Path
) -> None:
    ticket = returned(published, "2026-05-10")
    ticket.order.lines[0].flags = ["final_sale"]
    ticket.write(by=ticket.customer, body="One more thing.")
    returned(factories.store(slug="chairs"), "2026-05-10")
    result = run("policy", "whatif", written(tmp_path, NEXT))
    assert "Of 1 ticket decided in the last 365 days, 0 would" in result.stdout


def test_how_far_back_it_looks(run: Run, published: Store, tmp_path: Path, at: Callable[..., datetime]) -> None:
    returned(published, "2026-05-10")
    at("2026-06-11 16:00")
    assert (
        "Of 0 tickets decided in the last 5 days"
        in run("policy", "whatif", written(tmp_path, NEXT), "--days", 5).stdout
    )


def test_a_long_past_is_read_in_batches(
    run: Run, published: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = [returned(published, "2026-05-10") for _ in range(5)]
    monkeypatch.setattr(whatif, "BATCH", 2)
    said = run("policy", "whatif", written(tmp_path, NEXT)).stdout
    assert [line[:9] for line in said.splitlines()[:5]] == [ticket.reference for ticket in tickets]
    assert "Of 5 tickets decided in the last 365 days, 5 would" in said


def test_a_batch_is_read_along_the_key_however_many_tickets_the_store_has(run: Run, published: Store) -> None:
    draft, since = read_policy(NEXT), clock.now() - timedelta(days=365)
    plans = plans_of(lambda: list(what_if(published, draft, since, tally=Tally("USD"), between=lambda: None)))
    assert "using pk_decisions" in plans or "SEARCH decisions USING INTEGER PRIMARY KEY (rowid>?)" in plans
    assert not re.search(r"ix_tickets_\w*store", plans)  # which would walk all tickets of the store


def test_a_draft_with_failing_examples_can_be_tried(run: Run, published: Store, tmp_path: Path) -> None:
    draft = NEXT + EXAMPLE.replace("decline", "approve")
    result = run("policy", "whatif", written(tmp_path, draft, "draft.toml"))
    assert result.exit_code == 0
    assert "draft.toml: its examples do not hold (1 differ): see flask policy check" in result.stderr


# seed


def shipped() -> list[str]:
    return [path.name for path in sorted(SEEDS.glob("*/policy-*.toml"))]


def test_seed_publishes_the_shipped_editions_once(run: Run, at: Callable[..., datetime]) -> None:
    at("2026-06-01 16:00")
    first, before = run("seed"), names()
    assert (first.exit_code, first.stderr, len(before)) == (0, "", len(shipped()))
    assert first.stdout.count("is published.") == len(shipped())
    again = run("seed")
    assert (again.exit_code, names()) == (0, before)
    assert again.stdout.count("was published before; nothing changes.") == len(shipped())


def test_seed_does_not_take_a_later_edit_and_says_why(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: Callable[..., datetime]
) -> None:
    at("2026-06-01 16:00")
    folder = tmp_path / "casanovaspace"
    folder.mkdir()
    written(folder, (SEEDS / "casanovaspace" / "store.toml").read_text(encoding="utf-8"), "store.toml")
    mine = SOUND.replace('"lamps"', '"casanovaspace"')
    written(folder, mine, "policy-2026-01.toml")
    monkeypatch.setattr(cli, "SEEDS", tmp_path)
    assert run("seed").exit_code == 0
    written(folder, mine.replace("days = 30", "days = 14"), "policy-2026-01.toml")
    edited = run("seed")
    assert edited.exit_code == 0  # the store works on, with what was in force
    assert "casanovaspace: nothing is published, and what was in force stays so." in edited.stderr
    assert "“2026-01” is published already, and an edition is never changed" in edited.stderr
    assert db.session.scalars(select(PolicyEdition.text)).all() == [mine]


def test_seed_with_files_of_ones_own_publishes_nothing(run: Run, tmp_path: Path) -> None:
    run("seed", SEEDS / "casa-petto" / "store.toml")
    assert ([store.slug for store in db.session.scalars(all_stores())], names()) == (["casa-petto"], [])
