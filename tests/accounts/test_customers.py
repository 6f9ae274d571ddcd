"""Customers are known by their mail address at one store."""

import pytest
import sqlalchemy as sa

from helpdesk.accounts import Customer, customer_for
from helpdesk.core.db import db
from tests import factories

pytestmark = pytest.mark.usefixtures("database")


def test_an_address_is_one_customer_however_it_is_written() -> None:
    shop = factories.store()
    first = customer_for(shop.id, "Ada@Mail.example.com", name="Ada Buyer")
    assert customer_for(shop.id, "  ada@mail.EXAMPLE.com ") is first
    assert first.email == "ada@mail.example.com"


def test_the_same_address_at_another_store_is_another_customer() -> None:
    one, other = factories.store(), factories.store()
    assert customer_for(one.id, "ada@mail.example.com") is not customer_for(other.id, "ada@mail.example.com")


def test_blanks_are_filled_and_nothing_is_overwritten() -> None:
    shop = factories.store()
    customer_for(shop.id, "ada@mail.example.com", name="Ada Buyer")
    ada = customer_for(shop.id, "ada@mail.example.com", name="Somebody Else", phone="+1 681 510 1126")
    assert (ada.name, ada.phone) == ("Ada Buyer", "+1 681 510 1126")


def test_what_is_too_long_for_the_column_is_cut() -> None:
    ada = customer_for(factories.store().id, "ada@mail.example.com", name=" " + "A" * 500, phone="1" * 500)
    db.session.flush()
    assert (len(ada.name), len(ada.phone)) == (120, 40)


def test_the_database_refuses_a_second_row_for_the_same_address() -> None:
    shop = factories.store()
    customer_for(shop.id, "ada@mail.example.com")
    with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
        db.session.execute(
            sa.insert(Customer).values(store_id=shop.id, email="ada@mail.example.com", name="", phone="")
        )
