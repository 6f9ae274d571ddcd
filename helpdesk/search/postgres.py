"""The index of words on PostgreSQL: a tsvector per message under a GIN index, kept right by triggers.

Stored beside the messages, not in them, so that pages that read messages do not carry it; and stored, not an index on
an expression, so that the planner knows which words are common. No extension is needed.
"""

import time
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select, select
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR

from helpdesk.core.db import db
from helpdesk.search.clauses import Clause, Leaf, Where
from helpdesk.search.letters import SPELT, fold

# Without the list of pending entries: a search would read all of it, and take longer the more was written.
MAKE_INDEX = (
    "CREATE INDEX IF NOT EXISTS ix_search_messages_words ON search_messages USING gin (words) WITH (fastupdate = off)"
)
TABLES = (
    "CREATE TABLE IF NOT EXISTS search_messages"
    " (id integer PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE, words tsvector NOT NULL)",
    MAKE_INDEX,
    "CREATE TABLE IF NOT EXISTS search_names"
    " (key varchar(40) NOT NULL, word varchar(40) NOT NULL, PRIMARY KEY (key, word))",
)  # fmt: skip
#: Stands before a mark: no word that is read from a text has it.
MARK = "="
LONGEST_NAME = 20
SIGNS = "\t\n\r\"'`´’‘“”„«»–—…·•.,;:!?¿¡()[]{}<>&/\\|+-_=*#@$€£~^°"
SHORT = {letter: spelt for letter, spelt in SPELT.items() if len(spelt) == 1}
LONG = {letter: spelt for letter, spelt in SPELT.items() if len(spelt) > 1}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _folded(given: str) -> str:
    """As `letters.fold`, and signs become spaces: the parser would read addresses and numbers in its own way.

    Most texts are plain ASCII, and translate() takes longer the more letters it knows: those go the short way.
    """
    spelt = f"normalize({given}, NFKD)"
    for letter, plain in LONG.items():
        spelt = f"replace({spelt}, {_quoted(letter)}, {_quoted(plain)})"
    old, new = "".join(SHORT) + SIGNS, "".join(SHORT.values()) + " " * len(SIGNS)
    bare = f"regexp_replace({spelt}, '[\\u0300-\\u036f]+', '', 'g')"
    long_way = f"normalize(lower(translate({bare}, {_quoted(old)}, {_quoted(new)})), NFC)"
    signs = "".join(sign for sign in SIGNS if sign.isascii())
    short_way = f"translate(lower({given}), {_quoted(signs)}, {_quoted(' ' * len(signs))})"
    return f"CASE WHEN octet_length({given}) = length({given}) THEN {short_way} ELSE {long_way} END"


_WORDS = "to_tsvector('pg_catalog.simple', search_fold({}))"
FUNCTIONS = {
    "search_fold": (
        "(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE",
        f" SELECT {_folded('given')} ",
    ),
    "search_put_in": (
        "(wanted integer[]) RETURNS void LANGUAGE plpgsql"
        " SET plan_cache_mode = force_generic_plan SET enable_seqscan = off",
        f""" BEGIN
        -- Planned once, by the primary keys: a plan of the time when the tables were small would read all of them.
        INSERT INTO search_messages (id, words)
        SELECT messages.id,
            setweight({_WORDS.format("customers.name || ' ' || customers.email")}, 'A')
            || {_WORDS.format("concat_ws(' ', tickets.reference, tickets.subject, orders.number, orders.number_key)")}
            || {_WORDS.format("left(messages.body, 100000)")}
            || array_to_tsvector(ARRAY['{MARK}s' || tickets.store_id, '{MARK}' || messages.kind,
                to_char(tickets.opened_at AT TIME ZONE 'UTC', '"{MARK}y"YYYY'),
                to_char(tickets.opened_at AT TIME ZONE 'UTC', '"{MARK}m"YYYYMM')])
        FROM messages JOIN tickets ON tickets.id = messages.ticket_id
        JOIN customers ON customers.id = tickets.customer_id LEFT JOIN orders ON orders.id = tickets.order_id
        WHERE messages.id = ANY (wanted)
        ON CONFLICT (id) DO UPDATE SET words = excluded.words;
        END """,  # noqa: S608
    ),
    "search_learn_name": (
        "(name text, email text) RETURNS void LANGUAGE sql",
        f"""
        INSERT INTO search_names (key, word)
        SELECT DISTINCT left(word, place - 1) || substr(word, place + 1), word
        FROM regexp_split_to_table(search_fold(name || ' ' || split_part(email, '@', 1)), ' +') AS word,
            generate_series(1, {LONGEST_NAME + 1}) AS place
        WHERE place <= length(word) + 1 AND length(word) BETWEEN 4 AND {LONGEST_NAME} AND word !~ '[0-9]'
        ORDER BY 1, 2 ON CONFLICT DO NOTHING
        """,  # noqa: S608
    ),
    "search_message_changed": (
        "() RETURNS trigger LANGUAGE plpgsql",
        " BEGIN PERFORM search_put_in(ARRAY[NEW.id]); RETURN NULL; END ",
    ),
    "search_ticket_changed": (
        "() RETURNS trigger LANGUAGE plpgsql",
        " BEGIN PERFORM search_put_in(ARRAY(SELECT id FROM messages WHERE ticket_id = NEW.id)); RETURN NULL; END ",
    ),
    "search_customer_changed": (
        "() RETURNS trigger LANGUAGE plpgsql",
        """ BEGIN
        PERFORM search_learn_name(NEW.name, NEW.email);
        IF TG_OP = 'UPDATE' THEN
            PERFORM search_put_in(ARRAY(SELECT messages.id FROM messages JOIN tickets ON tickets.id = ticket_id
                WHERE tickets.customer_id = NEW.id));
        END IF;
        RETURN NULL;
        END """,
    ),
    "search_order_changed": (
        "() RETURNS trigger LANGUAGE plpgsql",
        """ BEGIN
        PERFORM search_put_in(ARRAY(SELECT messages.id FROM messages JOIN tickets ON tickets.id = ticket_id
            WHERE tickets.order_id = NEW.id));
        RETURN NULL;
        END """,
    ),
}
TRIGGERS = {
    "search_message_changed": "INSERT OR UPDATE OF ticket_id, kind, body ON messages",
    "search_ticket_changed": "UPDATE OF reference, subject, customer_id, order_id, store_id, opened_at ON tickets",
    "search_customer_changed": "INSERT OR UPDATE OF name, email ON customers",
    "search_order_changed": "UPDATE OF number, number_key ON orders",
}


