"""Things to test with; each says only what a test usually does not care about."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from helpdesk.accounts import Customer, Role, User, add_user, customer_for, take_off_duty
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.orders import Order, OrderLine, Stage, number_key
from helpdesk.stores import Store
from helpdesk.tickets import Attachment, Channel, Evidence, IssueType, Ticket, from_choice
from helpdesk.tickets.attachment import storage

PASSWORD = "correct horse battery"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
_numbers = count(1)


def store(slug: str | None = None, **given: Any) -> Store:
    """A store that works Monday to Friday, 9 to 17, New York time."""
    number = next(_numbers)
    made = Store(
        **{
            "slug": slug or f"shop-{number}",
            "name": f"Shop {number}",
            "email": f"help@shop-{number}.example.com",
            "country": "US",
            "currency": "USD",
            "timezone": "America/New_York",
            "accent": "#3b4fa8",
            "weekly_hours": {day: [["09:00", "17:00"]] for day in WEEKDAYS},
            "calendar_version": 1,
            "promise_terms": {},
            **given,
        }
    )
    db.session.add(made)
    db.session.flush()
    return made


def agent(*stores: Store, role: Role = Role.AGENT, name: str | None = None, **given: Any) -> User:
    """A member of staff of these stores."""
    number = next(_numbers)
    name = name or f"Agent {number}"
    is_absent = given.pop("is_absent", False)
    user = add_user(f"agent-{number}@desk.example.com", name, role, PASSWORD, list(stores))
    for field, value in given.items():
        setattr(user, field, value)
    db.session.flush()
    if is_absent:
        take_off_duty(user, by=user)
    return user


def supervisor(*stores: Store, **given: Any) -> User:
    """A supervisor of these stores."""
    return agent(*stores, role=Role.SUPERVISOR, **given)


def customer(shop: Store, email: str | None = None, name: str = "Ada Buyer") -> Customer:
    """A customer of this store."""
    made = customer_for(shop.id, email or f"buyer-{next(_numbers)}@mail.example.com", name=name)
    db.session.flush()
    return made


def order(
    shop: Store, *, lines: int = 1, quantity: int = 1, delivered_at: datetime | None = None, **given: Any
) -> Order:
    """An order; with `delivered_at` it has arrived, else it is being processed."""
    number = given.pop("number", f"#{1000 + next(_numbers)}")
    placed = (delivered_at or clock.now()) - timedelta(days=4)
    made = Order(
        **{
            "store_id": shop.id,
            "number": number,
            "number_key": number_key(number),
            "email": "ada@mail.example.com",
            "phone_key": "+16815550123",
            "customer_name": "Ada Buyer",
            "currency": "USD",
            "total_cents": 4200 * lines * quantity,
            "stage": Stage.DELIVERED if delivered_at else Stage.PROCESSING,
            "placed_at": placed,
            "paid_at": placed,
            "processing_at": placed,
            "shipped_at": delivered_at - timedelta(days=2) if delivered_at else None,
            "delivered_at": delivered_at,
            "lines": [
                OrderLine(position=n, title=f"Bowl {n}", quantity=quantity, unit_cents=4200, flags=[])
                for n in range(1, lines + 1)
            ],
            **given,
        }
    )
    db.session.add(made)
    db.session.flush()
    return made


def ticket(
    shop: Store | None = None,
    *,
    issue: IssueType = IssueType.NOT_ARRIVED,
    by: Customer | None = None,
    photos: Sequence[Evidence] = (),
    **given: Any,
) -> Ticket:
    """A ticket that a customer opened on the portal."""
    shop = shop or store()
    by = by or customer(shop)
    return Ticket.open(
        **{
            "store": shop,
            "customer": by,
            "by": by,
            "sorted_as": from_choice(issue),
            "body": "Where is my bowl?",
            "channel": Channel.PORTAL,
            "attachments": [photo(shows) for shows in photos],
            **given,
        }
    )


def photo(shows: Evidence = Evidence.OTHER) -> Attachment:
    """A photo that was taken in already."""
    number = next(_numbers)
    key = storage().put(f"picture {number}".encode())
    made = Attachment(
        token=f"photo-{number}", shows=shows, filename=f"photo-{number}.jpg", content_type="image/jpeg", size=9,
        file_key=key, screen_key=key, thumb_key=key, width=4, height=3, added_at=clock.now(),
    )  # fmt: skip
    db.session.add(made)
    return made
