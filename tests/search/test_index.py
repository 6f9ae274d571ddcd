"""The index of words is right whoever writes, and can be made anew."""

from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import delete, insert, text, update

from helpdesk import search
from helpdesk.accounts import By, Customer, User
from helpdesk.checkup import Level, search_index
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.orders import Order
from helpdesk.search import Asker, find, parse
from helpdesk.search.index import engine_of
from helpdesk.search.letters import fold
from helpdesk.search.names import names_like
from helpdesk.stores import Store
from helpdesk.tickets import Kind, Message, Ticket
from tests import factories
from tests.conftest import ENGINES
from tests.lasting import lasting_app

Run = Callable[..., object]


def finds(typed: str, person: User) -> list[int]:
    asker = Asker(person, ZoneInfo("UTC"))
    return [hit.ticket_id for hit in find(parse(typed, search.READERS, asker.today), asker).hits]


@pytest.fixture
def shop(database: None) -> Store:
    return factories.store()


@pytest.fixture
def me(shop: Store) -> User:
    return factories.agent(shop)


def said(ticket: Ticket, body: str) -> dict[str, object]:
    now = clock.now()
    return {"ticket_id": ticket.id, "kind": Kind.PUBLIC, "by": By.SYSTEM, "body": body, "written_at": now}


def test_rows_written_past_the_verbs_are_found(shop: Store, me: User) -> None:
    ticket = factories.ticket(shop)
    db.session.execute(insert(Message), [said(ticket, "a zebra"), said(ticket, "a giraffe")])
    assert finds("zebra", me) == finds("giraffe", me) == [ticket.id]


@pytest.mark.parametrize("change, gone, there", [
    (update(Message).values(body="a giraffe"), "zebra", "giraffe"),
    (update(Message).values(kind=Kind.NOTE), "in:messages zebra", "in:notes zebra"),
    (update(Ticket).values(subject="Giraffe"), "Where", "giraffe"),
    (update(Ticket).values(reference="ZEBR-GIRA"), "{reference}", "ZEBR-GIRA"),
    (update(Ticket).values(order_id=None), "w2611", "zebra"),
    (update(Customer).values(name="Grace Hopper"), "from:ada", "from:hopper"),
    (update(Customer).values(email="grace@hopper.example.com"), "from:mail", "from:hopper"),
    (update(Order).values(number="#W 99", number_key="w99"), "w2611", "w99"),
    (delete(Message), "zebra", ""),
])  # fmt: skip
def test_what_changes_is_found_as_it_is_now(shop: Store, me: User, change: object, gone: str, there: str) -> None:
    order = factories.order(shop, number="#W 26-11")
    ticket = factories.ticket(shop, body="a zebra", subject="Where is it?", order=order)
    gone = gone.format(reference=ticket.reference)
    assert finds(gone, me) == [ticket.id]
    db.session.execute(change)  # type: ignore[call-overload]
    db.session.expire_all()
    assert finds(gone, me) == []
    assert not there or finds(there, me) == [ticket.id]


def test_a_message_that_moves_is_found_where_it_went(shop: Store, me: User) -> None:
    first, second = factories.ticket(shop, body="a zebra"), factories.ticket(shop)
    moved = first.messages[0].id
    db.session.execute(update(Message).where(Message.id == moved).values(ticket_id=second.id))
    assert finds("zebra", me) == [second.id]


def test_names_are_known_by_their_spellings_only_as_far_as_they_are_names(shop: Store) -> None:
    factories.customer(shop, "k.lovelace99@mail.example.com", name='Ada-Şükrü O\'Brien "X" {Łukasz}\t\\')
    assert names_like("sukrü") == []  # itself, and nothing else
    assert [names_like(word) for word in ("sukr", "brian", "lukas", "lovelac")] == [
        ["sukru"],
        ["brien"],
        ["lukasz"],
        [],
    ]


def test_the_database_and_we_fold_names_alike(shop: Store) -> None:
    codes = *range(0xC0, 0x17F), *range(0x218, 0x21C)
    letters = [chr(code) for code in codes if len(fold(chr(code))) == 1 and fold(chr(code)).isalpha()]
    for start in range(0, len(letters), 8):
        some = "".join(letters[start : start + 8])
        factories.customer(shop, name=f"Qx{some}")
        assert names_like(f"qx{some}z"), some


