"""Odd texts, and a scene with every form they can be put into."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from helpdesk.accounts import User
from helpdesk.core.db import Base, db
from helpdesk.escalation import Escalation
from helpdesk.orders import Order
from helpdesk.returns import Refund, Rma, Step, address_of
from helpdesk.stores import Store
from helpdesk.tickets import Ticket
from tests.web.browsing import Browser
from tests.web.wizard import Wizard

SCRIPT = "<script>alert(1)</script>"
NASTY = {
    "script": SCRIPT,
    "attribute": '"><img src=x onerror=alert(1)>',
    "template": "{{7*7}}{%if 1%}${7*7}",
    "sql": "'; DROP TABLE tickets; --",
    "nul": "a\x00b",
    "only nul": "\x00",
    "surrogate": "\ud800x\udfff",
    "right to left": "\u202egpj.exe\u2066",
    "marks": "e" + "\u0301\u0316" * 9_999,
    "emoji": "🐈‍⬛" * 60,
    "header": "x\r\nBcc: eve@mail.example.com",
    "number": "9" * 5000,
    "negative": "-1",
    "not a number": "NaN",
    "day": "0000-00-00",
    "far day": "9999-12-31",
    "nothing": "",
}

#: What a database may stumble over; whatever else is odd is odd for the pages alone, whichever database is beneath.
FOR_DATABASES = ("sql", "nul", "only nul", "surrogate", "number", "negative", "marks")
BY_NAME = [pytest.param(text, id=name, marks=() if name in FOR_DATABASES else pytest.mark.one_engine)
           for name, text in NASTY.items()]  # fmt: skip
SHARPEST = ("script", "nul", "surrogate", "number", "header")
FINE = (200, 302, 409, 413, 422)


@dataclass
class Scene:
    """A ticket in the middle of its life, and everybody who can do something with it."""

    client: Browser
    shop: Store
    boss: User
    order: Order
    ticket: Ticket
    raised: Escalation
    returns: list[Rma]
    payout: Refund

    @property
    def forms(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Every form of the app: its address, and how it is filled in well."""
        line, key = self.order.lines[0].id, {"form_key": "k" * 20}
        report = Wizard(self.client, self.shop).address
        guest, desk = f"/{self.shop.slug}/tickets/{self.ticket.guest_token}", f"/desk/tickets/{self.ticket.reference}"
        decision = {"verdict": "granted", "note": "Yes.", "letter": "Dear Ada", **key}
        yield f"/{self.shop.slug}/report", {"issue_type": "damaged"}
        yield f"/{self.shop.slug}/track", {"number": self.order.number, "contact": self.order.email}
        yield f"{report}/issue", {"issue_type": "other"}
        yield f"{report}/order", {"number": self.order.number, "contact": self.order.email}
        yield f"{report}/items", {"item": str(line), f"quantity-{line}": "1"}
        yield f"{report}/details", {
            "body": "Broken.", "name": "Ada", "email": "ada@mail.example.com", "phone": "1", "order_number": "1",
            "delivered_on": "2026-01-01",
        }  # fmt: skip
        yield f"{report}/photos", {"more": "1", "other": "not a file"}
        yield f"{report}/review", {"sent": "1"}
        yield f"{guest}/messages", {"body": "Hello", "other": "not a file", **key}
        yield f"{guest}/supervisor", {"note": "Please.", **key}
        yield f"{desk}/reply", {"body": "Hello", "then": "", **key}
        yield f"{desk}/note", {"body": "Hm.", **key}
        yield f"{desk}/status", {"status": "on_hold", **key}
        yield f"{desk}/assignee", {"assignee": str(self.boss.id), **key}
        yield f"{desk}/sorting", {"issue_type": "lost", **key}
        yield f"{desk}/priority", {"priority": "high", **key}
        yield f"{desk}/escalation", {"note": "Help.", **key}
        for rma in self.returns:
            yield from self._return_forms(f"{desk}/returns/{address_of(rma)}", rma)
        yield f"/desk/payouts/{self.payout.id}/payment", {"reference": "TX-1", **key}
        yield f"/desk/escalations/{self.raised.id}/decision", decision
        yield f"{desk}/complexity", {"complex": "1"}
        many = {"ticket": str(self.ticket.id), "do": "priority:high", "query": "show=all&order=newest", **key}
        yield "/desk/bulk", many
        yield "/desk/views", {"name": "Late ones", "query": "overdue=1", "store": self.shop.slug}
        yield f"{desk}/seen", {"up_to": "1"}
        hours = f"/desk/admin/hours/{self.shop.slug}"
        week = {"mon": "09:00-12:00", "timezone": "Europe/Berlin", "country": "DE", "region": "BE", **key}
        yield f"{hours}/week", week
        yield f"{hours}/days", {"on": "2030-12-24", "name": "Eve", "spans": "09:00-12:00", **key}
        yield f"{hours}/days/removal", {"on": "2030-12-24"}
        yield "/account/password", {"old": "x", "new": "y"}
        yield "/account/sign-in", {"email": "a@b.example", "password": "x"}

    def _return_forms(self, page: str, rma: Rma) -> Iterator[tuple[str, dict[str, str]]]:
        """Those that the return's page offers, where something can be typed."""
        item, key = rma.items[0].id, {"form_key": "k" * 20}
        forms: dict[Step, dict[str, dict[str, str]]] = {
            Step.REQUESTED: {"refusal": {"reason": "No."}},
            Step.APPROVED: {"handover": {"carrier": "Post", "tracking_number": "1"}},
            Step.IN_TRANSIT: {"receipt": {f"count_{item}": "1"}},
            Step.RECEIVED: {
                "inspection": {
                    f"resalable_{item}": "1", f"deduction_{item}": "5 %", f"reason_{item}": "Box", "result": "",
                    "note": "", "preview": "1",
                }
            },
            Step.INSPECTED: {
                "refund": {"method": "original", "reason": "", "fee_0": "3", "preview": "1"},
                "exchange": {f"wanted_{item}": "Blue", f"difference_{item}": "5"},
            },
        }  # fmt: skip
        for name, fields in forms.get(rma.state, {}).items():
            yield f"{page}/{name}", {**fields, **key}

    @property
    def pages(self) -> list[str]:
        """Where what was put in comes out again."""
        return [
            f"/{self.shop.slug}/tickets/{self.ticket.guest_token}", f"/desk/tickets/{self.ticket.reference}",
            "/desk/?show=all", "/desk/views", "/desk/mail",
            f"/desk/escalations/{self.raised.id}", "/desk/escalations/?state=decided",
            "/desk/returns?view=all", "/desk/payouts", "/desk/payouts?state=paid",
            "/desk/worklist", "/desk/worklist.csv",
            *(f"/desk/tickets/{self.ticket.reference}/returns/{address_of(rma)}" for rma in self.returns),
            f"/desk/admin/hours/{self.shop.slug}",
        ]  # fmt: skip


def send(client: Browser, address: str, fields: dict[str, str]) -> TestResponse:
    """As bytes, so that even what is no text goes out."""
    body = urlencode(fields, errors="surrogatepass")
    return client.post(address, data=body, content_type="application/x-www-form-urlencoded")


def is_raw(answer: TestResponse) -> bool:
    """Whether something typed came out as HTML."""
    return SCRIPT in answer.text or "<img src=x" in answer.text


def counts() -> dict[str, int]:
    """How many rows every table has."""
    return {t.name: db.session.scalar(select(func.count()).select_from(t)) or 0 for t in Base.metadata.sorted_tables}
