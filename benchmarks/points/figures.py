"""From the tallies to what is shown: tables, what is compared, and the picture."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.harness import report
from benchmarks.harness.chart import Panel, Series, lines
from benchmarks.points.policies import (
    Clairvoyant,
    Declared,
    Expiring,
    NoCache,
    Policy,
    Revalidating,
)
from benchmarks.points.portico import HEARING, UNHEARING
from benchmarks.points.simulation import Outcome
from benchmarks.points.tally import Tally
from portico.core.freshness import TABLE
from portico.core.resource import RouteClass

P99: Final = 0.99
# Where the picture's curve of staleness is read off, in seconds.
_AGES_S: Final = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 6 * 3600, 24 * 3600)
# What is drawn: what costs the same as another would hide it.
_TONES: Final = {
    NoCache.title: 0,
    Revalidating.title: 2,
    Expiring.title: 3,
    UNHEARING: 5,
    HEARING: 7,
    Clairvoyant.title: 8,
}


def percentile(stale_s: Sequence[float], answers: int, share: float) -> float:
    """Return the staleness that a share of all answers does not exceed.

    `stale_s` are those above zero, the least first; all others were the truth.
    """
    place = round(answers * share) - (answers - len(stale_s)) - 1
    return stale_s[place] if place >= 0 else 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """One policy's row."""

    title: str
    answers: int
    parts: int
    calls: int
    points: int
    stale_share: float
    stale_parts_share: float
    mean_stale_s: float
    p99_stale_s: float
    most_stale_s: float

    def per_thousand(self, count: int) -> float:
        """Return a count per 1,000 answers."""
        return count * 1_000 / self.answers


def figures(policy: Policy, tally: Tally) -> Figures:
    """Return what a policy has come to."""
    stale_s = sorted(tally.stale_s)
    parts = tally.parts.total()
    return Figures(
        title=policy.title,
        answers=tally.answers,
        parts=parts,
        calls=policy.bill.calls,
        points=policy.bill.points,
        stale_share=len(stale_s) / tally.answers,
        stale_parts_share=tally.stale_parts / parts,
        mean_stale_s=sum(stale_s) / tally.answers,
        p99_stale_s=percentile(stale_s, tally.answers, P99),
        most_stale_s=stale_s[-1] if stale_s else 0.0,
    )


def costs(found: Sequence[Figures], asked: str) -> str:
    """Return the table of what each policy costs, and how old its answers (`asked`) are."""
    is_composed = any(each.parts != each.answers for each in found)
    head = (
        f"per 1,000 {asked}", "calls", "points", f"stale {asked}",
        *(["stale parts"] if is_composed else []),
        "staleness, mean s", "p99 s", "longest s",
    )  # fmt: skip
    rows = [
        (
            each.title,
            report.number(each.per_thousand(each.calls), 1),
            report.number(each.per_thousand(each.points), 1),
            f"{each.stale_share:.2%}",
            *([f"{each.stale_parts_share:.2%}"] if is_composed else []),
            report.number(each.mean_stale_s, 2),
            report.number(each.p99_stale_s, 1),
            report.number(each.most_stale_s),
        )
        for each in found
    ]
    return report.table(head, rows)


def staleness_by_class(outcome: Outcome) -> str:
    """Return how stale what Portico shows is by class of route, beside what is declared."""
    tallies = {policy.title: tally for policy, tally in outcome.policies}
    rows = []
    for route_class in _classes(outcome):
        life = TABLE[route_class]
        cells = [
            route_class.name.lower(),
            report.number(life.fresh_s),
            report.number(life.fresh_s + life.stale_s),
        ]
        for title in (UNHEARING, HEARING):
            tally = tallies[title]
            stale_s = sorted(tally.stale_parts_s.get(route_class, ()))
            cells.append(report.number(percentile(stale_s, tally.parts[route_class], P99), 1))
            cells.append(report.number(stale_s[-1] if stale_s else 0.0))
        rows.append(cells)
    head = (
        "staleness by class", "fresh for s", "served for s", "without webhooks, p99 s",
        "longest s", "with webhooks, p99 s", "longest s",
    )  # fmt: skip
    return report.table(head, rows)


