"""Line charts and waterfalls as SVG, light or dark as the reader's system is.

Small on purpose: two kinds of picture, one style. Axes of line charts are logarithmic, as callers
and latencies are compared in factors; only hours are evenly apart. A series keeps its tone in all
charts of a run; lines are named where they end, and the names are moved apart where they would
overlap.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

# Told apart with any kind of colour vision, on white and on near-black; the last is for limits.
_TONES: Final = (
    ("#b45309", "#f59e0b"),
    ("#d97706", "#fbbf24"),
    ("#be123c", "#fb7185"),
    ("#7c3aed", "#a78bfa"),
    ("#64748b", "#94a3b8"),
    ("#1d4ed8", "#60a5fa"),
    ("#0891b2", "#22d3ee"),
    ("#15803d", "#4ade80"),
    ("#6b7280", "#9ca3af"),
)
LIMIT_TONE: Final = len(_TONES) - 1

_PANEL: Final = (430, 300)
_LEFT, _TOP, _RIGHT, _BOTTOM = 54, 60, 172, 48
_LABEL_APART: Final = 13.0
_EVERY: Final = 3  # of what is evenly apart, one is labelled
_LANE_WIDTH: Final = 900
_BAR: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line: its points (x, y), both above 0, and its tone (an index)."""

    name: str
    points: Sequence[tuple[float, float]]
    tone: int
    is_dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One chart of a picture. `is_even`: equal steps of x are equally long."""

    title: str
    x_label: str
    y_label: str
    series: Sequence[Series]
    is_even: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One row of a waterfall: bars from began to ended, in seconds, and when all was over."""

    title: str
    bars: Sequence[tuple[float, float]]
    took_s: float
    tone: int


def lines(title: str, panels: Sequence[Panel]) -> str:
    """Return a picture of panels side by side."""
    width = len(panels) * (_LEFT + _PANEL[0] + _RIGHT)
    height = _TOP + _PANEL[1] + _BOTTOM
    drawn = [
        _panel(panel, index * (_LEFT + _PANEL[0] + _RIGHT)) for index, panel in enumerate(panels)
    ]
    return _svg(title, width, height, drawn)


def waterfall(title: str, lanes: Sequence[Lane]) -> str:
    """Return a picture of lanes below each other, on one scale of time."""
    longest_s = max(lane.took_s for lane in lanes)
    drawn, top = [], 26.0
    for lane in lanes:
        drawn.append(_lane(lane, top, (_LANE_WIDTH - 40) / longest_s))
        top += 34 + max(len(lane.bars), 2) * (_BAR + 1)
    drawn.append(_seconds(longest_s, top))
    return _svg(title, _LANE_WIDTH, int(top) + 28, drawn)


def _panel(panel: Panel, offset: float) -> str:
    xs = [x for series in panel.series for x, _ in series.points]
    ys = [y for series in panel.series for _, y in series.points]
    if not xs:
        return ""
    x_scale = float if panel.is_even else math.log10
    x_axis, y_axis = _Axis(xs, _PANEL[0], x_scale), _Axis(_decades(ys), _PANEL[1])
    left, bottom = offset + _LEFT, _TOP + _PANEL[1]
    parts = [_text(left, _TOP - 32, panel.title, "head")]
    for value in sorted(set(xs))[:: _EVERY if panel.is_even else 1]:
        x = left + x_axis.at(value)
        parts.append(f'<path class="grid" d="M{x:.1f} {_TOP}V{bottom}"/>')
        parts.append(_text(x, bottom + 16, f"{value:g}", "middle"))
    for value in _decades(ys):
        y = bottom - y_axis.at(value)
        parts.append(f'<path class="grid" d="M{left:.1f} {y:.1f}h{_PANEL[0]}"/>')
        parts.append(_text(left - 6, y + 4, f"{value:,g}", "end"))
    parts.append(_text(left + _PANEL[0] / 2, bottom + 34, panel.x_label, "middle"))
    parts.append(_text(left, _TOP - 12, panel.y_label, ""))
    names = []
    for series in panel.series:
        points = [(left + x_axis.at(x), bottom - y_axis.at(y)) for x, y in series.points]
        if points:
            parts.append(_line(points, series))
            names.append((points[-1][1], series))
    parts += _names(names, left + _PANEL[0] + 10)
    return "\n".join(parts)


