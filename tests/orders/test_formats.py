"""Files as they are written: which shape, which letters, which rows belong together."""

import json
from pathlib import Path

import pytest

from helpdesk.core.errors import Invalid
from helpdesk.orders.feed import BadRow, Incoming, read_rows
from tests.orders.files import (
    SHOPIFY_LINE,
    SHOPIFY_ORDER,
    order,
    own_csv,
    own_row,
    shopify_csv,
    written,
)


def numbers(path: Path) -> list[str]:
    return [row.number if isinstance(row, Incoming) and not row.bad else "bad" for row in read_rows(path)]


def reasons(path: Path) -> list[str]:
    return [str(bad) for row in read_rows(path) for bad in ([row] if isinstance(row, BadRow) else row.bad)]


TWO = [own_row(name="Zoë"), own_row(number="1002", name="Jürgen")]


@pytest.mark.parametrize(
    "content",
    [
        own_csv(TWO),
        own_csv(TWO, delimiter=";", end="\r\n"),
        own_csv(TWO, delimiter="\t", end="\r"),
        "\ufeff" + own_csv(TWO),
        own_csv(TWO).encode("cp1252"),
        own_csv(TWO).encode("utf-16"),
        json.dumps([order(name="Zoë"), order(number=1002, name="Jürgen")]),
        "\ufeff \n" + json.dumps([order(name="Zoë"), order(number=1002, name="Jürgen")], indent=2, ensure_ascii=False),
        "\n".join(json.dumps(order(number=number, name=name)) for number, name in (("1001", "Zoë"), (1002, "Jürgen"))),
        json.dumps(order(name="Zoë"), indent=1) + "\n\n" + json.dumps(order(number=1002, name="Jürgen"), indent=1),
    ],
    ids=["csv", "semicolons", "tabs", "mark", "cp1252", "utf16", "list", "pretty list", "lines", "one after another"],
)
def test_the_content_tells_the_format(tmp_path: Path, content: str | bytes) -> None:
    orders = list(read_rows(written(tmp_path, content, "orders.dat")))
    told = [(row.number, row.texts["name"]) for row in orders if isinstance(row, Incoming)]
    assert told == [("1001", "Zoë"), ("1002", "Jürgen")]


def test_one_stray_letter_does_not_spoil_the_others(tmp_path: Path) -> None:
    content = own_csv(TWO).encode().replace("Zoë".encode(), "Zoë".encode("cp1252"))
    orders = read_rows(written(tmp_path, content))
    assert [row.texts["name"] for row in orders if isinstance(row, Incoming)] == ["Zoë", "Jürgen"]


def test_shopify_fills_the_order_on_its_first_row(tmp_path: Path) -> None:
    rows = [SHOPIFY_ORDER | SHOPIFY_LINE, {"Name": "#1001"} | SHOPIFY_LINE, {"Name": "#1001", "Email": "x@example.com"}]
    first = next(iter(read_rows(written(tmp_path, shopify_csv(*rows)))))
    assert isinstance(first, Incoming)
    assert (first.texts["email"], len(first.lines), first.lines[1].place) == ("ada@example.com", 2, "line 3")


