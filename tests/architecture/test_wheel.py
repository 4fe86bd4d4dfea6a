"""The wheel that users install: complete, typed, with a `portico` command that starts."""

import os
import re
import subprocess
import sys
import zipfile
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest

import portico

ROOT = Path(__file__).parents[2]

# The command as the installer's script calls it.
_RUN = """
import sys
from importlib.metadata import distribution
(entry,) = distribution("portico").entry_points.select(group="console_scripts", name="portico")
sys.argv = ["portico", "--help"]
sys.exit(entry.load()())
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with the locked build backend and unpack it, as an installer does."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True)
    (wheel,) = out.glob("portico-*.whl")
    zipfile.ZipFile(wheel).extractall(out / "site")
    return out / "site"


def test_the_wheel_holds_the_whole_package(installed: Path) -> None:
    """Every file of the sources is in the wheel, the mark of a typed package too."""
    source = ROOT / "src" / "portico"
    files = {
        path.relative_to(source)
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert Path("py.typed") in files
    assert files == {
        path.relative_to(installed / "portico")
        for path in (installed / "portico").rglob("*")
        if path.is_file()
    }


def test_the_wheel_holds_nothing_else(installed: Path) -> None:
    """No benchmark, test or predecessor is installed beside the package."""
    names = {path.name for path in installed.iterdir()}

    assert names == {"portico", f"portico-{portico.__version__}.dist-info"}


def test_the_wheel_needs_no_second_web_stack(installed: Path) -> None:
    """Flask, its servers, synchronous clients and httpx are no requirement, optional or not."""
    (described,) = installed.glob("portico-*.dist-info")
    requirements = PathDistribution(described).metadata.get_all("Requires-Dist") or []
    names = {re.split(r"[^\w-]", line)[0].lower() for line in requirements}

    assert "fastapi" in names
    assert names.isdisjoint({"flask", "gunicorn", "gevent", "requests", "httpx", "httpx2"})


def test_the_wheel_says_what_it_is(installed: Path) -> None:
    """Version, floor and licence are those of the project."""
    (described,) = installed.glob("portico-*.dist-info")
    metadata = PathDistribution(described).metadata

    assert metadata["Version"] == portico.__version__
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"


def test_the_command_starts(installed: Path) -> None:
    """`portico --help`, run from the wheel's own files, teaches and ends with 0."""
    environ = {**os.environ, "PYTHONPATH": str(installed)}
    result = subprocess.run(
        [sys.executable, "-c", _RUN],
        cwd=installed,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stderr
    assert "serve" in result.stdout
