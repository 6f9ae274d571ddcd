"""“Propose a reply”: what the policy decided, as a letter in the box."""

from flask import jsonify
from werkzeug.wrappers import Response

from helpdesk.core.db import db
from helpdesk.policies import Outcome
from helpdesk.returns import edition_of, latest_decision
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
    """The letter for the decision in force."""
    decision = db.session.scalar(latest_decision(mine.id))
    if decision is None:
        return ""
    edition, answers = edition_of(decision, mine), []
    for one in decision.answers:
        facts = questions_of(edition, one.line_id, one.title, one.decision).facts
        shown = shown_decision(one.decision, edition, lambda number: number, title=one.title)
        answers.append(Answered(one.decision, shown, [fact.question for fact in facts]))
    name = mine.customer.name.split(maxsplit=1)[0] if mine.customer.name.strip() else ""
    head = Letterhead(name, me().name, mine.store.name)
    return proposed_reply(head, Outcome(decision.outcome), answers, decision.steps)