@pytest.mark.parametrize(
    "content, words",
    [
        ("", "empty"),
        (b"PK\x03\x04rest", "Excel"),
        (b"\x1f\x8brest", "gzip"),
        ("hello\n", "not the columns"),
        ("\x00\x00\x00", "not the columns"),
        ("number,title\n", "lacks the columns placed_at, quantity, unit_price"),
        (own_csv([own_row(deliverd_at="")]), "is delivered_at meant?"),
        (own_csv([own_row(number="")]), "there is no order number"),
        (own_csv([own_row()]) + "1002,b@example.com\n", "line 3 (order 1002): it has 2 columns, the header has 7"),
        (own_csv([own_row(email="a@example.com"), own_row(email="b@example.com")]), "line 3 (order 1001): email is"),
        ("[1, 2]", "expected an order in braces, found “1, 2”"),
        ('["a", {"b": 1}]', 'item 1: expected an order in braces, found "a"'),
        ("[[]]", "expected an object"),
        ('[{"number": 1,,}]', "this is not JSON"),
        ("[" + "[" * 50_000 + "]" * 50_000 + "]", "nested too deeply"),
        ('[{"number": "1"}', "cut off"),
        ('[{"number": "1"', "ends in the middle"),
        ("[{}] [{}]", "the list ended before this"),
        ('{"number": {}}', "number: expected text or a number"),
        ('{"number": true}', "number: expected text or a number"),
        ('{"orders": [{"number": 1}]}', "it has no order number; expected is a list of orders"),
        ('{"number": 1, "lines": {}}', "lines is not a list"),
        ('{"number": 1, "lines": [7]}', "expected an object"),
        ('{"number": 1, "deliverd_at": "x"}', "is delivered_at meant?"),
        ('{"number": 1}\n{"number": "' + "x" * 1_100_000 + '"}', "item 2: it is longer"),
        ('[{"number": "' + "x" * 2_200_000 + '"}]', "no order is longer than"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, content: str | bytes, words: str) -> None:
    assert words in "\n".join(reasons(written(tmp_path, content)))


BROKEN_ROWS = {
    "a quote nobody closed": '1002,"never closed,2026-03-02,S,T,1,1',
    "a stray quote": '1002,"a"b,2026-03-02,S,T,1,1',
    "ten megabytes": "1002," + "x" * 10_000_000 + ",2026-03-02,S,T,1,1",
    "ten quoted megabytes": '1002,"' + "x" * 10_000_000 + '",2026-03-02,S,T,1,1',
    "a field too long": "1002," + "x" * 200_000 + ",2026-03-02,S,T,1,1",
    "too few columns": "1002,a",
    "too many columns": "1002,a@example.com,2026-03-02,S,T,1,1,more",
}


@pytest.mark.parametrize("row", BROKEN_ROWS.values(), ids=list(BROKEN_ROWS))
def test_a_broken_row_costs_only_its_own_order(tmp_path: Path, row: str) -> None:
    sound = own_csv([own_row()]).strip()
    after = own_csv([own_row(number=str(number)) for number in range(1003, 1503)]).partition("\n")[2]
    path = written(tmp_path, f"{sound}\n{row}\n{after}")
    assert numbers(path) == ["1001", "bad", *map(str, range(1003, 1503))]
    assert [text.split(":")[0] for text in reasons(path)] == ["line 3 (order 1002)"]


def test_a_row_without_a_number_may_belong_to_the_order_above(tmp_path: Path) -> None:
    path = written(tmp_path, own_csv([own_row(), own_row(number=""), own_row(number="1002")]))
    assert numbers(path) == ["bad", "1002"]


def test_line_numbers_count_lines_inside_quotes_and_empty_ones(tmp_path: Path) -> None:
    path = written(tmp_path, own_csv([own_row(title="two\nlines")]) + "\n,,,,,,\n" + "1002,x\n")
    assert reasons(path)[0].startswith("line 6 ")


@pytest.mark.parametrize("broken", ['{"number": 1,,}', "{]", "7", '"text"', "[1]", "[{}, {}]"])
def test_a_broken_item_of_a_list_costs_only_itself(tmp_path: Path, broken: str) -> None:
    sound = [json.dumps(order(number=str(number)), indent=1) for number in (1001, 1003)]
    assert numbers(written(tmp_path, f"[{sound[0]},\n{broken},\n{sound[1]}]")) == ["1001", "bad", "1003"]


def test_a_missing_bracket_is_said_and_what_came_before_is_kept(tmp_path: Path) -> None:
    path = written(tmp_path, f'[{json.dumps(order())}, {{"number": "1002", {json.dumps(order(number="1003"))}]')
    assert numbers(path)[:2] == ["1001", "bad"]
    assert "cut off" in reasons(path)[-1]


def test_a_broken_line_costs_only_itself(tmp_path: Path) -> None:
    lines = [json.dumps(order(number=str(number))) for number in (1001, 1003)]
    assert numbers(written(tmp_path, f'{lines[0]}\n{{"number": "1002"\n\n{lines[1]}')) == ["1001", "bad", "1003"]


def test_items_of_any_length_are_found_across_chunks(tmp_path: Path) -> None:
    orders = [order(number=str(n), name='\\"}{][' * (n % 400), ship_to="é" * (n % 777)) for n in range(600)]
    assert numbers(written(tmp_path, orders)) == [str(n) for n in range(600)]


def test_numbers_stay_as_they_are_written(tmp_path: Path) -> None:
    row = next(iter(read_rows(written(tmp_path, '{"number": 7, "total": 1}\n'))))
    exact = next(iter(read_rows(written(tmp_path, '{"number": 10000000000000000000000000000001, "total": 19.90}'))))
    assert isinstance(row, Incoming)
    assert isinstance(exact, Incoming)
    assert (row.number, exact.number, exact.texts["total"]) == ("7", "10000000000000000000000000000001", "19.90")


def test_a_file_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        next(read_rows(tmp_path / "nowhere.csv"))
    with pytest.raises(Invalid, match="cannot be read"):
        next(read_rows(tmp_path))
