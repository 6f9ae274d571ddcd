"""What stands in braces: filled in, refused by name, or left as it is."""

import pytest

from helpdesk.tickets import PLACEHOLDERS, filled, filled_as_far_as_known, unknown_in

VALUES = {"customer.first_name": "Ada", "order.number": "#1042"}


@pytest.mark.parametrize("text, done, wrong", [
    ("Hello {customer.first_name}.", "Hello Ada.", []),
    ("{ order.number }, {order.number}", "#1042, #1042", []),
    ("Return {return.number}", "Return {return.number}", ["{return.number} has no value here."]),
    ("{order.nummer}", "{order.nummer}", ["{order.nummer} is not a placeholder. Did you mean {order.number}?"]),
    ("{foo.bar} {foo.bar}", "{foo.bar} {foo.bar}", ["{foo.bar} is not a placeholder."]),
    ("{{order.number}} is literal", "{order.number} is literal", []),
    ("{{foo.bar}}", "{foo.bar}", []),
    ("CSS: a { color: red } and {} and {x}", "CSS: a { color: red } and {} and {x}", []),
    ("", "", []),
])  # fmt: skip
def test_placeholders(text: str, done: str, wrong: list[str]) -> None:
    assert filled(text, VALUES) == (done, wrong)


def test_a_value_is_never_read_again() -> None:
    assert filled("{customer.first_name}", {"customer.first_name": "{order.number}"}) == ("{order.number}", [])


def test_the_box_keeps_what_is_not_known_and_what_is_escaped() -> None:
    text = "{customer.first_name} {return.number} {{order.number}}"
    assert filled_as_far_as_known(text, VALUES) == "Ada {return.number} {{order.number}}"


def test_only_names_outside_the_table_are_unknown() -> None:
    every = " ".join("{" + name + "}" for name in PLACEHOLDERS)
    assert unknown_in(every) == []
    assert unknown_in("{order.colour} {{order.colour}}") != []
