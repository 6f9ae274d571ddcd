"""The desk: agents work the queue and the tickets."""

from helpdesk.web.desk import (
    clock,
    decision,
    exceptions,
    health,
    items,
    mails,
    payouts,
    queue,
    records,
    returns,
    rma,
    search,
    tags,
    ticket,
    ticket_work,
    work,
)
from helpdesk.web.desk.door import bp

__all__ = [
    "bp",
    "clock",
    "decision",
    "exceptions",
    "health",
    "items",
    "mails",
    "payouts",
    "queue",
    "records",
    "returns",
    "rma",
    "search",
    "tags",
    "ticket",
    "ticket_work",
    "work",
]
