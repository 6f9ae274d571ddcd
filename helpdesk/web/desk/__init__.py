"""The desk: agents work the queue and the tickets."""

from helpdesk.web.desk import (
    decision,
    exceptions,
    health,
    mails,
    payouts,
    queue,
    returns,
    rma,
    tags,
    ticket,
    ticket_work,
    work,
)
from helpdesk.web.desk.door import bp

__all__ = [
    "bp",
    "decision",
    "exceptions",
    "health",
    "mails",
    "payouts",
    "queue",
    "returns",
    "rma",
    "tags",
    "ticket",
    "ticket_work",
    "work",
]
