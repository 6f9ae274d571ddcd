"""Schedulers as processes of their own, forked from one that has loaded everything: a start costs little."""

import logging
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from flask import Flask

from helpdesk import scheduler
from tests.conftest import make_app

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["tests.flows.crew"])


def start_scheduler(app: Flask, folder: Path) -> BaseProcess:
    """Start what `flask jobs` does, for this app's database; what it says goes to jobs.log. The caller ends it."""
    worker = FORKS.Process(target=_keep_timetable, args=(app.config["SQLALCHEMY_DATABASE_URI"], folder))
    worker.start()
    return worker


def _keep_timetable(url: str, folder: Path) -> None:
    logging.basicConfig(filename=folder / "jobs.log", force=True)
    scheduler.run_forever(make_app(url, folder))
