"""The desk: agents work the queue and the tickets."""

from helpdesk.web.desk import (
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
    ticket,
    work,
)
from helpdesk.web.desk.door import bp

__all__ = [
    "bp",
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
    "ticket",
    "work",
]
