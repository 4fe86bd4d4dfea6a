"""What all benchmarks share of a command line: how one ends, and how it is called in a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.console import Console

from benchmarks.harness.failures import CannotMeasure


def exit_code(run: Callable[[Console], object]) -> int:
    """Run a benchmark; return 0, or 2 with a sentence where it could not, or was asked amiss.

    It is told the console for what is not part of a report.
    """
    console = Console(stderr=True)
    try:
        run(console)
    except CannotMeasure as problem:
        console.print(f"benchmarks: {problem}", style="red", markup=False, soft_wrap=True)
        return 2
    except KeyboardInterrupt:
        console.print("benchmarks: interrupted; no report was written")
        return 130
    return 0


def called(target: str, arguments: Sequence[str]) -> str:
    """Return the command that runs `make TARGET` with these arguments again."""
    return f'make {target} ARGS="{" ".join(arguments)}"' if arguments else f"make {target}"
