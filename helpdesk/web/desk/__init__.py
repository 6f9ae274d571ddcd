"""The desk: agents work the queue and the tickets."""

from helpdesk.web.desk import (
    bulk,
    commands,
    decision,
    exceptions,
    health,
    live,
    mails,
    payouts,
    queue,
    returns,
    rma,
    seen,
    ticket,
    views,
    work,
)
from helpdesk.web.desk.door import bp

__all__ = [
    "bp",
    "bulk",
    "commands",
    "decision",
    "exceptions",
    "health",
    "live",
    "mails",
    "payouts",
    "queue",
    "returns",
    "rma",
    "seen",
    "ticket",
    "views",
    "work",
]
