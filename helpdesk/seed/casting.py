"""The plan of the demo: which stories are told in a store, about whom and what, and when each begins."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from helpdesk.accounts import Role
from helpdesk.orders import Stage
from helpdesk.seed.album import Album
from helpdesk.seed.case import Case, staff
from helpdesk.seed.catalogue import Product
from helpdesk.seed.pace import Pace
from helpdesk.seed.people import Stranger, strangers
from helpdesk.seed.shopping import Counter, Purchase, basket, journey, quiet_journey
from helpdesk.seed.stories import Mistyped, Scene, Story, Who, all_stories, now_playing
from helpdesk.stores import Store

DAYS = 60
ONE_DAY = timedelta(days=1)
VARIANTS = 60  # every small number of texts divides it
RECENT = timedelta(hours=20)  # what is newer than this stands in now.toml
REGULARS = 0.15  # so many have written before


@dataclass
class Casting:
    """Everything needed to cast one store's cases."""

    store: Store
    counter: Counter
    pace: Pace
    album: Album
    rng: Random
    now: datetime

    def __post_init__(self) -> None:
        self._strangers = strangers(self.store.country, self.rng)
        self._known: list[Stranger] = []

    def cases(self, many: int) -> Iterator[Case]:
        """What lies on the desks now, and before that so many stories as are still wanted."""
        scenes = now_playing().now[: max(3, many // 2)]
        for scene in scenes:
            yield self._under_way(scene)
        mistyped = now_playing().mistyped
        if mistyped.store == self.store.slug:
            yield self._mistyped(mistyped)
        for _ in range(many - len(scenes)):
            yield self._over()

    def quiet_orders(self, many: int) -> Iterator[Purchase]:
        """Orders of people who never had to write."""
        for _ in range(many):
            placed_at = self.pace.any_time(self.now - timedelta(days=DAYS), self.now - timedelta(hours=1))
            moments = quiet_journey(placed_at, self.rng, self.pace.zone)
            product = self.rng.choice(self.counter.catalogue.products)
            yield self._purchase(next(self._strangers), product, moments)

    def _over(self) -> Case:
        stories = [story for story in all_stories().values() if self._can_tell(story)]
        story = self.rng.choices(stories, [story.weight for story in stories])[0]
        opens_at = self.pace.any_time(self.now - timedelta(days=DAYS), self.now - RECENT)
        return self._case(story, opens_at)

    def _under_way(self, scene: Scene) -> Case:
        names = [scene.story, *scene.instead]
        story = next(all_stories()[name] for name in names if self._can_tell(all_stories()[name]))
        turns = story.turns[: scene.turns]
        moments = self.pace.led_to(turns, self._last_moment(scene, story))
        return replace(self._case(story, moments[0]), turns=turns, moments=moments, is_taken=scene.taken)

    def _mistyped(self, scene: Mistyped) -> Case:
        case = self._under_way(scene)
        buyer = replace(case.buyer, name=scene.name, email=scene.email)
        if case.purchase:
            case.purchase.buyer = buyer
        return replace(case, buyer=buyer)

    def _last_moment(self, scene: Scene, story: Story) -> datetime:
        promises = self.store.promises
        if scene.due_in is not None:
            term = promises.first_response if scene.turns == 1 else promises.next_response
            due_at = self.now + timedelta(hours=scene.due_in, minutes=self.rng.uniform(-9, 9))
            return self.pace.asked_for(due_at, term, ONE_DAY if scene.due_in > 0 else -ONE_DAY)
        last = self.now - timedelta(hours=scene.ago or 1, seconds=self.rng.uniform(0, 99))
        is_staff = story.turns[scene.turns - 1].who is not Who.CUSTOMER
        return self.pace.working_before(last, (0, 50)) if is_staff else last

    def _case(self, story: Story, opens_at: datetime) -> Case:
        product = self.rng.choice([each for each in self.counter.catalogue.products if story.fits(each)])
        buyer = self._buyer()
        purchase = None
        if story.order is not None:
            moments = journey(opens_at, story.order, self.rng, self.pace.zone)
            purchase = self._purchase(buyer, product, moments)
        agent = self.rng.choice(staff(self.store, Role.AGENT))
        case = Case(self.store, story, story.turns, buyer, agent, product, purchase, opens_at, self.rng, self.album)
        return replace(case, variant=self.rng.randrange(VARIANTS))

    def _buyer(self) -> Stranger:
        if self._known and self.rng.random() < REGULARS:
            return self.rng.choice(self._known)
        self._known.append(next(self._strangers))
        return self._known[-1]

    def _purchase(self, buyer: Stranger, product: Product, moments: dict[Stage, datetime]) -> Purchase:
        return Purchase(self.counter, buyer, basket(product, self.counter.catalogue, self.rng), moments)

    def _can_tell(self, story: Story) -> bool:
        here = not story.stores or self.store.slug in story.stores
        return here and any(story.fits(product) for product in self.counter.catalogue.products)
