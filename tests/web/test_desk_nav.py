"""The desk's navigation: what each role sees, and what stands behind “More”."""

import re

import pytest

from helpdesk.accounts import Role
from helpdesk.stores import Store
from tests import factories
from tests.web.browsing import Browser

RARE = [
    "What if", "Satisfaction", "Answers", "Hours and promises", "Policy editions", "Macros", "Following", "Health",
    "Tags", "Mail problems",
]  # fmt: skip
FOR_ALL = ["Macros", "Following", "Mail problems"]


def nav(client: Browser, address: str = "/desk/mail") -> str:
    found = re.search(r'<nav class="desk-nav".*?</nav>', client.get(address).text, re.DOTALL)
    assert found
    return found[0]


def labels(part: str) -> list[str]:
    return re.findall(r"</svg><span>([^<]+)</span>(?:<span class=\"count\">\d+</span>)?</a>", part)


@pytest.mark.parametrize("role, line, more", [
    (Role.AGENT, ["Queue", "Exceptions", "Returns", "Worklist"], FOR_ALL),
    (
        Role.SUPERVISOR,
        ["Queue", "Escalations", "Exceptions", "Returns", "Worklist", "Payouts", "Team"],
        [*RARE[:3], "Macros", "Following", "Tags", "Mail problems"],
    ),
    (Role.MANAGER, ["Queue", "Escalations", "Exceptions", "Returns", "Worklist", "Payouts", "Team"], RARE),
])  # fmt: skip
def test_where_each_role_can_go(client: Browser, shop: Store, role: Role, line: list[str], more: list[str]) -> None:
    client.sign_in(factories.agent(shop, role=role))
    in_line, _, behind_more = nav(client).partition("<details")
    assert (labels(in_line), labels(behind_more)) == (line, more)


def test_every_place_opens_and_is_marked(client: Browser, shop: Store) -> None:
    client.sign_in(factories.agent(shop, role=Role.MANAGER))
    addresses = re.findall(r'<a href="([^"]+)"', nav(client))
    assert len(addresses) == 17
    for address in addresses:
        there = client.get(address).location or address  # hours and policies are shown store by store
        assert re.findall(r'<a href="([^"]+)" aria-current="page">', nav(client, there)) == [address]
