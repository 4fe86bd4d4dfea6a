"""A server's process with a rarer garbage collection, whatever serves: `tuned MODULE ARGUMENT…`.

With many requests under way most of what a collection looks at is in use, and while it looks
nobody is answered. The product makes it rarer too (`portico.app.tune_process`), so every stage is
given it, gunicorn's workers by their parent.
"""

from __future__ import annotations

import gc
import runpy
import sys


def collect_rarely() -> None:
    """Make this process, and what it forks, look for garbage as rarely as the product does."""
    gc.set_threshold(20_000, 50, 100)


def main() -> None:
    """Run a module as `python -m` would."""
    collect_rarely()
    module, *sys.argv[1:] = sys.argv[1:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