def tables_are_there(connection: Connection) -> bool:
    """Whether the migrations have made the index's tables."""
    return connection.exec_driver_sql("SELECT to_regclass('search_messages') IS NOT NULL").scalar_one() is True


def keepers_are_right(connection: Connection) -> bool:
    """Whether what keeps the index right is there, as today's code wants it."""
    triggers = {name: _trigger(name, moment) for name, moment in TRIGGERS.items()}
    return _functions(connection) == FUNCTIONS and _triggers(connection) == triggers


def lay_keepers(connection: Connection) -> None:
    """Put them there."""
    for name in _functions(connection):
        connection.exec_driver_sql(f"DROP FUNCTION {name} CASCADE")
    for name, (head, body) in FUNCTIONS.items():
        connection.exec_driver_sql(f"CREATE FUNCTION {name}{head} AS $keeper${body}$keeper$")
    for name, moment in TRIGGERS.items():
        connection.exec_driver_sql(_trigger(name, moment))


def _trigger(name: str, moment: str) -> str:
    return f"CREATE TRIGGER {name} AFTER {moment} FOR EACH ROW EXECUTE FUNCTION {name}()"


def _functions(connection: Connection) -> dict[str, tuple[str, str]]:
    """Ours that are there, each with its head as it is written in `FUNCTIONS`, and its body."""
    head = (
        "'(' || pg_get_function_arguments(pg_proc.oid) || ') RETURNS ' || pg_get_function_result(pg_proc.oid)"
        " || ' LANGUAGE ' || lanname"
        " || CASE provolatile WHEN 'i' THEN ' IMMUTABLE' WHEN 's' THEN ' STABLE' ELSE '' END"
        " || CASE WHEN proisstrict THEN ' STRICT' ELSE '' END"
        " || CASE WHEN prosecdef THEN ' SECURITY DEFINER' ELSE '' END"
        " || CASE proparallel WHEN 's' THEN ' PARALLEL SAFE' WHEN 'r' THEN ' PARALLEL RESTRICTED' ELSE '' END"
        " || (SELECT coalesce(string_agg(' SET ' || replace(setting, '=', ' = '), '' ORDER BY place), '')"
        " FROM unnest(proconfig) WITH ORDINALITY AS settings (setting, place))"
    )
    ours = f"SELECT proname, {head}, prosrc FROM pg_proc JOIN pg_language ON pg_language.oid = prolang"  # noqa: S608
    here = f"WHERE starts_with(proname, 'search_') AND pronamespace = {_HERE}"
    return {name: (head, body) for name, head, body in connection.exec_driver_sql(f"{ours} {here}")}


def _triggers(connection: Connection) -> dict[str, str]:
    """Ours that are there, each with the statement that makes it; one that is switched off is none."""
    made = "pg_get_triggerdef(pg_trigger.oid, true)"
    ours = f"SELECT tgname, {made} FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"  # noqa: S608
    here = f"WHERE starts_with(tgname, 'search_') AND tgenabled = 'O' AND relnamespace = {_HERE}"
    return {name: str(made) for name, made in connection.exec_driver_sql(f"{ours} {here}")}


