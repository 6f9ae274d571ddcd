"""A reply made from the decision: for every outcome, what it says and what it leaves out."""

from dataclasses import replace
from typing import Any

import pytest

from helpdesk.core.language import speaking
from helpdesk.policies import Decision, Outcome, Request
from helpdesk.policies.decision import Charge, Deadline, Refund
from helpdesk.policies.words import Remedy, ReturnShipping
from helpdesk.web.desk.proposing import Answered, Letterhead, proposed_reply

HEAD = Letterhead("Ada", "Mara Lind", "Petito")
BLANK: dict[str, Any] = {
    "title": "Bowl", "remedies": [], "fees": [], "refund": "", "deadlines": [], "missing": [], "clauses": [],
}  # fmt: skip
BASE = Decision(Request.RETURN, Outcome.APPROVE, "rule", "It can go back until 3 Jul.")
YES = replace(
    BASE, remedies=(Remedy.REFUND, Remedy.EXCHANGE), refund=Refund(), return_shipping=ReturnShipping.PREPAID,
    charges=(Charge("restocking", "box"),),
    deadlines=(Deadline("send_back", "w", days=14), Deadline("damage_report", "w", ends_at="2026-06-01T10:00+00:00")),
)  # fmt: skip
SHOWN_YES = {
    "remedies": ["a refund", "an exchange"], "refund": "$42.00, the way you paid", "fees": ["restocking: 15 %"],
    "deadlines": [
        {"words": "within 14 days after our approval", "is_past": False}, {"words": "Mon 1 Jun", "is_past": True},
    ],
    "clauses": [{"label": f"{n} Clause"} for n in range(1, 6)],
}  # fmt: skip


def reply(decision: Decision, shown: dict[str, Any], *, questions: tuple[str, ...] = (), steps: Any = ()) -> str:
    return proposed_reply(HEAD, decision.outcome, [Answered(decision, {**BLANK, **shown}, questions)], steps)


@pytest.mark.parametrize("decision, shown, questions, says, leaves_out", [
    (YES, SHOWN_YES, (), [
        "We offer you a refund or an exchange. It can go back until 3 Jul.", "You get back $42.00, the way you paid.",
        "We deduct: restocking: 15 %.", "You get a prepaid label", "Please send it back within 14 days",
        "under 1 Clause, 2 Clause and 3 Clause.",
    ], ["Mon 1 Jun", "4 Clause"]),
    (replace(BASE, outcome=Outcome.DECLINE, because="It was used."), SHOWN_YES, (),
     ["I am sorry", "It was used.", "under 1 Clause"], ["$42.00", "restocking"]),
    (replace(BASE, outcome=Outcome.REVIEW, because="It is dear."), {}, (),
     ["It is dear. A person decides this"], ["We offer", "policy"]),
    (replace(BASE, outcome=Outcome.NEED_INFORMATION), {}, ("Was it used?", "Which colour?"),
     ["Please tell me:\n- Was it used?\n- Which colour?"], ["Please send me"]),
    (replace(BASE, outcome=Outcome.NEED_INFORMATION, pending=Outcome.APPROVE),
     {"missing": ["photo of the damage"], "remedies": ["a refund"]}, (),
     ["Please send me:\n- photo of the damage", "Once I have it, we can offer you a refund."], ["Please tell me"]),
    (replace(BASE, outcome=Outcome.NEED_INFORMATION, because="We look up your order."), {}, (),
     ["We look up your order."], ["Please"]),
])  # fmt: skip
def test_what_a_proposal_says(
    decision: Decision, shown: dict[str, Any], questions: tuple[str, ...], says: list[str], leaves_out: list[str]
) -> None:
    text = reply(decision, shown, questions=questions)
    assert text.startswith("Hello Ada,\n\n")
    assert text.endswith("Kind regards\nMara Lind\nPetito")
    assert [words for words in says if words not in text] == []
    assert [words for words in leaves_out if words in text] == []


def test_steps_follow_and_nothing_is_said_twice() -> None:
    text = reply(YES, SHOWN_YES, steps=["Send it with our label."])
    assert "What happens next:\n- Send it with our label." in text
    assert "You get a prepaid label" not in text


def test_several_items_are_named() -> None:
    answers = [Answered(YES, {**BLANK, **SHOWN_YES, "title": title}) for title in ("Bowl", "Mat")]
    text = proposed_reply(Letterhead("", "Mara", "Petito"), Outcome.APPROVE, answers, [])
    assert text.startswith("Hello,\n")
    assert "Bowl:\nWe offer" in text
    assert "Mat:\nWe offer" in text


@pytest.mark.parametrize("target, is_past, code, sentence", [
    ("return_window", False, "en", "You can ask for it until Mon 1 Jun."),
    ("return_window", True, "en", "It could be asked for until Mon 1 Jun."),
    ("send_back", False, "en", "Please send it back by Mon 1 Jun."),
    ("send_back", True, "en", "It was to be sent back by Mon 1 Jun."),
    ("withdrawal", False, "en", "By law you can give it back without a reason until Mon 1 Jun."),
    ("withdrawal", True, "en", "By law it could be given back without a reason until Mon 1 Jun."),
    ("refund", True, "en", None),  # ours to keep: a day gone by is nothing to tell as if it were to come
    ("return_window", False, "tr", "Bunu isteyebileceğiniz son gün: Mon 1 Jun."),
    ("return_window", True, "tr", "Bunu isteyebileceğiniz son gün şuydu: Mon 1 Jun."),
    ("send_back", True, "tr", "En geç şu gün geri gönderilmeliydi: Mon 1 Jun."),
    ("withdrawal", True, "tr", "Yasaya göre Mon 1 Jun tarihine kadar neden göstermeden geri verilebilirdi."),
])  # fmt: skip
def test_a_day_that_is_past_is_promised_no_more(target: str, is_past: bool, code: str, sentence: str | None) -> None:
    decision = replace(BASE, deadlines=(Deadline(target, "w", ends_at="2026-06-01T10:00+00:00"),))
    with speaking(code):
        text = reply(decision, {"deadlines": [{"words": "Mon 1 Jun", "is_past": is_past}]})
    assert [line for line in text.splitlines() if "Mon 1 Jun" in line] == ([sentence] if sentence else [])


def test_beside_the_law_the_window_is_our_own_also_when_it_is_past() -> None:
    dates = [Deadline(name, "w", ends_at="2026-06-01T10:00+00:00") for name in ("withdrawal", "return_window")]
    shown = [{"words": "Mon 1 Jun", "is_past": True}, {"words": "Fri 10 Jul", "is_past": False}]
    text = reply(replace(BASE, deadlines=tuple(dates)), {"deadlines": shown})
    assert "By law it could be given back without a reason until Mon 1 Jun." in text
    assert "By our own policy you can ask for it until Fri 10 Jul." in text
    shown[1]["is_past"] = True
    text = reply(replace(BASE, deadlines=tuple(dates)), {"deadlines": shown})
    assert "By our own policy it could be asked for until Fri 10 Jul." in text
