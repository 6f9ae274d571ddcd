"""The blueprint of the supervisor's pages, and what several of them show."""

from dataclasses import dataclass

from flask import Blueprint, g
from flask_login import current_user

from helpdesk.accounts import Presence, Role, User, presence_of, team_of
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.escalation import Load, load_of
from helpdesk.web.guards import staff_only

bp = Blueprint("supervisor", __name__, url_prefix="/desk")
bp.before_request(staff_only)

LADDER = (Role.SUPERVISOR, Role.MANAGER)


@dataclass(frozen=True)
class Member:
    """One of the team, with whether they are here and what they have in hand."""

    user: User
    presence: Presence
    load: Load

    @property
    def is_on_ladder(self) -> bool:
        """Whether escalations are handed to this person."""
        return self.user.role in LADDER

    @property
    def in_words(self) -> str:
        """As an entry of a list to choose from."""
        here = "here" if self.presence.is_here else self.presence.why
        return f"{self.user.name} ({here}, {self.load.tickets} tickets)"


def me() -> User:
    """The person who is signed in, as a row and not as a proxy."""
    user: User = current_user._get_current_object()
    return user


def the_team() -> list[Member]:
    """Everybody of my stores, who is here first: four questions a request, however many they are."""
    if "team" not in g:
        g.team = _the_team()
    found: list[Member] = g.team
    return found


def _the_team() -> list[Member]:
    people = list(db.session.scalars(team_of(me())))
    here = presence_of(people, clock.now())
    loads = load_of([person.id for person in people], seen_by=me())
    members = [Member(person, here[person.id], loads.get(person.id, Load())) for person in people]
    return sorted(members, key=lambda member: not member.presence.is_here)
