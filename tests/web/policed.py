"""Stores with a published policy: Petito's own edition, and a small shop's two editions."""

from datetime import timedelta
from typing import Any

from helpdesk.core import clock
from helpdesk.orders import Order, ProductClass
from helpdesk.policies import PolicyEdition, publish_all
from helpdesk.seed import SEEDS
from helpdesk.stores import Store
from tests import factories

HEAD = """
[policy]
store = "{slug}"
edition = "{edition}"
effective = {edition}
title = "Returns"
currency = "USD"

[[clause]]
id = "1"
title = "Returns"
text = "Within {days} days, unused."

[[clause]]
id = "2"
title = "Goodwill"
text = "We are kind."
"""
ROWS = """
[[window]]
id = "window"
request = "return"
days = {days}
clauses = "1"

[[rule]]
id = "late"
request = "return"
when = {{ late = true }}
outcome = "decline"
because = "It could go back until {{until}}."
clauses = "1"

[[rule]]
id = "dear"
request = "return"
when = {{ item_value = "> 100", used = true }}
outcome = "review"
because = "It is dear and used."
clauses = "2"
remedies = "partial_refund"

[[rule]]
id = "used"
request = "return"
when = {{ used = true }}
outcome = "decline"
because = "It was used."
clauses = "1"

[[rule]]
id = "fine"
request = "return"
outcome = "approve"
because = "It can go back until {{until}}."
clauses = "1"
remedies = ["refund", "exchange"]
return_shipping = "prepaid"

[[limit]]
role = "agent"
up_to = 50

[[limit]]
role = "supervisor"
up_to = 500

[[example]]
request = "return"
facts = {{ days_since_delivery = 1, used = true, item_value = 10.00 }}
outcome = "decline"
"""


def text_of(shop: Store, edition: str = "2025-01-01", *, days: int = 30) -> str:
    """A small shop's edition."""
    return (HEAD + ROWS).format(slug=shop.slug, edition=edition, days=days)


def with_policy(shop: Store | None = None, **days: int) -> Store:
    """A store with editions by name: `e2025_01_01=30`; without any, with one of 30 days."""
    shop = shop or factories.store()
    wanted = days or {"e2025_01_01": 30}
    names = {name[1:].replace("_", "-"): many for name, many in wanted.items()}
    publish_all(shop, {name: text_of(shop, name, days=many) for name, many in names.items()})
    return shop


def petito() -> tuple[Store, PolicyEdition]:
    """Petito, with the edition that it ships with; orders go to a country whose law adds nothing."""
    shop = factories.store("petito", currency="USD", country="US", timezone="Europe/Istanbul")
    texts = {path.name: path.read_text() for path in sorted((SEEDS / "petito").glob("policy-*.toml"))}
    return shop, publish_all(shop, texts)[-1]


def came(shop: Store, *classes: ProductClass, days_ago: float = 2, **given: Any) -> Order:
    """An order that has arrived, with a line of each of these kinds."""
    order = factories.order(shop, lines=len(classes) or 1, delivered_at=clock.now() - timedelta(days=days_ago), **given)
    for line, kind in zip(order.lines, classes, strict=False):
        line.product_class = kind
    return order
