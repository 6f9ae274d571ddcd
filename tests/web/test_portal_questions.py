"""The policy's questions inside a report: only what is needed, item by item, and answers that become facts."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.orders import Order, ProductClass
from helpdesk.policies import Outcome
from helpdesk.returns import Decision
from helpdesk.stores import Store
from tests.web.browsing import Browser, read
from tests.web.policed import came, petito
from tests.web.wizard import Wizard, tickets

REASON, OPENED, USED = "Why would you like to return it?", "Has it been opened", "Has it been used"
TAGS = "Are all tags still attached?"


def begun(client: Browser, shop: Store, order: Order, issue: str = "return") -> Wizard:
    """A report on every item of an order, at its questions."""
    wizard = Wizard(client, shop, issue)
    wizard.find(order)
    wizard.choose_all(order)
    return wizard


def answer(wizard: Wizard, order: Order, *said: dict[str, Any]) -> TestResponse:
    """Answers, a dict for each line."""
    fields = {f"fact_{line.id}_{name}": value for line, facts in zip(order.lines, said, strict=True)
              for name, value in facts.items()}  # fmt: skip
    return wizard.post("questions", form_key="k" * 20, **fields)


def decided() -> Decision:
    return db.session.scalars(select(Decision).order_by(Decision.id)).all()[-1]


def test_each_item_is_asked_only_what_its_kind_needs(client: Browser) -> None:
    shop, _ = petito()
    order = came(shop, ProductClass.FOOD, ProductClass.CLOTHING)
    wizard = begun(client, shop, order)
    assert read(wizard.get("questions")).count(REASON) == 2
    answer(wizard, order, {"reason": "changed_mind"}, {"reason": "changed_mind"})
    page = read(wizard.get("questions"))
    food, clothing = page[page.rindex("Bowl 1") : page.rindex("Bowl 2")], page[page.rindex("Bowl 2") :]
    assert (OPENED in food, USED in food) == (True, False)
    assert (OPENED in clothing, USED in clothing) == (False, True)


def test_an_answer_leads_to_a_further_question_and_the_last_one_on(client: Browser) -> None:
    shop, _ = petito()
    order = came(shop, ProductClass.CLOTHING)
    wizard = begun(client, shop, order)
    steps = []
    said: dict[str, str] = {}
    for name, value in (("reason", "wrong_size"), ("used", "no"), ("tags_attached", "yes"),
                        ("packaging_complete", "yes")):  # fmt: skip
        said[name] = value
        steps.append(answer(wizard, order, said).location.rsplit("/", 1)[-1])
    assert steps == ["questions", "questions", "questions", "details"]


def test_an_answer_that_settles_it_ends_the_questions(client: Browser) -> None:
    shop, _ = petito()
    order = came(shop, ProductClass.FOOD)
    wizard = begun(client, shop, order)
    answer(wizard, order, {"reason": "changed_mind"})
    assert answer(wizard, order, {"reason": "changed_mind", "opened": "yes"}).location.endswith("/details")


def test_a_store_without_a_policy_asks_what_the_house_needs(client: Browser, shop: Store) -> None:
    order = came(shop)
    wizard = begun(client, shop, order)
    page = read(wizard.get("questions"))
    assert (USED in page, REASON in page, TAGS in page) == (True, False, False)
    assert answer(wizard, order, {"used": "no"}).location.endswith("/details")


@pytest.mark.parametrize("issue, days_ago", [("refund_status", 2), ("return", 99), ("damaged", 1), ("other", 1)])
def test_where_nothing_is_to_be_asked_the_step_is_left_out(
    client: Browser, shop: Store, issue: str, days_ago: int
) -> None:
    wizard = begun(client, shop, came(shop, days_ago=days_ago), issue)
    assert wizard.get("questions").location.endswith("/details")


def test_questions_left_open_keep_nobody_from_sending(client: Browser, shop: Store) -> None:
    order = came(shop)
    wizard = begun(client, shop, order)
    assert answer(wizard, order, {}).location.endswith("/details")
    wizard.tell()
    page = read(client.get(wizard.send().location))
    assert "Our answer We need something from you" in page
    assert USED in page
    assert decided().missing == ["used"]


def test_answers_can_be_changed_before_it_is_sent(client: Browser, shop: Store) -> None:
    order = came(shop)
    wizard = begun(client, shop, order)
    answer(wizard, order, {"used": "yes"})
    field = f'id="fact_{order.lines[0].id}_used-0" name="fact_{order.lines[0].id}_used" type="radio" value="yes"'
    assert f"checked {field}" in wizard.get("questions").text
    answer(wizard, order, {"used": "no"})
    wizard.tell()
    wizard.send()
    assert (decided().outcome, decided().facts["used"]) == (Outcome.APPROVE, False)


def test_a_question_that_no_longer_matters_goes(client: Browser) -> None:
    shop, _ = petito()
    order = came(shop, ProductClass.FOOD)
    wizard = begun(client, shop, order)
    answer(wizard, order, {"reason": "changed_mind"})
    answer(wizard, order, {"reason": "wrong_item", "opened": "no"})
    page = read(wizard.get("questions"))
    assert (REASON in page, OPENED in page) == (True, False)


def test_another_issue_has_questions_of_its_own(client: Browser) -> None:
    shop, _ = petito()
    order = came(shop, ProductClass.TOY)
    wizard = begun(client, shop, order)
    answer(wizard, order, {"reason": "adverse_reaction"})
    wizard.post("issue", issue_type="quality")
    wizard.tell()
    wizard.send()
    assert "reason" not in decided().facts
    assert tickets()[0].answers.get("facts") is None


def test_bad_input_is_said_beside_its_field_and_kept(client: Browser) -> None:
    shop, _ = petito()
    wizard = Wizard(client, shop, "return")
    wizard.post("order", without="1")
    wizard.post("questions", form_key="k" * 20, fact_0_item_class="toy")
    for _ in range(3):
        if "fact_0_delivered_at" in wizard.get("questions").text:
            break
        wizard.post("questions", form_key="k" * 20, fact_0_item_class="toy", fact_0_reason="changed_mind")
    tomorrow = (clock.now() + timedelta(days=3)).date().isoformat()
    for day, words in ((tomorrow, "That day has not come yet"), ("0001-01-01", "very long ago"), ("soon", "valid")):
        page = wizard.post("questions", form_key="k" * 20, fact_0_delivered_at=day)
        assert page.status_code == 422
        assert 'id="fact_0_delivered_at-error"' in page.text
        assert words in read(page)
        assert day in page.text


def test_a_choice_that_is_none_is_refused(client: Browser, shop: Store) -> None:
    order = came(shop)
    page = answer(begun(client, shop, order), order, {"used": "perhaps"})
    assert page.status_code == 422
    assert "Not a valid choice" in read(page)


def test_answers_are_the_facts_of_the_decision_item_by_item(client: Browser) -> None:
    shop, _ = petito()
    order = came(shop, ProductClass.FOOD, ProductClass.FOOD)
    wizard = begun(client, shop, order)
    both = {"reason": "changed_mind"}
    answer(wizard, order, both, both)
    answer(wizard, order, {**both, "opened": "yes"}, {**both, "opened": "no"})
    page = read(wizard.get("review"))
    assert "Bowl 1: opened yes" in page
    assert "What our policy says: Bowl 1 Not possible" in page
    assert "What our policy says: Bowl 2 Yes" in page
    wizard.tell()
    wizard.send()
    answers = decided().answers
    assert [(one.title, one.decision.outcome, one.decision.facts["opened"]) for one in answers] == [
        ("Bowl 1", Outcome.DECLINE, True), ("Bowl 2", Outcome.APPROVE, False),
    ]  # fmt: skip


def test_items_say_what_is_possible_and_until_when_before_anything_is_asked(
    client: Browser, shop: Store, at: Any
) -> None:
    at("2026-06-03 12:00", "America/New_York")
    late, fresh = came(shop, days_ago=40), came(shop, days_ago=2)
    pages = []
    for order in (late, fresh):
        wizard = Wizard(client, shop, "return")
        wizard.find(order)
        pages.append(read(wizard.get("items")))
    assert "It could go back until Sun 24 May 2026." in pages[0]
    assert "until Wed 1 Jul 2026; a few answers decide. Clause 1" in pages[1]


def test_only_the_evidence_that_is_asked_for_has_a_place(client: Browser, shop: Store) -> None:
    wizard = begun(client, shop, came(shop), "adverse_reaction")
    page = read(wizard.get("photos"))
    assert ("The vet's papers" in page, "Photos of the damage" in page) == (True, False)
