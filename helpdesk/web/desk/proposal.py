"""“Propose a reply”: what the policy decided, as a letter in the box."""

from flask import jsonify
from werkzeug.wrappers import Response

from helpdesk.core.db import db
from helpdesk.core.language import speaking
from helpdesk.policies import Edition, Outcome
from helpdesk.returns import Decision, edition_of, latest_decision, retold
from helpdesk.tickets import Ticket
from helpdesk.web.decisions import shown_decision
from helpdesk.web.desk.door import bp
from helpdesk.web.desk.loading import me, the_ticket
from helpdesk.web.desk.proposing import Answered, Letterhead, proposed_reply
from helpdesk.web.questions import questions_of


@bp.get("/tickets/<reference>/proposal.json")
def proposal(reference: str) -> Response:
    """The letter as data; empty where nothing was decided."""
    return jsonify(body=proposal_for(the_ticket(reference)))


def proposal_for(mine: Ticket) -> str:
    """The letter for the decision in force, in the customer's language."""
    decision = db.session.scalar(latest_decision(mine.id))
    if decision is None:
        return ""
    with speaking(mine.store.answers_in(mine.customer.language)):
        edition = edition_of(decision, mine)
        return _written(mine, retold(decision, edition), edition)


def _written(mine: Ticket, decision: Decision, edition: Edition) -> str:
    answers = []
    for one in decision.answers:
        facts = questions_of(edition, one.line_id, one.title, one.decision).facts
        shown = shown_decision(one.decision, edition, lambda number: number, title=one.title)
        answers.append(Answered(one.decision, shown, [fact.question for fact in facts]))
    name = mine.customer.name.split(maxsplit=1)[0] if mine.customer.name.strip() else ""
    head = Letterhead(name, me().name, mine.store.name)
    return proposed_reply(head, Outcome(decision.outcome), answers, decision.steps)
