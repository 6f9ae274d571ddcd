"""Memory of a process that serves for long."""

import subprocess
import sys


def test_what_was_loaded_is_not_looked_through_again() -> None:
    # In a process of its own: what is frozen stays so.
    code = "import gc; from helpdesk.core.memory import settle; settle(); print(gc.get_freeze_count() > 1000)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "True\n"