def calls_by_class(outcome: Outcome) -> str:
    """Return of a thousand parts of each class how many took a call."""
    of = {policy.title: (policy, tally) for policy, tally in outcome.policies}
    shown = (Declared.title, UNHEARING, HEARING, Clairvoyant.title)
    rows = []
    for route_class in _classes(outcome):
        asked = of[NoCache.title][1].parts[route_class]
        cells = [route_class.name.lower(), report.number(asked)]
        for title in shown:
            policy, tally = of[title]
            calls = policy.bill.by_class[route_class] * 1_000 / tally.parts[route_class]
            cells.append(report.number(calls, 1))
        rows.append(cells)
    return report.table(("calls per 1,000 of a class", "asked for", *shown), rows)


def _classes(outcome: Outcome) -> list[RouteClass]:
    """Return the classes of what was asked for."""
    return [each for each in RouteClass if outcome.policies[0][1].parts[each]]


def comparisons(found: Sequence[Figures]) -> str:
    """Return what is compared, and what is aimed at."""
    of = {each.title: each for each in found}
    with_, without = of[HEARING], of[UNHEARING]
    always, least = of[Revalidating.title], of[Clairvoyant.title]
    bare, alone = of[NoCache.title], of[Declared.title]
    rows = [
        ("points, with webhooks over no cache", with_.points / bare.points, "< 0.1"),
        ("calls, with webhooks over without", with_.calls / without.calls, "< 0.1"),
        ("points, with webhooks over without", with_.points / without.points, "-"),
        ("points, with webhooks over the minimum", with_.points / least.points, "≤ 1.5"),
        ("points, without webhooks over the minimum", without.points / least.points, "≤ 1.5"),
        ("calls, with webhooks over revalidate always", with_.calls / always.calls, "≤ 0.2"),
        ("calls, without webhooks over revalidate always", without.calls / always.calls, "≤ 0.2"),
        (f"calls, {alone.title} over revalidate always", alone.calls / always.calls, "-"),
    ]
    return report.table(
        ("compared", "ratio", "aim"), [(title, f"{ratio:.3f}", aim) for title, ratio, aim in rows]
    )


def picture(outcome: Outcome, *, title: str, asked: str) -> str:
    """Return calls by the hour, and how many answers are older than how long, as SVG."""
    drawn = [
        (policy, tally, _TONES[policy.title])
        for policy, tally in outcome.policies
        if policy.title in _TONES
    ]
    by_hour = [
        Series(
            name=policy.title,
            points=[(hour + 1, calls) for hour, calls in enumerate(policy.bill.by_hour) if calls],
            tone=tone,
            is_dashed=policy.title == Clairvoyant.title,
        )
        for policy, _, tone in drawn
    ]
    older = [
        Series(name=policy.title, points=_older(tally), tone=tone) for policy, tally, tone in drawn
    ]
    return lines(
        f"{title}: calls to GitHub, and the staleness of {asked}",
        [
            Panel(
                title="Calls to GitHub in each hour",
                x_label="hour of the day",
                y_label="calls",
                series=by_hour,
                is_even=True,
            ),
            Panel(
                title=f"{asked.capitalize()} that had been outdated for longer",
                x_label="seconds",
                y_label=f"of 1,000 {asked}",
                series=[series for series in older if series.points],
            ),
        ],
    )


def _older(tally: Tally) -> list[tuple[float, float]]:
    stale_s = sorted(tally.stale_s)
    counts = [(age_s, len(stale_s) - bisect.bisect_right(stale_s, age_s)) for age_s in _AGES_S]
    return [(age_s, count * 1_000 / tally.answers) for age_s, count in counts if count]
