"""The pictures: well-formed, complete, and readable by whoever sees no colour."""

import xml.etree.ElementTree as ET
from dataclasses import replace

from benchmarks.harness.chart import Lane, Panel, Series, lines, waterfall

SVG = "{http://www.w3.org/2000/svg}"


def _panel(*series: Series) -> Panel:
    return Panel(title="one <call>", x_label="callers", y_label="ms", series=series)


def test_a_chart_names_each_line_at_its_end() -> None:
    """Every series is drawn and named, and names that would overlap are moved apart."""
    points = [(1, 100.0), (50, 101.0), (500, 102.0)]
    panel = _panel(
        Series(name="first & only", points=points, tone=0),
        Series(name="second", points=points, tone=1),
    )

    root = ET.fromstring(lines("latency", [panel]))

    texts = {text.text: float(text.get("y", "0")) for text in root.iter(f"{SVG}text")}
    assert abs(texts["first & only"] - texts["second"]) >= 12
    assert len(list(root.iter(f"{SVG}circle"))) == 6


def test_higher_values_stand_higher() -> None:
    """Ten times the value is a decade further up."""
    root = ET.fromstring(
        lines("t", [_panel(Series(name="a", points=[(1, 10.0), (2, 100.0)], tone=0))])
    )

    first, second = (float(dot.get("cy", "0")) for dot in root.iter(f"{SVG}circle"))
    assert first > second


def test_hours_are_equally_long() -> None:
    """Where a panel says so; callers are apart by their factors."""
    series = Series(name="a", points=[(hour, 1.0) for hour in (1, 2, 3)], tone=0)

    places = []
    for is_even in (True, False):
        root = ET.fromstring(lines("t", [replace(_panel(series), is_even=is_even)]))
        first, second, third = (float(dot.get("cx", "0")) for dot in root.iter(f"{SVG}circle"))
        places.append((second - first) - (third - second))

    assert abs(places[0]) < 0.2
    assert places[1] > 10


def test_a_chart_without_points_is_still_a_picture() -> None:
    """A panel to which nothing was measured is left empty."""
    ET.fromstring(lines("t", [_panel(Series(name="a", points=[], tone=0))]))


def test_both_schemes_are_in_one_file() -> None:
    """The colours follow the reader's system."""
    assert "prefers-color-scheme:dark" in lines("t", [])


def test_a_waterfall_has_a_bar_for_each_call() -> None:
    """Bars stand where their calls began; a lane without calls says so."""
    lanes = [
        Lane(title="sequential", bars=[(0.0, 0.1), (0.1, 0.2)], took_s=0.21, tone=0),
        Lane(title="warm", bars=[], took_s=0.002, tone=1),
    ]

    root = ET.fromstring(waterfall("calls", lanes))

    bars = [bar for bar in root.iter(f"{SVG}rect") if "dot" in bar.get("class", "")]
    assert len(bars) == 2
    assert float(bars[0].get("x", "0")) < float(bars[1].get("x", "0"))
    assert any("no call to GitHub" in (text.text or "") for text in root.iter(f"{SVG}text"))
