"""Policy files with faults: each is named with its place and what was expected, all at once."""

from pathlib import Path
from typing import Any

import pytest

from helpdesk.policies.engine import decide
from helpdesk.policies.reading import BadPolicy, read_policy, read_policy_file
from helpdesk.policies.words import Request
from tests.policies.files import HEAD, edition_of, effect, rule, window


def problems(rows: str, head: str = HEAD) -> list[str]:
    """What is said against these rows."""
    with pytest.raises(BadPolicy) as refused:
        edition_of(rows, head)
    return refused.value.problems


OWN = '[[fact]]\nname = "{name}"\n{more}\n'


def own(name: str, more: str) -> str:
    """A fact of the shop's own."""
    return OWN.format(name=name, more=more) + rule("yes")


@pytest.mark.parametrize(
    "rows, said",
    [
        (
            rule("no", when="days_since_delivry = 3"),
            "rule “no”: when: there is no fact “days_since_delivry”; did you mean",
        ),
        (rule("no", when='item_class = "fod"'), "rule “no”: when.item_class: “item_class” is one of food"),
        (rule("no", when="opened = 3"), "rule “no”: when.opened: “opened” is true or false"),
        (
            rule("no", when='days_since_delivery = "> x"'),
            "rule “no”: when.days_since_delivery: “days_since_delivery” is a",
        ),
        (rule("no", when='delivered_at = "> 3"'), "rule “no”: when.delivered_at: a moment can only be"),
        (rule("no").replace('clauses = ["1"]', 'clauses = ["12"]'), "rule “no”: clauses: there is no clause “12”"),
        (rule("no").replace('"approve"', '"aprove"'), "outcome: Input should be 'approve', 'review' or 'decline'"),
        (rule("no").replace('"approve"', '"need_information"'), "rule “no”: outcome:"),
        (rule("no", request='"retrun"'), "rule “no”: request.0:"),
        (rule("no", request='"return", "return"'), "rule “no”: request: the same value is there twice"),
        (rule("no", request=""), "rule “no”: request: at least one is needed"),
        (rule("no").replace("because", "becuase"), "rule “no”: because: this is missing"),
        (rule("no").replace("because", "becuase"), "rule “no”: becuase: there is no such field; is it misspelt?"),
        (rule("no").replace('"Because of no."', "5"), "rule “no”: because: text in quotes is expected"),
        (rule("no").replace('"Because of no."', '""'), "rule “no”: because: this cannot be empty"),
        (rule("no").replace('id = "no"\n', ""), "rule 1: id: this is missing"),
        (rule("No such"), "rule “No such”: id:"),
        (rule("no") + rule("no"), "rule, effect or window “no”: id: this id is there 2 times"),
        (rule("no") + effect("no"), "rule, effect or window “no”: id: this id is there 2 times"),
        (
            rule("no", more='evidence = "photo_of_damage"'),
            "rule “no”: evidence: there is no fact “photo_of_damage”; did you",
        ),
        (rule("no", more='steps = "By {untill}."'), "rule “no”: text: “{untill}” is no fact"),
        (rule("no", more='remedies = ["refnd"]'), "rule “no”: remedies.0:"),
        (rule("no", more='fee = { kind = "x" }'), "rule “no”: fee: give one of amount, percent and up_to_percent"),
        (rule("no", more='fee = { kind = "x", percent = 120 }'), "rule “no”: fee.percent:"),
        (rule("no", more='refund = "all"'), "rule “no”: refund: a table is expected here"),
        (
            rule("no", more='deadline = { target = "x", from = "request" }'),
            "rule “no”: deadline: give either days or hours",
        ),
        (rule("no") + window("w", more=""), "window “w”: give one of days, hours and until"),
        (rule("no") + window("w", more="days = -1"), "window “w”: days:"),
        (rule("no") + window("w", more='until = "soon"'), "window “w”: until: "),
        ("", "rule: this is missing"),
        ("[[rle]]\n" + rule("no"), "rle: there is no such field"),
        (own("grade", 'type = "choice"'), "fact “grade”: a choice needs choices"),
        (own("grade", 'type = "number"\ndefault = "x"'), "fact “grade”: default: “grade” is a number"),
        (own("opened", 'type = "yes_no"'), "fact “opened”: name: the helpdesk knows a fact of that name already"),
        (own("until", 'type = "yes_no"'), "fact “until”: name: the helpdesk knows"),
        (own("sent", 'type = "moment"'), "fact “sent”: a shop's own fact cannot be a moment"),
        (own("size", 'type = "number"\nflag = "big"'), "fact “size”: a flag is there or not"),
        (own("size", 'type = "number"\nvalues = [{ value = "x" }]'), "fact “size”: values: “size” is a number"),
        (
            own("size", 'type = "number"\nvalues = [{ when = { opned = true }, value = 1 }]'),
            "fact “size”: values: when: there is",
        ),
        (
            rule("no") + '[[example]]\nrequest = "return"\noutcome = "decline"\nrule = "n"\n',
            "example 1 (return): rule: there is no",
        ),
        (
            rule("no") + '[[example]]\nrequest = "return"\noutcome = "decline"\nfacts = { oppened = true }\n',
            "did you mean “opened”",
        ),
        (
            rule("no") + '[[example]]\nrequest = "return"\noutcome = "decline"\nfacts = { opened = 7 }\n',
            "facts.opened: “opened” is",
        ),
        (
            rule("no") + '[[example]]\nrequest = "return"\noutcome = "decline"\nclauses = ["9"]\n',
            "there is no clause “9”",
        ),
        (rule("no") + '[[limit]]\nrole = "chief"\nup_to = 5\n', "limit 1: role:"),
    ],
)
def test_a_fault_is_named_with_its_place(rows: str, said: str) -> None:
    found = problems(rows)
    assert any(said in problem for problem in found), found


