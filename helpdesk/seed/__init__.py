"""The shipped stores, and a believable past for the demo."""

from pathlib import Path

SEEDS = Path(__file__).resolve().parent

__all__ = ["SEEDS"]
