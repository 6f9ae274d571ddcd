"""The same photo on another ticket is told to the agent, once, and only there."""

import io
import random
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from helpdesk.core.db import db
from helpdesk.core.looks import ALIKE
from helpdesk.returns.same_photo import CHUNKS, FLIPS, NEAR, PhotoChunk, alike, chunks_of
from helpdesk.stores import Store
from helpdesk.tickets import Action, Attachment, Evidence, Ticket, keep_file, merge
from tests import factories
from tests.core.pictures import encoded
from tests.core.test_looks import cropped, scene
from tests.scenes import actions_on, last, plans_of

pytestmark = pytest.mark.usefixtures("database")


def kept(picture: Image.Image, quality: int = 85) -> Attachment:
    """A photo as it is taken in."""
    return keep_file(io.BytesIO(encoded(picture, "JPEG", quality=quality)), "photo.jpg", Evidence.DAMAGE)


def claim(shop: Store, picture: Image.Image, **given: Any) -> Ticket:
    """A ticket that came with this photo."""
    return factories.ticket(shop, attachments=[kept(picture)], **given)


def looking(look: str) -> Attachment:
    """A photo with this look."""
    photo = factories.photo()
    photo.look = look
    return photo


def test_a_changed_copy_on_another_customers_ticket_is_told() -> None:
    shop = factories.store()
    first = claim(shop, scene(1))
    second = claim(shop, cropped(scene(1)).resize((800, 600)))
    told = last(second, Action.PHOTO_SEEN_BEFORE).details
    assert (told["other"], told["same_customer"], told["is_follow_up"]) == (first.reference, False, False)
    assert Action.PHOTO_SEEN_BEFORE not in actions_on(first)


def test_another_photo_is_not() -> None:
    shop = factories.store()
    claim(shop, scene(1))
    assert Action.PHOTO_SEEN_BEFORE not in actions_on(claim(shop, scene(2)))


def test_another_stores_tickets_are_not_looked_at() -> None:
    claim(factories.store(), scene(1))
    assert Action.PHOTO_SEEN_BEFORE not in actions_on(claim(factories.store(), scene(1)))


def test_the_same_customers_follow_up_is_called_so() -> None:
    shop = factories.store()
    first = claim(shop, scene(1))
    second = claim(shop, scene(1), by=first.customer, follows=first)
    told = last(second, Action.PHOTO_SEEN_BEFORE).details
    assert (told["same_customer"], told["is_follow_up"]) == (True, True)


def test_the_same_photo_twice_on_one_ticket_is_nothing() -> None:
    ticket = claim(factories.store(), scene(1))
    ticket.write(by=ticket.customer, body="Once more.", attachments=[kept(scene(1))])
    assert Action.PHOTO_SEEN_BEFORE not in actions_on(ticket)


def test_a_photo_of_a_merged_ticket_is_one_of_its_own() -> None:
    shop = factories.store()
    first = claim(shop, scene(1))
    main = factories.ticket(shop, customer=first.customer, by=first.customer)
    merge(first, into=main, by=factories.agent(shop))
    main.write(by=main.customer, body="Once more.", attachments=[kept(scene(1))])
    assert Action.PHOTO_SEEN_BEFORE not in actions_on(main)


def test_a_photo_that_comes_later_is_compared_and_a_ticket_named_once() -> None:
    shop = factories.store()
    claim(shop, scene(1))
    ticket = factories.ticket(shop)
    for _ in range(2):
        ticket.write(by=ticket.customer, body="Here.", attachments=[kept(scene(1))])
    assert actions_on(ticket).count(Action.PHOTO_SEEN_BEFORE) == 1


def test_what_staff_send_is_not_compared() -> None:
    shop = factories.store()
    claim(shop, scene(1))
    ticket = factories.ticket(shop)
    ticket.reply(by=factories.agent(shop), body="Like this?", attachments=[kept(scene(1))])
    ticket.write(by=ticket.customer, body="Yes.")
    assert Action.PHOTO_SEEN_BEFORE not in actions_on(ticket)


@pytest.mark.parametrize("bits", [0, 1, ALIKE, ALIKE + 1])
@pytest.mark.parametrize("seed", range(5))
def test_every_look_that_is_near_enough_is_found(bits: int, seed: int) -> None:
    chance, shop = random.Random(seed), factories.store()
    look = chance.getrandbits(64)
    for bit in chance.sample(range(64), bits):
        look ^= 1 << bit
    factories.ticket(shop, attachments=[looking(f"{look:016x}")])
    photo = looking(f"{random.Random(seed).getrandbits(64):016x}")
    found = list(alike(factories.ticket(shop), photo))
    assert len(found) == (bits <= ALIKE)


def test_the_chunks_are_enough_for_that() -> None:
    assert CHUNKS * (FLIPS + 1) - 1 >= ALIKE
    assert len(NEAR) == len(set(NEAR)) == 137
    assert chunks_of("0001000200030004") == [4, 0x10003, 0x20002, 0x30001]


def test_not_all_photos_are_read_to_find_one() -> None:
    shop = factories.store()
    ticket = claim(shop, scene(1))
    assert db.session.scalar(select(func.count()).select_from(PhotoChunk)) == CHUNKS
    plan = plans_of(lambda: list(alike(ticket, looking("0123456789abcdef"))))
    assert "ix_photo_chunks_store_chunk" in plan
