"""A browser for these tests."""

import pytest
from flask import Flask

from tests.web.browsing import Browser


@pytest.fixture
def client(app: Flask, database: None) -> Browser:
    """A stranger's browser, which asks for no language."""
    return Browser(app)
