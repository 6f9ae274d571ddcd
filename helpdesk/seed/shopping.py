"""The orders of the demo: what was bought, and how it came step by step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from helpdesk.core.db import db
from helpdesk.orders import Order, OrderLine, Parcel, Stage, number_key, phone_key
from helpdesk.seed.catalogue import Catalogue, Product
from helpdesk.seed.past import Script
from helpdesk.seed.people import Stranger
from helpdesk.seed.stories import Hours
from helpdesk.stores import Store

#: Hours from one step to the next where a story does not say.
PAID_AFTER, PACKED_AFTER = (0.02, 0.5), (3, 20)
SHIPPED_AFTER, DELIVERED_AFTER = (21, 44), (40, 100)
QUIET: dict[str, Hours] = {"shipped": (24, 60), "delivered": (80, 150)}
CANCELLED = 0.08
TRIES = 12


@dataclass
class Counter:
    """The till of one store: it numbers the orders as they come."""

    store: Store
    catalogue: Catalogue
    rng: Random
    last: int = 0

    def next_number(self) -> str:
        """The number of the next order; a few fall to people who never write."""
        self.last = max(self.last, self.catalogue.first_number) + self.rng.choice([1, 1, 2, 3])
        return self.catalogue.number.format(self.last)


@dataclass
class Purchase:
    """One order in the making."""

    counter: Counter
    buyer: Stranger
    products: list[Product]
    moments: dict[Stage, datetime]
    order: Order | None = None

    def script(self) -> Script:
        """Place the order, then let it come on step by step."""
        for stage, moment in sorted(self.moments.items(), key=lambda item: item[1]):
            yield moment
            if self.order is None:
                self.order = self._placed(moment)
            else:
                _bring_on(self.order, stage, moment)
            if stage is Stage.SHIPPED:
                self.order.parcels = [self._parcel(moment)]

    def _placed(self, moment: datetime) -> Order:
        number = self.counter.next_number()
        order = Order(
            store_id=self.counter.store.id,
            number=number,
            number_key=number_key(number),
            email=self.buyer.email,
            phone_key=phone_key(self.buyer.phone, self.counter.store.country),
            customer_name=self.buyer.name,
            ship_to=self.buyer.ship_to,
            currency=self.counter.store.currency,
            payment_method=self.counter.rng.choice(self.counter.catalogue.payments),
            stage=Stage.PLACED,
            placed_at=moment,
            lines=[self._line(number, product) for number, product in enumerate(self.products, 1)],
        )
        self._charge(order)
        db.session.add(order)
        db.session.flush()
        return order

    def _line(self, position: int, product: Product) -> OrderLine:
        return OrderLine(
            position=position,
            sku=product.sku,
            title=product.title,
            quantity=self.counter.rng.choice([1, 1, 1, 1, 2]),
            unit_cents=product.cents,
            discount_cents=0,
            product_class=product.product_class,
            flags=[flag.value for flag in product.flags],
        )

    def _charge(self, order: Order) -> None:
        catalogue, rng = self.counter.catalogue, self.counter.rng
        goods = sum(line.quantity * line.unit_cents for line in order.lines)
        is_free = catalogue.free_from is not None and goods >= catalogue.free_from
        order.shipping_cents = 0 if is_free else catalogue.shipping
        order.discount_cents = goods // 10 if rng.random() < 0.15 else 0
        order.total_cents = goods + order.shipping_cents - order.discount_cents

    def _parcel(self, moment: datetime) -> Parcel:
        number = f"{self.counter.rng.randrange(10**11, 10**12)}"
        return Parcel(carrier=self.counter.rng.choice(self.counter.catalogue.carriers), tracking_number=number,
                      shipped_at=moment)  # fmt: skip


def basket(first: Product, catalogue: Catalogue, rng: Random) -> list[Product]:
    """The product, and maybe others with it."""
    others = [product for product in catalogue.products if product.sku != first.sku]
    return [first, *rng.sample(others, rng.choice([0, 0, 1, 1, 2]))]


def journey(about: datetime, told: Mapping[str, Hours], rng: Random, zone: ZoneInfo) -> dict[Stage, datetime]:
    """When an order took each step; `told` are hours from `about`, the others are filled in around them."""
    known = {Stage(name): _by_day(about, span, rng, zone) for name, span in told.items()}
    if Stage.PLACED not in known:
        arrived = known.get(Stage.DELIVERED, about)
        known.setdefault(Stage.SHIPPED, arrived - _hours(rng, DELIVERED_AFTER))
        known[Stage.PLACED] = known[Stage.SHIPPED] - _hours(rng, SHIPPED_AFTER)
    known[Stage.PAID] = known[Stage.PLACED] + _hours(rng, PAID_AFTER)
    packed = known[Stage.PAID] + _hours(rng, PACKED_AFTER)
    if packed < min(known[stage] for stage in (Stage.SHIPPED, Stage.DELIVERED, Stage.CANCELLED) if stage in known):
        known[Stage.PROCESSING] = packed
    return known


def quiet_journey(placed_at: datetime, rng: Random, zone: ZoneInfo) -> dict[Stage, datetime]:
    """When an order took each step that nobody ever wrote about."""
    ends: dict[str, Hours] = {"cancelled": (2, 20)} if rng.random() < CANCELLED else QUIET
    return {**journey(placed_at, {"placed": (0, 0), **ends}, rng, zone), Stage.PLACED: placed_at}


def _bring_on(order: Order, stage: Stage, moment: datetime) -> None:
    order.stage = stage
    setattr(order, f"{stage}_at", moment)
    for parcel in order.parcels:
        if stage is Stage.DELIVERED:
            parcel.delivered_at = moment


def _by_day(about: datetime, span: Hours, rng: Random, zone: ZoneInfo) -> datetime:
    """A moment within these hours, and by daylight if they hold any: that is when parcels move."""
    drawn = [about + _hours(rng, span) for _ in range(TRIES)]
    return next((moment for moment in drawn if 8 <= moment.astimezone(zone).hour < 20), drawn[0])


def _hours(rng: Random, span: Hours) -> timedelta:
    return timedelta(seconds=round(rng.uniform(*span) * 3600))
