"""Who does something: a member of staff, a customer, or the helpdesk by itself."""

from enum import StrEnum

from sqlalchemy import ColumnElement, func

from helpdesk.accounts.customer import Customer
from helpdesk.accounts.user import User


class By(StrEnum):
    """What kind of actor stands behind an event or a message."""

    STAFF = "staff"
    CUSTOMER = "customer"
    SYSTEM = "system"


class System:
    """The helpdesk itself: schedulers, imports, automatic steps."""

    name = "Helpdesk"


SYSTEM = System()
Actor = User | Customer | System


#: The name of whoever did it, in a statement that joins its user and its customer.
ACTORS_NAME: ColumnElement[str] = func.coalesce(User.name, func.nullif(Customer.name, ""), Customer.email, SYSTEM.name)


def columns_for(actor: Actor) -> dict[str, object]:
    """The columns that say who it was."""
    person = actor._get_current_object() if hasattr(actor, "_get_current_object") else actor
    if isinstance(person, User):
        return {"by": By.STAFF, "user_id": person.id}
    if isinstance(person, Customer):
        return {"by": By.CUSTOMER, "customer_id": person.id}
    return {"by": By.SYSTEM}
