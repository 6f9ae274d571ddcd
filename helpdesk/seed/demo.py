"""A believable past."""


def make_past(say: object) -> None:
    """Fill."""