_HERE = "current_schema()::regnamespace"
AT_ONCE = 5_000


def fill(connection: Connection) -> None:
    """Read everything again; what stands in the index is replaced row by row, and can be searched meanwhile."""
    is_empty = not connection.exec_driver_sql("SELECT EXISTS (SELECT FROM search_messages)").scalar_one()
    if is_empty:  # GIN is made in one go much quicker than row by row
        connection.exec_driver_sql("DROP INDEX ix_search_messages_words")
    last = connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM messages").scalar_one()
    for start in range(0, last + 1, AT_ONCE):
        some = f"SELECT id FROM messages WHERE id > {start} AND id <= {start + AT_ONCE}"  # noqa: S608
        connection.exec_driver_sql(f"SELECT search_put_in(ARRAY({some}))")
    connection.exec_driver_sql(MAKE_INDEX)
    connection.exec_driver_sql("DELETE FROM search_names")
    connection.exec_driver_sql("SELECT search_learn_name(name, email) FROM customers")


def holds(connection: Connection, message_id: int) -> bool:
    """Whether this message is in the index."""
    found = f"SELECT count(*) FROM search_messages WHERE id = {int(message_id)}"  # noqa: S608
    return int(connection.exec_driver_sql(found).scalar_one()) == 1


# ---- asking

INDEX = sa.table("search_messages", sa.column("id", sa.Integer()), sa.column("words", TSVECTOR()))


def matching(clauses: list[Clause]) -> Select[int]:
    """The ids of the messages for which all this holds.

    The question is written into the statement, so that the planner sees whether its words are common: then it walks
    back through the newest messages, else it asks the index. Of a word that its statistics do not know it thinks that
    one message in 200 has it, and would walk through all: a key that is no column leaves it nothing but the index.
    """
    text = " & ".join(_written(each) for each in clauses)
    question = sa.cast(sa.literal(text, sa.String(), literal_execute=True), TSQUERY())
    key = INDEX.c.id + sa.literal_column("0") if any(map(_is_rare, clauses)) else INDEX.c.id
    return select(key.label("id")).where(INDEX.c.words.op("@@")(question))


def _is_rare(clause: Clause) -> bool:
    """Whether only few messages can have what it asks for, as far as the last ANALYZE knows."""
    common = common_words()
    return bool(common) and not clause.is_not and all(_has_rare_word(leaf, common) for leaf in clause.leaves)


def _has_rare_word(leaf: Leaf, common: frozenset[str]) -> bool:
    if leaf.where is Where.MARK:
        return False
    *whole, last = map(fold, leaf.tokens)
    if leaf.goes_on:
        return any(word not in common for word in whole) or not any(word.startswith(last) for word in common)
    return any(word not in common for word in (*whole, last))


#: The words that are common by database, and when they were read.
_common: dict[str, tuple[float, frozenset[str]]] = {}
READ_AGAIN_AFTER = 600.0  # seconds


def forget_common_words() -> None:
    """Read them again at the next search: after an ANALYZE."""
    _common.clear()


def common_words() -> frozenset[str]:
    """The words that the planner's statistics know; none before the first ANALYZE."""
    connection = db.session.connection()
    key, now = str(connection.engine.url), time.monotonic()
    if key not in _common or now - _common[key][0] > READ_AGAIN_AFTER:
        known = "SELECT most_common_elems::text::text[] FROM pg_stats WHERE tablename = 'search_messages'"
        here = "AND attname = 'words' AND schemaname = current_schema()"
        found = connection.exec_driver_sql(f"{known} {here}").scalar()
        _common[key] = now, frozenset(found or ())
    return _common[key][1]


def among(column: Any, numbers: Sequence[int]) -> ColumnElement[bool]:
    """Whether it is one of these many: one parameter, as reading a thousand takes longer than the search."""
    return column == sa.any_(sa.bindparam(None, list(numbers), ARRAY(sa.Integer)))  # type: ignore[no-any-return]


def _written(clause: Clause) -> str:
    return ("!" if clause.is_not else "") + "(" + " | ".join(_leaf(each) for each in clause.leaves) + ")"


def _leaf(leaf: Leaf) -> str:
    # Tokens are letters and digits only, and stand in quotes: nothing a person types is read as an operator.
    if leaf.where is Where.MARK:
        return f"'{MARK}{leaf.tokens[0]}'"
    flags = ("*" if leaf.goes_on else "", "A" if leaf.where is Where.WHO else "")
    last = ":" + "".join(flags) if any(flags) else ""
    who = ":A" if leaf.where is Where.WHO else ""
    *first, end = [f"'{fold(token)}'" for token in leaf.tokens]
    return "(" + " <-> ".join([*(token + who for token in first), end + last]) + ")"