def test_rolled_back_is_not_found(shop: Store, me: User) -> None:
    savepoint = db.session.begin_nested()
    factories.ticket(shop, body="a zebra")
    savepoint.rollback()
    assert finds("zebra", me) == []


def test_a_whole_index_is_made_anew_as_it_was(shop: Store, me: User) -> None:
    ticket = factories.ticket(shop, body="a zebra", by=factories.customer(shop, name="Ada Andersson"))
    search.rebuild()
    assert finds("zebra", me) == finds("from:anderson", me) == [ticket.id]
    assert search.is_whole()


@pytest.fixture(params=ENGINES)
def own(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An app on a database of its own, where tables may be laid anew."""
    with lasting_app(request.param, request, tmp_path) as made, made.app_context():
        yield made


def lay_out() -> tuple[Ticket, User]:
    shop = factories.store()
    ticket = factories.ticket(shop, body="a zebra")
    person = factories.agent(shop)
    db.session.commit()
    return ticket, person


def test_what_was_there_before_the_index_is_found_after_the_upgrade(own: Flask) -> None:
    ticket, person = lay_out()
    ids = ticket.id, person.id
    db.session.remove()
    downgrade(revision="0006")
    upgrade()
    assert finds("zebra", db.session.get_one(User, ids[1])) == [ids[0]]


def test_a_migration_that_makes_a_table_anew_leaves_the_index_right(own: Flask) -> None:
    ticket, person = lay_out()
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.execute("PRAGMA foreign_keys=OFF")
            connection.connection.execute("PRAGMA legacy_alter_table=ON")
        operations = Operations(MigrationContext.configure(connection))
        for table in ("messages", "tickets", "customers"):
            with operations.batch_alter_table(
                table, recreate="always" if connection.dialect.name == "sqlite" else "auto"
            ):
                pass
        connection.execute(text("UPDATE messages SET body = 'a giraffe'"))
        search.lay(connection)
        assert engine_of(connection).keepers_are_right(connection)
        connection.commit()
    ticket.note(by=person, body="a lion")
    db.session.commit()
    assert [finds(word, person) for word in ("giraffe", "lion", "zebra")] == [[ticket.id], [ticket.id], []]


CHANGED = {
    "another moment": "CREATE OR REPLACE TRIGGER search_message_changed AFTER INSERT ON messages"
    " FOR EACH ROW EXECUTE FUNCTION search_message_changed()",
    "a condition": "CREATE OR REPLACE TRIGGER search_message_changed AFTER INSERT OR UPDATE OF ticket_id, kind, body"
    " ON messages FOR EACH ROW WHEN (NEW.id > 7) EXECUTE FUNCTION search_message_changed()",
    "switched off": "ALTER TABLE messages DISABLE TRIGGER search_message_changed",
    "no setting": "ALTER FUNCTION search_put_in RESET enable_seqscan",
    "another setting": "ALTER FUNCTION search_fold SET enable_seqscan = off",
    "another kind": "ALTER FUNCTION search_fold VOLATILE",
    "other rights": "ALTER FUNCTION search_learn_name SECURITY DEFINER",
}


@pytest.mark.parametrize("change", CHANGED)
def test_a_keeper_that_somebody_has_changed_is_laid_anew(own: Flask, change: str) -> None:
    if db.engine.dialect.name != "postgresql":
        return  # SQLite keeps the whole statement, and that is compared
    with db.engine.begin() as connection:
        assert not search.lay(connection)
        connection.execute(text(CHANGED[change]))
        assert not engine_of(connection).keepers_are_right(connection)
        assert search.lay(connection)
        assert engine_of(connection).keepers_are_right(connection)


def test_the_check_up_tells_of_an_index_that_is_not_kept(own: Flask) -> None:
    ticket, person = lay_out()
    assert search_index().level is Level.GOOD
    on = " ON customers" if db.engine.dialect.name == "postgresql" else ""
    name = "search_customer_changed" if on else "search_customers_after"
    db.session.execute(text(f"DROP TRIGGER {name}{on}"))
    assert search_index().level is Level.WARN
    result = own.test_cli_runner().invoke(args=["search-index"])
    assert (result.exit_code, "--rebuild" in result.output) == (1, True)
    assert own.test_cli_runner().invoke(args=["search-index", "--rebuild"]).exit_code == 0
    assert search_index().level is Level.GOOD
    assert finds("zebra", person) == [ticket.id]
