"""The customer's pages while an answer is held back: neither it nor what it changed shows before it leaves."""

from collections.abc import Sequence

from helpdesk.sla import SlaClock, as_they_stood, clocks_of
from helpdesk.tickets import Ticket, show_as_before, still_held


def clocks_shown(tickets: Sequence[Ticket]) -> dict[int, list[SlaClock]]:
    """The clocks of these tickets; tickets and clocks with an answer that may still be taken back read as before it."""
    ids = [ticket.id for ticket in tickets]
    clocks, held = clocks_of(ids), still_held(ids)
    for ticket in tickets:
        if answer := held.get(ticket.id):
            show_as_before(ticket, answer)
            clocks[ticket.id] = as_they_stood(clocks[ticket.id], answer.clocks)
    return clocks