class _Axis:
    """Values -> places along so many units, by a scale, from the least to the greatest."""

    def __init__(
        self,
        values: Sequence[float],
        length: float,
        scale: Callable[[float], float] = math.log10,
    ) -> None:
        self._scale = scale
        self._low = scale(min(values))
        # One value alone stands at the left.
        self._span = scale(max(values)) - self._low or 1.0
        self._length = length

    def at(self, value: float) -> float:
        return (self._scale(value) - self._low) / self._span * self._length


def _decades(values: Sequence[float]) -> list[float]:
    """Return the powers of ten from below the least to above the greatest, two at least."""
    low = math.floor(math.log10(min(values)) + 1e-9)
    high = math.ceil(math.log10(max(values)) - 1e-9)
    return [10.0**power for power in range(low, max(high, low + 1) + 1)]


def _line(points: Sequence[tuple[float, float]], series: Series) -> str:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    dashed = " dashed" if series.is_dashed else ""
    dots = (
        ""
        if series.is_dashed
        else "".join(
            f'<circle class="dot tone{series.tone}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
            for x, y in points
        )
    )
    return f'<path class="line tone{series.tone}{dashed}" d="M{path}"/>{dots}'


def _names(ends: list[tuple[float, Series]], x: float) -> list[str]:
    """Name the lines at their ends, from top to bottom, none nearer than a line's height."""
    written, last = [], -math.inf
    for y, series in sorted(ends, key=lambda end: end[0]):
        last = max(y + 4, last + _LABEL_APART)
        written.append(_text(x, last, series.name, f"name tone{series.tone}"))
    return written


def _lane(lane: Lane, top: float, per_s: float) -> str:
    took = f"{lane.took_s * 1e3:,.0f} ms" if lane.took_s > 0.01 else f"{lane.took_s * 1e3:.1f} ms"
    calls = "no call to GitHub" if not lane.bars else f"{len(lane.bars)} calls"
    parts = [_text(20, top, f"{lane.title}: {took}, {calls}", "head")]
    for index, (began_s, ended_s) in enumerate(lane.bars):
        y = top + 10 + index * (_BAR + 1)
        width = max((ended_s - began_s) * per_s, 1)
        parts.append(
            f'<rect class="dot tone{lane.tone}" x="{20 + began_s * per_s:.1f}" y="{y:.1f}" '
            f'width="{width:.1f}" height="{_BAR}"/>'
        )
    x, bottom = 20 + lane.took_s * per_s, top + 12 + max(len(lane.bars), 2) * (_BAR + 1)
    parts.append(f'<path class="line tone{LIMIT_TONE}" d="M{x:.1f} {top + 8:.1f}V{bottom:.1f}"/>')
    return "\n".join(parts)


def _seconds(longest_s: float, top: float) -> str:
    per_s = (_LANE_WIDTH - 40) / longest_s
    step_s = 10 ** math.floor(math.log10(longest_s))
    step_s = step_s / 2 if longest_s / step_s < 3 else step_s
    marks = [index * step_s for index in range(int(longest_s / step_s) + 1)]
    return "\n".join(_text(20 + at * per_s, top + 14, f"{at:g} s", "middle") for at in marks)


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _svg(title: str, width: int, height: int, drawn: Iterable[str]) -> str:
    body = "\n".join(drawn)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img">\n<title>{escape(title)}</title>\n'
        f"<style>{_style()}</style>\n"
        f'<rect class="ground" width="{width}" height="{height}"/>\n{body}\n</svg>\n'
    )


def _style() -> str:
    both = (
        "text{font:12px system-ui,sans-serif}.head{font-weight:600;font-size:13px}"
        ".middle{text-anchor:middle}.end{text-anchor:end}"
        ".grid,.line{fill:none}.line{stroke-width:2}.dashed{stroke-dasharray:5 4}"
    )
    light = _colours(0, ground="#ffffff", text="#1f2937", grid="#e5e7eb")
    dark = _colours(1, ground="#0d1117", text="#d1d5db", grid="#30363d")
    return f"{both}{light}@media(prefers-color-scheme:dark){{{dark}}}"


def _colours(scheme: int, *, ground: str, text: str, grid: str) -> str:
    tones = "".join(
        f".line.tone{number}{{stroke:{tone[scheme]}}}"
        f".dot.tone{number},.name.tone{number}{{fill:{tone[scheme]}}}"
        for number, tone in enumerate(_TONES)
    )
    return f".ground{{fill:{ground}}}text{{fill:{text}}}.grid{{stroke:{grid}}}{tones}"
