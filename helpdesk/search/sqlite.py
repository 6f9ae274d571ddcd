"""The index of words on SQLite: FTS5, kept right by triggers.

The index holds no texts (`content=''`), so what is taken out must be said word for word as it was put in: both sides
read the view `search_texts`. Whoever changes the view has to fill the index anew, which `helpdesk.search.index` does.
"""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select, select

from helpdesk.search.clauses import Clause, Leaf, Where
from helpdesk.search.letters import SPELT, folded_letter

TABLES = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_messages"
    " USING fts5(who, about, body, content='', tokenize='unicode61 remove_diacritics 2')",
    "CREATE TABLE IF NOT EXISTS search_names"
    " (key TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (key, word)) WITHOUT ROWID",
)
#: Stands before a mark: a letter to the tokenizer. Taken out of what people write.
MARK = "\ue000"
#: Letters and signs as they are in the words of names; texts are folded by the tokenizer, but for SPELT.
LATIN = [chr(code) for code in (*range(0xC0, 0x180), *range(0x218, 0x21C))]
SIGNS = "\t\n\r\"'`´’.,;:!?()[]{}<>&/\\|+-_=*#@%$~^"
TRANSLATED = {letter: folded_letter(letter) for letter in LATIN if len(folded_letter(letter)) == 1}
COMMON_SIGNS = ".-'_+,"
TRANSLATED |= dict.fromkeys(SIGNS, " ")
LONG = {letter: spelt for letter, spelt in SPELT.items() if len(spelt) > 1}
LONGEST_NAME, LONGEST_LINE = 20, 190


def _spelt(expression: str) -> str:
    """The tokenizer takes accents off, but leaves these letters as they are; a mark that somebody writes is none."""
    return _replaced(expression, {**SPELT, MARK: " "})


def _replaced(expression: str, pairs: dict[str, str]) -> str:
    for old, new in pairs.items():
        expression = f"replace({expression}, {_quoted(old)}, {_quoted(new)})"
    return expression


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


WHO = _spelt("customers.name || ' ' || customers.email")
ABOUT = _spelt(
    "tickets.reference || ' ' || tickets.subject"
    " || ' ' || coalesce(orders.number || ' ' || orders.number_key, '')"
)  # fmt: skip
MARKS = (
    f"' {MARK}s' || tickets.store_id || ' {MARK}' || messages.kind"
    f" || strftime(' {MARK}y%Y {MARK}m%Y%m', tickets.opened_at)"
)
# Selected from with a condition on `id`: the planner goes to the message, and from there by primary keys.
VIEW = f"""CREATE VIEW search_texts AS
SELECT messages.id AS id, {WHO} AS who, {ABOUT} || {MARKS} AS about, {_spelt("messages.body")} AS body
FROM messages CROSS JOIN tickets ON tickets.id = messages.ticket_id
CROSS JOIN customers ON customers.id = tickets.customer_id LEFT JOIN orders ON orders.id = tickets.order_id"""  # noqa: S608
PUT_IN = "INSERT INTO search_messages (rowid, who, about, body) SELECT id, who, about, body FROM search_texts"
TAKE_OUT = (
    "INSERT INTO search_messages (search_messages, rowid, who, about, body)"
    " SELECT 'delete', id, who, about, body FROM search_texts"
)
#: (what changes, on which table, whose messages are written anew)
CHANGES = [
    ("ticket_id, kind, body", "messages", "= old.id"),
    (
        "reference, subject, customer_id, order_id, store_id, opened_at", "tickets",
        "IN (SELECT id FROM messages WHERE ticket_id = old.id)",
    ),
    (
        "name, email", "customers",
        "IN (SELECT messages.id FROM tickets CROSS JOIN messages ON messages.ticket_id = tickets.id"
        " WHERE tickets.customer_id = old.id)",
    ),
    (
        "number, number_key", "orders",
        "IN (SELECT messages.id FROM tickets CROSS JOIN messages ON messages.ticket_id = tickets.id"
        " WHERE tickets.order_id = old.id)",
    ),
]  # fmt: skip


def _names_of(row: str, beside: str = "") -> str:
    """Rows for the words of a customer's name and of the address before the @, with each letter left out once."""
    name = f"{row}.name || ' ' || substr({row}.email, 1, instr({row}.email, '@') - 1)"
    rare = _translated(_replaced(name, LONG))
    # Letter by letter takes most of a millisecond: most names do without.
    plain = f"lower(iif({name} GLOB '*[^ -~]*', {rare}, {_replaced(name, dict.fromkeys(COMMON_SIGNS, ' '))}))"
    words = f"""json_each('[' || replace(json_quote({plain}), ' ', '","') || ']')"""
    places = _numbers(LONGEST_NAME + 1)
    return f"""INSERT OR IGNORE INTO search_names (key, word)
    SELECT substr(word.value, 1, place.value - 1) || substr(word.value, place.value + 1), word.value
    FROM {beside}{words} AS word JOIN {places} AS place ON place.value <= length(word.value) + 1
    WHERE length(word.value) BETWEEN 4 AND {LONGEST_NAME} AND word.value NOT GLOB '*[0-9]*'"""  # noqa: S608


