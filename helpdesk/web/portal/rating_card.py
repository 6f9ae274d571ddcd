"""What the ticket's page shows of a rating: the question, or what was said and until when that can change."""

from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import AnyOf, Length

from helpdesk.core.db import db
from helpdesk.core.language import lazy
from helpdesk.tickets import SCORES, Rating, Ticket, rating_of


def _score(value: Any) -> int | None:
    return int(value) if str(value) in {"1", "2", "3", "4", "5"} else None


class RatingForm(FlaskForm):
    """Five words, the best first, and room for more."""

    score = RadioField(
        lazy("How did you find our help?"),
        coerce=_score,
        validate_choice=False,
        validators=[AnyOf(list(SCORES), lazy("Choose one of the five."))],
    )
    comment = TextAreaField(
        lazy("What went well, or what should have been better? (you need not say)"),
        [Length(max=2000, message=lazy("At most 2,000 characters."))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.score.choices = [(score, SCORES[score]) for score in sorted(SCORES, reverse=True)]


@dataclass(frozen=True)
class RatingCard:
    """The rating of the latest solving, if there is one, and the form for it while it can be given or changed."""

    rating: Rating | None
    form: RatingForm | None
    can_be_looked_at: bool  # by a supervisor, because it is low

    @property
    def scores(self) -> range:
        """What can be given, for the stars."""
        return range(1, 6)


def rating_card(ticket: Ticket, form: RatingForm | None = None) -> RatingCard | None:
    """Nothing while there is nothing to rate."""
    if ticket.solved_at is None or not ticket.is_finished:
        return None
    rating: Rating | None = db.session.scalar(rating_of(ticket))
    if form is None and (rating is None or rating.can_change):
        before = {"score": rating.score, "comment": rating.comment} if rating else {}
        form = RatingForm(formdata=None, data=before)
    can_be_looked_at = bool(rating and rating.is_low and not ticket.is_over)
    return RatingCard(rating, form, can_be_looked_at)
