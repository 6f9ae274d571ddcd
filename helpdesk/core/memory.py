"""Memory of a process that serves for long."""

import gc

#: So many new objects are made before the youngest are looked through. A page makes some tens of thousands that all
#: go by themselves; Python's own 700 would look through them dozens of times in every page.
YOUNG_OBJECTS = 20_000


def settle() -> None:
    """Called once all code is loaded: what lives until the end need not be looked through again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)