def _translated(expression: str) -> str:
    """SQLite has no translate(), and replace() within replace() for every letter is deeper than it reads."""
    old, new = (_quoted("".join(each)) for each in (TRANSLATED, TRANSLATED.values()))
    letter = f"iif(instr({old}, letter) > 0, substr({new}, instr({old}, letter), 1), letter)"
    letters = f"SELECT substr({expression}, value, 1) AS letter FROM {_numbers(LONGEST_LINE)}"  # noqa: S608
    return f"(SELECT group_concat({letter}, '') FROM ({letters} WHERE value <= length({expression})))"  # noqa: S608


def _numbers(last: int) -> str:
    return f"json_each('[{','.join(map(str, range(1, last + 1)))}]')"


def _triggers() -> dict[str, str]:
    deeds = {
        "search_put_in": f"AFTER INSERT ON messages BEGIN {PUT_IN} WHERE id = new.id",
        "search_take_out": f"BEFORE DELETE ON messages BEGIN {TAKE_OUT} WHERE id = old.id",
        "search_new_name": f"AFTER INSERT ON customers BEGIN {_names_of('new')}",
        "search_other_name": f"AFTER UPDATE OF name, email ON customers BEGIN {_names_of('new')}",
    }
    for columns, table, whose in CHANGES:
        deeds[f"search_{table}_before"] = f"BEFORE UPDATE OF {columns} ON {table} BEGIN {TAKE_OUT} WHERE id {whose}"
        deeds[f"search_{table}_after"] = f"AFTER UPDATE OF {columns} ON {table} BEGIN {PUT_IN} WHERE id {whose}"
    return {name: f"CREATE TRIGGER {name} {deed}; END" for name, deed in deeds.items()}


#: What keeps the index right, by name, as today's code wants it.
KEEPERS = {"search_texts": VIEW, **_triggers()}


def tables_are_there(connection: Connection) -> bool:
    """Whether the migrations have made the index's tables."""
    return _one(connection, "SELECT count(*) FROM sqlite_master WHERE name = 'search_messages'") == 1


def keepers_are_right(connection: Connection) -> bool:
    """Whether what keeps the index right is there, as today's code wants it."""
    return _laid(connection) == KEEPERS


def lay_keepers(connection: Connection) -> None:
    """Put them there."""
    for name in _laid(connection):
        connection.exec_driver_sql(f"DROP {'VIEW' if name == 'search_texts' else 'TRIGGER'} {name}")
    for statement in KEEPERS.values():
        connection.exec_driver_sql(statement)


def _laid(connection: Connection) -> dict[str, str]:
    found = "SELECT name, sql FROM sqlite_master WHERE type IN ('view', 'trigger') AND name LIKE 'search_%'"
    return {name: str(sql) for name, sql in connection.exec_driver_sql(found)}


def fill(connection: Connection) -> None:
    """Forget everything and read it all again."""
    connection.exec_driver_sql("INSERT INTO search_messages (search_messages) VALUES ('delete-all')")
    connection.exec_driver_sql(PUT_IN)
    connection.exec_driver_sql("DELETE FROM search_names")
    connection.exec_driver_sql(_names_of("customers", beside="customers JOIN "))


def holds(connection: Connection, message_id: int) -> bool:
    """Whether this message is in the index."""
    return _one(connection, f"SELECT count(*) FROM search_messages WHERE rowid = {int(message_id)}") == 1  # noqa: S608


def _one(connection: Connection, statement: str) -> int:
    return int(connection.exec_driver_sql(statement).scalar_one())


# ---- asking

INDEX = sa.table("search_messages", sa.column("rowid", sa.Integer()))


def matching(clauses: list[Clause]) -> Select[int]:
    """The ids of the messages for which all this holds; from here FTS5 walks backwards without sorting."""
    wanted = [_written(each) for each in clauses if not each.is_not]
    barred = [_written(each) for each in clauses if each.is_not]
    text = f"({' AND '.join(wanted)})" + (f" NOT ({' OR '.join(barred)})" if barred else "")
    is_there = sa.literal_column("search_messages").op("MATCH")(sa.bindparam(None, text, sa.String()))
    return select(INDEX.c.rowid.label("id")).where(is_there)


def among(column: Any, numbers: Sequence[int]) -> ColumnElement[bool]:
    """Whether it is one of these many: one parameter, as reading a thousand takes longer than the search."""
    each = sa.func.json_each(json.dumps(list(numbers))).table_valued("value")
    return column.in_(select(each.c.value))  # type: ignore[no-any-return]


def _written(clause: Clause) -> str:
    return "(" + " OR ".join(_leaf(each) for each in clause.leaves) + ")"


def _leaf(leaf: Leaf) -> str:
    # Tokens are letters, their signs, and digits, and stand in quotes: nothing a person types is read as an operator.
    if leaf.where is Where.MARK:
        return f'"{MARK}{leaf.tokens[0]}"'
    words = _plain(" ".join(leaf.tokens))
    return ("who : " if leaf.where is Where.WHO else "") + f'"{words}"' + (" *" if leaf.goes_on else "")


def _plain(text: str) -> str:
    return "".join(SPELT.get(letter, letter) for letter in text)
