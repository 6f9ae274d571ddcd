"""A whole deployment on this machine: web server, mail server, three stores, people and orders."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from werkzeug.serving import make_server

from helpdesk import jobs
from helpdesk.accounts import Role, add_user
from helpdesk.cli_faq import faq_files, read_all
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.faq import load_faq
from helpdesk.orders import Order, OrderLine, Parcel, Stage, number_key
from helpdesk.seed import SEEDS
from helpdesk.stores import Store, forget_calendars, load_store, read_store_file
from tests.conftest import make_app
from tests.mail.smtp_server import MailServer, mail_server

PASSWORD = "a quiet password 7"


@dataclass
class ShopFloor:
    """What a test drives: addresses, the mail that arrived, and the timetable by hand."""

    app: Flask
    base: str
    mail: MailServer

    def run_jobs(self) -> None:
        """One round of the timetable."""
        jobs.run_all(self.app)


@contextmanager
def shop_floor(url: str, folder: Path) -> Iterator[ShopFloor]:
    """Open the shop on this database."""
    with mail_server() as mail:
        app = make_app(url, folder, MAIL_URL=mail.url, WTF_CSRF_ENABLED=True)
        forget_calendars()
        logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a failing test should show its own words
        server = make_server("127.0.0.1", 0, app, threaded=True)
        app.config["BASE_URL"] = f"http://127.0.0.1:{server.port}"
        with app.app_context():
            upgrade()
            furnish()
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield ShopFloor(app, app.config["BASE_URL"], mail)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            with app.app_context():
                db.engine.dispose()


def furnish() -> None:
    """The shipped stores with their answers, an agent, a supervisor, a manager, and an order that has just arrived."""
    stores = [load_store(read_store_file(path)) for path in sorted(SEEDS.glob("*/store.toml"))]
    db.session.flush()
    for store in stores:
        for language, questions in read_all(faq_files(SEEDS / store.slug)).items():
            load_faq(store, language, questions)
    add_user("mara@desk.example.com", "Mara Lind", Role.AGENT, PASSWORD, stores)
    add_user("selim@desk.example.com", "Selim Aksoy", Role.SUPERVISOR, PASSWORD, stores)
    add_user("mona@desk.example.com", "Mona Berg", Role.MANAGER, PASSWORD, stores)
    petito = next(store for store in stores if store.slug == "petito")
    delivered = clock.now() - timedelta(hours=20)
    db.session.add(_order(petito, "#1042", delivered))
    db.session.add(_order(petito, "#1043", clock.now() - timedelta(hours=80)))
    db.session.commit()


def _order(store: Store, number: str, delivered_at: object) -> Order:
    placed = clock.now() - timedelta(days=6)
    return Order(
        store_id=store.id,
        number=number,
        number_key=number_key(number),
        email="lena@mail.example.net",
        phone_key="+16815550123",
        customer_name="Lena Hartwig",
        currency="USD",
        total_cents=8400,
        stage=Stage.DELIVERED,
        placed_at=placed,
        paid_at=placed,
        processing_at=placed,
        shipped_at=placed + timedelta(days=1),
        delivered_at=delivered_at,
        lines=[
            OrderLine(position=1, title="Stoneware bowl, blue", quantity=2, unit_cents=2400, flags=[]),
            OrderLine(position=2, title="Cork mat", quantity=1, unit_cents=3600, flags=[]),
        ],
        parcels=[Parcel(carrier="Parcel Post", tracking_number="PP 4711", delivered_at=delivered_at)],
    )
