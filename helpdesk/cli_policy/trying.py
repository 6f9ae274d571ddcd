"""flask policy decide and whatif: a policy asked about one case, and about all that were."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from helpdesk import policies, returns
from helpdesk.cli_policy import words
from helpdesk.cli_policy.stores import FILE, edition_of, plainly, print_lines, the_store
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.policies import Edition, Replayed, Request, Tally
from helpdesk.stores import Store

YEAR = 365
#: What the store and the policy say themselves.
NOT_SAID = {"timezone"}


@click.command("decide")
@click.argument("place", metavar="STORE|FILE")
@click.argument("request", type=click.Choice([request.value for request in Request]))
@click.option("--fact", "facts", multiple=True, metavar="NAME=VALUE", help="Something known; repeat for more.")
@click.option("--on", help="The day or moment it is asked on; now, if left out.")
@click.option("--edition", "name", help="The edition of this name, whenever the order was placed.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--trace", is_flag=True, help="Every rule that was asked, and why it held or not.")
def decide_command(
    place: str, request: str, facts: tuple[str, ...], on: str | None, name: str | None, as_json: bool, trace: bool
) -> None:
    """Say what STORE's policy, or a draft of it in FILE, answers to REQUEST.

    The edition is that of the day the order was placed (placed_at), else of the day it is asked.
    """
    with plainly():
        given = _split((*facts, f"requested_at={on}") if on else facts)
        store, edition = _asked(place, name, given)
        known = _known(store, edition, given)
        decision = policies.decide(edition, Request(request), known)
    alternatives = policies.what_would_change(edition, decision)
    looks = policies.replayed(edition, decision)
    if as_json:
        data = words.decision_data(decision, alternatives, looks if trace else ())
        click.echo(json.dumps(data, indent=2, ensure_ascii=False))
        return
    print_lines(words.decision_lines(edition, decision))
    print_lines(words.alternative_lines(alternatives))
    if trace:
        print_lines(words.trace_lines(looks, policies.effects_of(edition, decision.request, known), decision.assumed))


def _split(facts: Iterable[str]) -> dict[str, str]:
    given = {}
    for fact in facts:
        name, is_there, value = fact.partition("=")
        if not is_there:
            raise click.BadParameter(f"“{fact}” is not of the form NAME=VALUE, like opened=yes")
        given[name.strip()] = value.strip()
    return given


def _asked(place: str, name: str | None, given: Mapping[str, str]) -> tuple[Store, Edition]:
    if Path(place).is_file():
        draft = policies.read_policy_file(Path(place))
        return the_store(draft.store), draft
    store = the_store(place)
    return store, edition_of(store, name, _judged_on(store, given))[0]


def _judged_on(store: Store, given: Mapping[str, str]) -> date | None:
    """The day whose edition judges; a moment that cannot be read is refused later, by its fact's name."""
    for name in ("placed_at", "requested_at"):
        try:
            moment = policies.read_moment(given.get(name, ""))
        except ValueError:
            continue
        return moment.astimezone(ZoneInfo(store.timezone)).date() if isinstance(moment, datetime) else moment
    return None


def _known(store: Store, edition: Edition, given: Mapping[str, str]) -> dict[str, Any]:
    """The facts as the edition reads them, and what the store and its calendar add."""
    known: dict[str, Any] = {
        "timezone": store.timezone, "country": store.country, "requested_at": clock.now().astimezone(UTC).isoformat(),
    }  # fmt: skip
    known |= _values(edition, given)
    placed, asked = (known.get(name) for name in ("placed_at", "requested_at"))
    if placed and asked:
        zone = ZoneInfo(store.timezone)
        moments = (_start(policies.read_moment(moment), zone) for moment in (placed, asked))
        known = {**returns.counted_days(store, *moments), **known}
    return known


def _values(edition: Edition, given: Mapping[str, str]) -> dict[str, Any]:
    values, problems = {}, []
    for name, raw in given.items():
        fact = edition.facts.get(name)
        if fact is None or name in NOT_SAID:
            problems.append(f"There is no fact “{name}” to be given{_meant(name, edition)}")
            continue
        try:
            values[name] = policies.value_of(raw, fact, edition.currency)
        except policies.BadCell as problem:
            problems.append(f"{problem}.")
    if problems:
        raise click.ClickException("\n".join(problems))
    return values


def _meant(name: str, edition: Edition) -> str:
    meant = policies.nearest(name, edition.facts.keys() - NOT_SAID)
    return f"; did you mean “{meant}”?" if meant else "."


def _start(moment: datetime | date, zone: ZoneInfo) -> datetime:
    return moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day, tzinfo=zone)


@click.command("whatif")
@click.argument("draft", type=FILE)
@click.option("--days", type=click.IntRange(min=1), default=YEAR, show_default=True, help="How far back.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for every change, and one for the sums.")
def whatif_command(draft: Path, days: int, as_json: bool) -> None:
    """Answer past tickets of the draft's store again by DRAFT: which answers would change, and the money involved."""
    with plainly():
        edition = policies.read_policy_file(draft)
        store = the_store(edition.store)
    if failed := policies.failures(edition):
        click.echo(f"{draft.name}: its examples do not hold ({len(failed)} differ): see flask policy check", err=True)
    tally = Tally(store.currency)
    since = clock.now() - timedelta(days=days)
    for one in returns.what_if(store, edition, since, tally=tally, between=db.session.commit):
        _print_change(one, as_json=as_json)
    if as_json:
        click.echo(json.dumps(tally.as_dict()))
    else:
        print_lines(words.tally_lines(tally, days))


def _print_change(one: Replayed, *, as_json: bool) -> None:
    if not as_json:
        click.echo(words.replayed_in_words(one))
        return
    data = {
        "ticket": one.ticket, "item": one.item, "from": one.before.outcome, "to": one.after.outcome,
        "differences": one.differences,
        "refund_cents": [each.refund.cents if each.refund else 0 for each in (one.before, one.after)],
    }  # fmt: skip
    click.echo(json.dumps(data, ensure_ascii=False))
