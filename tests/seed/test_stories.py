"""The stories that the demo tells: complete, known to everybody who plays them, and fillable."""

from string import Formatter

import pytest

from helpdesk.seed import SEEDS
from helpdesk.seed.acts import ACTS
from helpdesk.seed.catalogue import catalogue_of, slugs
from helpdesk.seed.drawings import DRAWINGS
from helpdesk.seed.stories import WHO, Story, all_stories, now_playing
from helpdesk.seed.tagging import habits_of
from helpdesk.tickets import TAG_CHANGES, IssueType, normalised, read_macros

WORDS = {"item", "price", "first", "agent", "order", "total", "carrier", "tracking", "day", "town", "pet", "store"}
OF_AN_ORDER = {"order", "total", "price", "tracking", "day"}
SILENT = {"agrees", "acknowledges", "takes over"}

every_story = pytest.mark.parametrize("story", all_stories().values(), ids=all_stories())


def test_there_is_a_story_for_every_issue_type() -> None:
    assert {story.issue for story in all_stories().values()} == set(IssueType)


def test_every_step_of_a_story_can_be_played() -> None:
    assert set(ACTS) == set(WHO)


@every_story
def test_a_story_begins_with_its_customer_and_says_something_at_every_step(story: Story) -> None:
    assert story.turns[0].does == "opens"
    assert all(turn.says or turn.does in SILENT for turn in story.turns)


@every_story
def test_a_story_only_asks_for_words_that_are_known(story: Story) -> None:
    texts = [text for turn in story.turns for text in (*turn.says, *turn.letter)]
    asked = {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}
    assert asked <= (WORDS if story.order else WORDS - OF_AN_ORDER)


@every_story
def test_a_story_is_told_in_at_least_one_store(story: Story) -> None:
    stores = story.stores or set(slugs())
    assert any(story.fits(product) for slug in stores for product in catalogue_of(slug).products)


def test_what_is_under_way_names_known_stories_and_no_step_after_their_end() -> None:
    for scene in [*now_playing().now, now_playing().mistyped]:
        for name in (scene.story, *scene.instead):
            assert scene.turns <= len(all_stories()[name].turns)


@pytest.mark.parametrize("slug", slugs())
def test_every_product_can_be_drawn_and_is_sold_once(slug: str) -> None:
    products = catalogue_of(slug).products
    assert {product.picture for product in products} <= set(DRAWINGS)
    assert len({product.sku for product in products}) == len(products)


@pytest.mark.parametrize("slug", slugs())
def test_a_stores_tags_are_spelled_right_and_some_product_or_story_has_each(slug: str) -> None:
    habits = habits_of(slug)
    assert len(habits) >= 5
    assert [normalised(name) for name in habits] == list(habits)
    sold = catalogue_of(slug).products
    for habit in habits.values():
        assert any(
            (not habit.about or product.product_class in habit.about)
            and (not habit.flags or habit.flags & set(product.flags))
            for product in sold
        )
        assert not habit.on or habit.on & {story.issue for story in all_stories().values()}


@pytest.mark.parametrize("slug", slugs())
def test_the_macros_of_a_store_name_tags_that_it_has(slug: str) -> None:
    macros = read_macros(SEEDS / slug / "macros.toml").values()
    named = {name for macro in macros for what in TAG_CHANGES for name in macro.changes.get(what, ())}
    assert named
    assert named <= set(habits_of(slug))
