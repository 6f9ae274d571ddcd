"""The form that says which items of its order a ticket is about."""

from typing import Any

from wtforms import Field, IntegerField
from wtforms.validators import NumberRange, Optional

from helpdesk.orders import OrderLine
from helpdesk.tickets import Ticket
from helpdesk.web.forms import Once


class ItemsForm(Once):
    """How many pieces of each line."""

    lines: list[OrderLine]

    @property
    def fields(self) -> list[Field]:
        """One for each line of the order."""
        return [self[_name(line)] for line in self.lines]

    @property
    def chosen(self) -> list[tuple[OrderLine, int]]:
        """Lines and how many of each."""
        return [(line, self[_name(line)].data or 0) for line in self.lines]


def items_form(ticket: Ticket, **kwargs: Any) -> ItemsForm:
    """With a count for each line of its order, as it was chosen so far."""
    lines = list(ticket.order.lines) if ticket.order else []
    chosen = {item.order_line_id: item.quantity for item in ticket.items}
    fields: dict[str, Any] = {"lines": lines}
    for line in lines:
        right = [Optional(), NumberRange(0, line.quantity, f"A count from 0 to {line.quantity}.")]
        fields[_name(line)] = IntegerField(f"{line.title}, of {line.quantity}", right, default=chosen.get(line.id, 0))
    form: ItemsForm = type("ItemsForm", (ItemsForm,), fields)(**kwargs)
    return form


def _name(line: OrderLine) -> str:
    return f"item_{line.id}"
