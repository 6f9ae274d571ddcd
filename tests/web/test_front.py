"""The front page of a deployment."""

from flask.testing import FlaskClient

from helpdesk.core.db import db
from tests import factories


def test_it_leads_to_every_shop(client: FlaskClient) -> None:
    shops = [factories.store(), factories.store()]
    db.session.commit()
    page = client.get("/").text
    assert all(f'href="/{shop.slug}/"' in page for shop in shops)
