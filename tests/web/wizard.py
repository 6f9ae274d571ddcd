"""A customer who reports an issue on the portal, page by page."""

from io import BytesIO
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from helpdesk.core.db import db
from helpdesk.orders import Order
from helpdesk.stores import Store
from helpdesk.tickets import Ticket
from tests.core.pictures import drawn, encoded
from tests.web.browsing import Browser

JPEG = encoded(drawn(64, 48), "JPEG")
PDF = b"%PDF-1.4\n% a bill\n%%EOF\n"
WORDS = {"body": "The bowl came in two pieces.", "email": "ada@mail.example.com", "name": "Ada Buyer"}

Files = list[tuple[BytesIO, str]]


def files(*named: tuple[str, bytes]) -> Files:
    """Files as a browser sends them."""
    return [(BytesIO(data), name) for name, data in named]


def tickets() -> list[Ticket]:
    """All there are."""
    return list(db.session.scalars(select(Ticket).order_by(Ticket.id)))


class Wizard:
    """One report in the making."""

    def __init__(self, client: Browser, shop: Store, issue: str = "damaged") -> None:
        self.client, self.shop = client, f"/{shop.slug}"
        self.began = client.post(f"{self.shop}/report", data={"issue_type": issue})
        self.address = self.began.location.rsplit("/", 1)[0]

    def get(self, step: str) -> TestResponse:
        """Look at a step."""
        return self.client.get(f"{self.address}/{step}")

    def post(self, step: str, **data: Any) -> TestResponse:
        """Fill a step in."""
        return self.client.post(f"{self.address}/{step}", data=data, content_type="multipart/form-data")

    def find(self, order: Order, contact: str = "ada@mail.example.com") -> TestResponse:
        """Name the order."""
        return self.post("order", number=order.number, contact=contact)

    def choose_all(self, order: Order) -> TestResponse:
        """It is about every line."""
        return self.post("items", item=[str(line.id) for line in order.lines])

    def tell(self, **words: str) -> TestResponse:
        """What happened, and how to answer."""
        return self.post("details", **{**WORDS, **words})

    def send(self) -> TestResponse:
        """Press "Send"."""
        return self.post("review")

    def filed(self, order: Order | None = None, **photos: Files) -> TestResponse:
        """The whole way, to the ticket's page."""
        if order:
            self.find(order)
            self.choose_all(order)
        self.tell()
        if photos:
            self.post("photos", **photos)
        return self.client.get(self.send().location)
