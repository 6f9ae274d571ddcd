"""The letter that leads a customer to all their tickets at a store."""

from sqlalchemy import select

from helpdesk.accounts import Customer, MyLink
from helpdesk.core.db import db
from helpdesk.core.language import _, speaking
from helpdesk.mail.laying import lay
from helpdesk.mail.letters import Letter, greeting, local
from helpdesk.mail.sending import portal_base
from helpdesk.orders import Order


def write_link(link_id: int) -> None:
    """Write to whoever asked, if we know the address at this store; a wish of a stranger is only forgotten."""
    asked = db.session.get(MyLink, link_id, with_for_update=True)
    if asked is None or asked.key:
        return
    name = _known_as(asked)
    if name is None:
        db.session.delete(asked)
        return
    token = asked.open()
    address = f"{portal_base(asked.store)}/my/{token}"
    with speaking(asked.store.answers_in(asked.language)):
        letter = your_tickets(asked, address, name)
        lay(letter, store=asked.store, address=asked.email, name=name, cause=f"my-link:{asked.key}")


def your_tickets(asked: MyLink, address: str, name: str) -> Letter:
    """Everything you asked us and ordered from us, behind one link."""
    assert asked.ends_at is not None  # noqa: S101 - it was opened just now
    until = local(asked.ends_at, asked.store)
    return Letter(
        "your_tickets",
        _("Your requests at %(store)s", store=asked.store.name),
        greeting(name),
        [
            _("here is the link to all your requests and orders at %(store)s. It works until %(until)s.",
              store=asked.store.name, until=until),
            _("Whoever has this link sees them: please do not pass it on. If you did not ask for it, you need not do "
              "anything."),
        ],
        button=(_("See your requests"), address),
    )  # fmt: skip


def _known_as(asked: MyLink) -> str | None:
    """The name of the customer or buyer with this address at this store; None for a stranger."""
    customer = select(Customer.name).where(Customer.store_id == asked.store_id, Customer.email == asked.email)
    name: str | None = db.session.scalar(customer)
    if name is not None:
        return name
    order = select(Order.customer_name).where(Order.store_id == asked.store_id, Order.email == asked.email)
    return db.session.scalar(order.order_by(Order.placed_at.desc()).limit(1))
