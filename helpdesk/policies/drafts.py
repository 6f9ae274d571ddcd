"""A draft: the text of the edition that is being prepared, kept as it was given, however much is wrong with it."""

import re
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.core.errors import Invalid, WrongState
from helpdesk.policies.edition import Edition
from helpdesk.policies.reading import read_policy
from helpdesk.stores import Store

#: What a draft is called in its problems.
DRAFT = "draft"
#: Ten thousand rules are about two million characters.
LONGEST = 4_000_000
MOVED_ON = "Not kept yet: somebody kept another draft while you wrote."
GONE = "Not kept yet: the draft was published or thrown away while you wrote."
#: The day in the head of a file: its table has no other table before it that has such a field.
EFFECTIVE = re.compile(r"^([ \t]*effective[ \t]*=[ \t]*)[^\s#]+", re.MULTILINE)


class PolicyDraft(Base):
    """What is being prepared for a store; there is at most one."""

    __tablename__ = "policy_drafts"
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[datetime]
    kept_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kept_by: Mapped[User] = relationship()

    @property
    def digest(self) -> str:
        """Tells whether it is still the text that somebody looked at."""
        return sha256(self.text.encode()).hexdigest()

    def read(self) -> Edition:
        """Checked and compiled. Raises BadPolicy with everything that is wrong."""
        return read_policy(self.text, DRAFT)


def draft_of(store: Store) -> PolicyDraft | None:
    """What is being prepared, if anything is."""
    return db.session.get(PolicyDraft, store.id)


def digest_of(store: Store) -> str:
    """By which it is known whether somebody else keeps another draft meanwhile; empty where there is none."""
    draft = draft_of(store)
    return draft.digest if draft else ""


def keep_draft(store: Store, text: str, *, by: User, seen: str = "") -> PolicyDraft:
    """Keep this text in place of the draft with the digest `seen`, whether it is sound or not.

    Raises WrongState where another draft is there now, or none: nobody's work goes unseen.
    """
    if not text.strip():
        raise Invalid("There is nothing in it.")
    if len(text) > LONGEST:
        raise Invalid(f"Please keep it under {LONGEST:,} characters.")
    draft = draft_of(store)
    if digest_of(store) != seen and (draft is None or draft.text != text):
        raise WrongState(MOVED_ON if draft else GONE)
    draft = draft or PolicyDraft(store_id=store.id)
    draft.text, draft.kept_at, draft.kept_by = text, clock.now(), by
    db.session.add(draft)
    db.session.flush()
    return draft


def drop_draft(store: Store, *, seen: str) -> None:
    """Nothing is being prepared any more. Raises WrongState where another draft than that one is there now."""
    if draft := draft_of(store):
        if draft.digest != seen:
            raise WrongState("Somebody has changed the draft since you looked at it. It is still there: look again.")
        db.session.delete(draft)


def dated(text: str, day: date) -> str:
    """The same file, beginning on this day. Raises Invalid where its own day cannot be found."""
    moved = EFFECTIVE.sub(rf"\g<1>{day.isoformat()}", text, count=1)
    if read_policy(moved, DRAFT).file.policy.effective != day:
        raise Invalid("The day could not be written into the text. Write it there yourself, as “effective”.")
    return moved
