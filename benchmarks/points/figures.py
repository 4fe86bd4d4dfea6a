"""From the tallies to what is shown: tables, what is compared, and the picture."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.harness import report
from benchmarks.harness.chart import Panel, Series, lines
from benchmarks.points.policies import Clairvoyant, Expiring, NoCache, Policy, Revalidating
from benchmarks.points.portico import HEARING, UNHEARING
from benchmarks.points.simulation import Outcome, Tally
from portico.core.freshness import TABLE
from portico.core.resource import RouteClass

P99: Final = 0.99
# Where the picture's curve of staleness is read off, in seconds.
_AGES_S: Final = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 6 * 3600, 24 * 3600)
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
    calls: int
    points: int
    stale_share: float
    mean_stale_s: float
    p99_stale_s: float
    most_stale_s: float

    def per_thousand(self, count: int) -> float:
        """Return a count per 1,000 answers."""
        return count * 1_000 / self.answers


def figures(policy: Policy, tally: Tally) -> Figures:
    """Return what a policy has come to."""
    stale_s = tally.all_stale_s()
    return Figures(
        title=policy.title,
        answers=tally.answers,
        calls=policy.bill.calls,
        points=policy.bill.points,
        stale_share=len(stale_s) / tally.answers,
        mean_stale_s=sum(stale_s) / tally.answers,
        p99_stale_s=percentile(stale_s, tally.answers, P99),
        most_stale_s=stale_s[-1] if stale_s else 0.0,
    )


def costs(found: Sequence[Figures]) -> str:
    """Return the table of what each policy costs, and how old its answers are."""
    head = (
        "per 1,000 answers", "calls", "points", "stale answers", "staleness, mean s", "p99 s",
        "longest s",
    )  # fmt: skip
    rows = [
        (
            each.title,
            report.number(each.per_thousand(each.calls), 1),
            report.number(each.per_thousand(each.points), 1),
            f"{each.stale_share:.2%}",
            report.number(each.mean_stale_s, 2),
            report.number(each.p99_stale_s, 1),
            report.number(each.most_stale_s),
        )
        for each in found
    ]
    return report.table(head, rows)


def by_class(outcome: Outcome) -> str:
    """Return the staleness of Portico's answers by class of route, beside what is declared."""
    tallies = {policy.title: tally for policy, tally in outcome.policies}
    rows = []
    for route_class in RouteClass:
        name = route_class.name.lower()
        if name not in tallies[HEARING].asked:
            continue
        life = TABLE[route_class]
        cells = [name, report.number(life.fresh_s), report.number(life.fresh_s + life.stale_s)]
        for title in (UNHEARING, HEARING):
            tally = tallies[title]
            stale_s = sorted(tally.stale_s.get(name, ()))
            cells.append(report.number(percentile(stale_s, tally.asked[name], P99), 1))
            cells.append(report.number(stale_s[-1] if stale_s else 0.0))
        rows.append(tuple(cells))
    head = (
        "class", "fresh for s", "served for s", "without webhooks, p99 s", "longest s",
        "with webhooks, p99 s", "longest s",
    )  # fmt: skip
    return report.table(head, rows)


def comparisons(found: Sequence[Figures]) -> str:
    """Return what is compared, and what is aimed at."""
    of = {each.title: each for each in found}
    with_, without = of[HEARING], of[UNHEARING]
    always, least = of[Revalidating.title], of[Clairvoyant.title]
    bare = of[NoCache.title]
    rows = [
        ("points, with webhooks over no cache", with_.points / bare.points, "< 0.1"),
        ("calls, with webhooks over without", with_.calls / without.calls, "< 0.1"),
        ("points, with webhooks over without", with_.points / without.points, "-"),
        ("points, with webhooks over the minimum", with_.points / least.points, "≤ 1.5"),
        ("points, without webhooks over the minimum", without.points / least.points, "≤ 1.5"),
        ("calls, with webhooks over revalidate always", with_.calls / always.calls, "≤ 0.2"),
        ("calls, without webhooks over revalidate always", without.calls / always.calls, "≤ 0.2"),
    ]
    return report.table(
        ("compared", "ratio", "aim"), [(title, f"{ratio:.3f}", aim) for title, ratio, aim in rows]
    )


def picture(outcome: Outcome) -> str:
    """Return calls by the hour, and how many answers are older than how long, as SVG."""
    by_hour = [
        Series(
            name=policy.title,
            points=[(hour + 1, calls) for hour, calls in enumerate(policy.bill.by_hour) if calls],
            tone=_TONES[policy.title],
            is_dashed=policy.title == Clairvoyant.title,
        )
        for policy, _ in outcome.policies
    ]
    older = [
        Series(name=policy.title, points=_older(tally), tone=_TONES[policy.title])
        for policy, tally in outcome.policies
    ]
    return lines(
        "A day of polling: calls to GitHub, and the staleness of answers",
        [
            Panel(
                title="Calls to GitHub in each hour",
                x_label="hour of the day",
                y_label="calls",
                series=by_hour,
            ),
            Panel(
                title="Answers that had been outdated for longer",
                x_label="seconds",
                y_label="of 1,000 answers",
                series=[series for series in older if series.points],
            ),
        ],
    )


def _older(tally: Tally) -> list[tuple[float, float]]:
    stale_s = tally.all_stale_s()
    counts = [(age_s, len(stale_s) - bisect.bisect_right(stale_s, age_s)) for age_s in _AGES_S]
    return [(age_s, count * 1_000 / tally.answers) for age_s, count in counts if count]
