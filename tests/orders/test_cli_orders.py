"""The command that imports orders: what it prints and how it ends."""

from pathlib import Path
from typing import Any

import pytest

from helpdesk.cli_orders import import_orders_command
from tests import factories
from tests.orders.files import order, written

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def run(app: Any) -> Any:
    """Run the command with these words."""

    def run(*words: object) -> Any:
        return app.test_cli_runner().invoke(import_orders_command, [str(word) for word in words])

    return run


def test_a_sound_file_ends_with_success(run: Any, tmp_path: Path) -> None:
    factories.store(slug="petito")
    result = run("petito", written(tmp_path, [order()]))
    assert (result.exit_code, result.stdout) == (0, "1 new, 0 changed, 0 unchanged, 0 left out.\n")


def test_bad_rows_are_listed_and_end_with_failure(run: Any, tmp_path: Path) -> None:
    factories.store(slug="petito")
    result = run("petito", written(tmp_path, [order(), order(number="1002", email="no")]))
    assert result.exit_code == 1
    assert "1 new, 0 changed, 0 unchanged, 1 left out.\nitem 2 (order 1002): email “no”" in result.stdout


def test_an_unknown_store_is_named_beside_the_known_ones(run: Any, tmp_path: Path) -> None:
    factories.store(slug="petito")
    result = run("petit", written(tmp_path, [order()]))
    assert result.exit_code == 1
    assert "There is no store “petit”. Stores here: petito." in result.stderr


def test_a_missing_file_is_said(run: Any, tmp_path: Path) -> None:
    result = run("petito", tmp_path / "nowhere.csv")
    assert result.exit_code == 2
    assert "nowhere.csv' does not exist" in result.stderr
