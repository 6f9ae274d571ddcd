"""Mail: letters to customers and staff, kept in an outbox until a mail server has them."""

from helpdesk.mail.choosing import tell_assignee_of_choice
from helpdesk.mail.digest import Digest, digests_due, send_digest
from helpdesk.mail.following import (
    tell_followers_of_breach,
    tell_followers_of_choice,
    tell_followers_of_message,
    tell_mentioned,
)
from helpdesk.mail.merging import tell_where_it_goes_on
from helpdesk.mail.my_link import write_link
from helpdesk.mail.outbox import (
    MailState,
    OutgoingMail,
    claim_unsent,
    failed_mails,
    message_of,
    oldest_unsent,
    release_stranded,
    settle,
)
from helpdesk.mail.rating import tell_of_rating
from helpdesk.mail.returns import tell_of_claim, tell_of_remedy, tell_of_return
from helpdesk.mail.sending import (
    acknowledge,
    ask_if_solved,
    desk_link,
    portal_base,
    remind_customer,
    send_reply,
    shown_link,
    tell_agent_of_decision,
    tell_assignee,
    tell_decision,
    tell_of_reason,
    tell_supervisor,
    ticket_link,
)
from helpdesk.mail.transport import Folder, Smtp, Transport, Undeliverable, transport_from
from helpdesk.mail.withdrawing import withdraw_letters

__all__ = [
    "Digest",
    "Folder",
    "MailState",
    "OutgoingMail",
    "Smtp",
    "Transport",
    "Undeliverable",
    "acknowledge",
    "ask_if_solved",
    "claim_unsent",
    "desk_link",
    "digests_due",
    "failed_mails",
    "message_of",
    "oldest_unsent",
    "portal_base",
    "release_stranded",
    "remind_customer",
    "send_digest",
    "send_reply",
    "settle",
    "shown_link",
    "tell_agent_of_decision",
    "tell_assignee",
    "tell_assignee_of_choice",
    "tell_decision",
    "tell_followers_of_breach",
    "tell_followers_of_choice",
    "tell_followers_of_message",
    "tell_mentioned",
    "tell_of_claim",
    "tell_of_rating",
    "tell_of_reason",
    "tell_of_remedy",
    "tell_of_return",
    "tell_supervisor",
    "tell_where_it_goes_on",
    "ticket_link",
    "transport_from",
    "withdraw_letters",
    "write_link",
]