def test_amounts_need_a_currency() -> None:
    rows = rule("no", when='order_value = "> 5"', more='fee = { kind = "x", amount = 5 }')
    found = problems(rows, HEAD.replace('currency = "USD"', ""))
    assert any("rule “no”: fee: an amount needs policy.currency" in problem for problem in found)
    assert any("rule “no”: when.order_value:" in problem and "say policy.currency" in problem for problem in found)


def test_all_faults_are_said_at_once() -> None:
    found = problems(
        rule("a", when="opend = true")
        + rule("b", when="used = 3")
        + rule("b")
        + effect("c", more='evidence = "x"')
        + rule("d").replace('clauses = ["1"]', 'clauses = ["7"]')
        + own("late", 'type = "yes_no"')
    )
    for place in (
        "rule “a”: when",
        "rule “b”: when.used",
        "“b”: id",
        "effect “c”: evidence",
        "rule “d”: clauses",
        "“late”",
    ):
        assert any(place in problem for problem in found), (place, found)


def test_every_line_of_the_message_names_the_file() -> None:
    with pytest.raises(BadPolicy) as refused:
        read_policy(HEAD + rule("a", when="opend = true") + rule("b", when="used = 3"), "summer.toml")
    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == ["summer.toml", "summer.toml"]


@pytest.mark.parametrize("text", ["[policy", "a = ", HEAD + "\n[[rule]]\nid = 'x", "\x00"])
def test_what_is_no_toml_is_said(text: str) -> None:
    with pytest.raises(BadPolicy, match="not a TOML file"):
        read_policy(text)


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match=r"^none\.toml: cannot be read"):
        read_policy_file(tmp_path / "none.toml")
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadPolicy, match=r"^binary\.toml: cannot be read"):
        read_policy_file(binary)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(HEAD + rule("yes"), encoding="utf-8-sig")
    assert read_policy_file(path).name == "2026-01"


def computed(name: str, when: str) -> str:
    return f'[[fact]]\nname = "{name}"\ntype = "yes_no"\nvalues = [{{ when = {{ {when} }}, value = true }}]\n'


@pytest.mark.parametrize(
    "rows",
    [
        computed("one", "two = true") + computed("two", "one = true"),
        computed("one", "one = true"),
        computed("one", "late = true") + window("w", "one = true"),
        computed("one", 'days_late = "> 1"') + computed("two", "one = true") + window("w", "two = true"),
    ],
)
def test_a_circle_is_refused(rows: str) -> None:
    assert any("are computed from each other in a circle" in problem for problem in problems(rows + rule("yes")))


def test_computed_facts_may_stand_in_any_order() -> None:
    rows = computed("one", "two = true") + computed("two", "three = true") + computed("three", "opened = true")
    edition = edition_of(rows + rule("yes", when="one = true") + rule("no", "decline"))
    assert decide(edition, Request.RETURN, {"opened": True}).rule == "yes"


@pytest.mark.parametrize(
    "rows, said",
    [
        (
            rule("all") + rule("some", when="opened = true"),
            "rule “some” is never reached for return: “all” stands before",
        ),
        (rule("a", when="late = true") + rule("b") + window("w"), None),
        (rule("a", when="late = true") + rule("b"), "rule “a”: asks whether it is late, but return has no window"),
        (
            rule("a", when='item_class = "not food"') + rule("b", when='item_class = "toy"') + rule("c"),
            "rule “b” is never",
        ),
        (rule("a", when='item_class = "not food"') + rule("b", when='item_class = ["toy", "food"]'), None),
        (rule("a") + window("w") + window("v", "opened = true"), "window “v” is never reached"),
    ],
)
def test_warnings(rows: str, said: str | None) -> None:
    warnings = list(edition_of(rows).warnings)
    assert any(said in warning for warning in warnings) if said else warnings == []


def test_ten_thousand_rules_are_read_and_decide() -> None:
    rows = [
        rule(f"rule-{n}", ("approve", "review", "decline")[n % 3], f'days_since_delivery = {n}, item_class = "{kind}"')
        for n in range(5_000)
        for kind in ("food", "toy")
    ]
    for n in range(1, 10_000, 2):
        rows[n] = rows[n].replace(f'"rule-{n // 2}"', f'"toy-{n // 2}"')
    edition = edition_of("".join(rows) + rule("rest", "review"))

    def decided(**facts: Any) -> str:
        return decide(edition, Request.RETURN, facts).rule

    assert len(edition.sheets[Request.RETURN].rules) == 10_001
    assert decided(days_since_delivery=0, item_class="food") == "rule-0"
    assert decided(days_since_delivery=4_999, item_class="toy") == "toy-4999"
    assert decided(days_since_delivery=1_234, item_class="food") == "rule-1234"
    assert decided(days_since_delivery=1_234.5, item_class="food") == "rest"
    assert decided(days_since_delivery=5_000, item_class="toy") == "rest"
    asked = decide(edition, Request.RETURN, {"days_since_delivery": 77})
    assert (asked.outcome, asked.rule, asked.missing) == ("need_information", "rule-77", ("item_class",))
