"""How quickly people act: staff in their opening hours and mostly in time, customers when they are awake."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from helpdesk.seed.stories import Hours, Turn, Who
from helpdesk.stores import Calendar, Counts, Term

#: How many customers write at each hour of their day.
HOURS_OF_DAY = [1, 1, 0, 0, 0, 1, 3, 6, 8, 9, 9, 8, 8, 7, 7, 7, 8, 9, 10, 11, 11, 9, 6, 3]
OPEN = Counts.SERVICE_HOURS


class Pace:
    """The moments at which people of one store act."""

    def __init__(self, calendar: Calendar, rng: Random) -> None:
        self.calendar, self.rng, self.zone = calendar, rng, ZoneInfo(calendar.timezone)

    def working(self, since: datetime, minutes: Hours) -> datetime:
        """After so many minutes of opening time."""
        return self.calendar.due(since, self._seconds(minutes, 60), OPEN)

    def working_before(self, moment: datetime, minutes: Hours) -> datetime:
        """So many minutes of opening time before."""
        return self.calendar.due_back(moment, self._seconds(minutes, 60), OPEN)

    def in_time(self, since: datetime, due_at: datetime) -> datetime:
        """A moment in opening hours, more often early than late, before the promise runs out."""
        room = self.calendar.elapsed(since, due_at, OPEN)
        share = self.rng.betavariate(1.3, 3.2)
        return self.calendar.due(since, max(120, int(room * share)), OPEN)

    def awake(self, since: datetime, hours: Hours) -> datetime:
        """After so many hours, but not in the middle of the customer's night."""
        moment = since + timedelta(seconds=self._seconds(hours, 3600))
        local = moment.astimezone(self.zone)
        if 7 <= local.hour < 23:
            return moment
        morning = local.replace(hour=7, minute=self.rng.randrange(60)) + timedelta(days=local.hour // 23)
        return max(moment, morning.astimezone(moment.tzinfo))

    def any_time(self, first: datetime, last: datetime) -> datetime:
        """A moment of some day between the two, at an hour at which customers write."""
        while True:
            day = (first + (last - first) * self.rng.random()).astimezone(self.zone)
            hour = self.rng.choices(range(24), HOURS_OF_DAY)[0]
            moment = day.replace(hour=hour, minute=self.rng.randrange(60), second=self.rng.randrange(60))
            if first <= moment <= last:
                return moment.astimezone(first.tzinfo)

    def asked_for(self, due_at: datetime, term: Term, other_day: timedelta) -> datetime:
        """The moment from which an answer is due then, or at that time of the next other day that counts."""
        while True:
            asked = self.calendar.due_back(due_at, term.seconds, term.counts)
            if abs(self.calendar.due(asked, term.seconds, term.counts) - due_at) < timedelta(minutes=1):
                return asked
            due_at += other_day

    def led_to(self, turns: Sequence[Turn], last: datetime) -> list[datetime]:
        """Moments for the turns of which the last is given: told backwards."""
        moments = [last]
        for turn, following in zip(reversed(turns[:-1]), reversed(turns[1:]), strict=True):
            moments.insert(0, self._before(moments[0], turn, following))
        return moments

    def _before(self, moment: datetime, turn: Turn, following: Turn) -> datetime:
        if following.who is not Who.CUSTOMER:
            return self.working_before(moment, (15, 200))
        earlier = moment - timedelta(seconds=self._seconds((0.7, 9), 3600))
        return earlier if turn.who is Who.CUSTOMER else self.working_before(earlier, (1, 40))

    def _seconds(self, span: Hours, unit: int) -> int:
        return max(1, int(self.rng.uniform(*span) * unit))
