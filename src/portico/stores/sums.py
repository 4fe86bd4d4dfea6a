"""The table of what answers cost, by the hour: the statements that add to it and read it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from portico.core.tally import HOUR_S, Line, Sums


def add(connection: sqlite3.Connection, counted: Mapping[Line, Sums]) -> None:
    """Add to the rows, in a transaction of the caller's."""
    connection.executemany(
        "INSERT INTO sums VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET answers = answers + excluded.answers,"
        " spent = spent + excluded.spent, saved = saved + excluded.saved",
        (
            (
                line.hour,
                line.who,
                line.route,
                line.payer,
                line.mode,
                each.answers,
                each.spent,
                each.saved,
            )
            for line, each in counted.items()
        ),
    )


def read(connection: sqlite3.Connection, *, since: float) -> dict[Line, Sums]:
    """Return the rows from the hour of an instant on."""
    rows = connection.execute("SELECT * FROM sums WHERE hour >= ?", (int(since) // HOUR_S,))
    return {Line(*row[:5]): Sums(*row[5:]) for row in rows}


def forget(connection: sqlite3.Connection, *, before: float) -> None:
    """Remove the rows of hours that ended before an instant."""
    connection.execute("DELETE FROM sums WHERE hour < ?", (int(before) // HOUR_S,))
