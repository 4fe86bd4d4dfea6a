"""Recall and precision of the events over the sandbox, as the table in docs/webhooks.md.

`python -m tests.precision.measure docs/webhooks.md` prints the page with the table made anew.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from tests.precision.bench import Bench
from tests.precision.changes import CHANGES, Change
from tests.precision.rounds import Round

_REGION: Final = re.compile(r"(<!-- measured: precision -->\n).*?(<!-- end -->)", re.DOTALL)


async def measure(changes: Iterable[tuple[str, Change]] = CHANGES) -> list[Round]:
    """Return a round for each change, in one world."""
    bench = Bench()
    return [
        await bench.round(number, what, change) for number, (what, change) in enumerate(changes)
    ]


def renewed(page: str, rounds: Sequence[Round]) -> str:
    """Return the page with the table made anew."""
    return _REGION.sub(lambda found: f"{found[1]}\n{table(rounds)}\n{found[2]}", page)


def table(rounds: Sequence[Round]) -> str:
    """Return recall and precision, change by change."""
    lines = [
        "| What happened | Deliveries | Changed | Asked again | Recall | Precision |",
        "|---|---|---|---|---|---|",
    ]
    for each in rounds:
        events = ", ".join(f"`{event}`" for event in each.events)
        counts = f"{each.count(told=True)} | {each.count(asked=True)}"
        lines.append(
            f"| {each.what} | {events} | {counts} | {each.recall:.2f} | {each.precision:.2f} |"
        )
    return "\n".join(lines) + f"\n\n{_summary(rounds)}\n"


def _summary(rounds: Sequence[Round]) -> str:
    answers = len(rounds[0].stored)
    told = sum(each.count(told=True) for each in rounds)
    asked = sum(each.count(asked=True) for each in rounds)
    needed = sum(each.count(changed=True, asked=True) for each in rounds)
    composed = sum(shown.before != shown.truth for each in rounds for shown in each.documents)
    return (
        f"In all, {len(rounds)} changes with {answers} answers stored before each: {told} answers "
        f"changed, none of them was shown as before; {asked} were asked again, {needed} of which "
        f"had changed. So had {composed} composed documents; each was shown as it is."
    )


if __name__ == "__main__":
    found = asyncio.run(measure())
    print(renewed(Path(sys.argv[1]).read_text(), found), end="")  # noqa: T201 (a script's output)
