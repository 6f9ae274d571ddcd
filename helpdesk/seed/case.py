"""A case: one ticket to be, the people in it, and what they say."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from helpdesk.accounts import Role, User, staff_of
from helpdesk.core.db import db
from helpdesk.core.money import Money
from helpdesk.escalation import Escalation, open_escalation
from helpdesk.orders import Order, OrderLine
from helpdesk.seed.album import Album
from helpdesk.seed.catalogue import Product
from helpdesk.seed.people import Stranger
from helpdesk.seed.shopping import Purchase
from helpdesk.seed.stories import Story, Turn
from helpdesk.stores import Store
from helpdesk.tickets import Attachment, Ticket


@dataclass
class Case:
    """Who writes about what, and which story it takes; `ticket` is there once the customer has written."""

    store: Store
    story: Story
    turns: Sequence[Turn]
    buyer: Stranger
    agent: User
    product: Product
    purchase: Purchase | None
    opens_at: datetime
    rng: Random
    album: Album
    moments: list[datetime] = field(default_factory=list)  # of every turn, where the plan has fixed them
    variant: int = 0
    is_taken: bool = False  # an agent has it, though nobody has answered yet
    _ticket: Ticket | None = None

    @property
    def is_over(self) -> bool:
        """Whether all of the story lies in the past, rather than being under way."""
        return not self.moments

    @property
    def ticket(self) -> Ticket:
        """The ticket it has become."""
        if self._ticket is None:
            raise LookupError(f"“{self.story.name}” has not been opened yet.")
        return self._ticket

    @ticket.setter
    def ticket(self, ticket: Ticket) -> None:
        self._ticket = ticket

    @property
    def order(self) -> Order | None:
        """What was bought."""
        return self.purchase.order if self.purchase else None

    @property
    def lines(self) -> list[OrderLine]:
        """The part of the order that it is about."""
        return [line for line in self.order.lines if line.sku == self.product.sku] if self.order else []

    @property
    def escalation(self) -> Escalation:
        """The open one."""
        found = open_escalation(self.ticket)
        if found is None:
            raise LookupError(f"“{self.story.name}” has no open escalation at this point.")
        return found

    @property
    def chief(self) -> User:
        """The supervisor who has it, or would have."""
        escalation = open_escalation(self.ticket)
        return (escalation and escalation.to) or staff(self.store, Role.SUPERVISOR)[0]

    @property
    def _price(self) -> Money:
        """What was paid for the things it is about."""
        return Money(sum(line.quantity * line.unit_cents for line in self.lines), self.store.currency)

    def photos(self, turn: Turn) -> list[Attachment]:
        """What the customer adds."""
        return [self.album.photo(kind, self.product) for kind in turn.photos]

    def one_of(self, texts: Sequence[str]) -> str:
        """One of the texts, about this case; where there are as many answers as questions, the one that fits."""
        filled = texts[self.variant % len(texts)].format(**self._words())
        return filled[:1].upper() + filled[1:]

    def _words(self) -> dict[str, object]:
        order, zone = self.order, ZoneInfo(self.store.timezone)
        parcel = order.parcels[0] if order and order.parcels else None
        return {
            "item": self.product.name,
            "first": self.buyer.first,
            "agent": self.agent.name.split()[0],
            "pet": self.buyer.pet,
            "town": self.buyer.town,
            "store": self.store.name,
            "order": order.number if order else "",
            "total": order.total if order else "",
            "price": self._price,
            "day": f"{order.delivered_at.astimezone(zone):%A}" if order and order.delivered_at else "",
            "carrier": parcel.carrier if parcel else "the carrier",
            "tracking": parcel.tracking_number if parcel else "",
        }


def staff(store: Store, role: Role) -> list[User]:
    """Who works there in this role."""
    return list(db.session.scalars(staff_of(store.id, role)))
