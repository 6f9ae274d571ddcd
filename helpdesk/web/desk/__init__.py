"""The desk: agents work the queue and the tickets."""

from helpdesk.web.desk import health, mails, queue, ticket, work
from helpdesk.web.desk.door import bp

__all__ = ["bp", "health", "mails", "queue", "ticket", "work"]
