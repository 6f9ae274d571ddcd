"""Style sheets, scripts and pictures: kept by browsers for a year, under an address that changes with them."""

from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask


def init_app(app: Flask) -> None:
    """Put the hash of all static files into their addresses."""
    version = _version(Path(app.static_folder or ""))

    @app.url_defaults
    def _name_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("v", version)


def _version(folder: Path) -> str:
    every = sha256()
    for path in sorted(folder.rglob("*.*")):
        every.update(path.name.encode() + path.read_bytes())
    return every.hexdigest()[:10]
