"""What is installed: four package names that are ours alone, and all their data."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib import import_module, metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("classifiers", "config", "daemon", "templates")


def owners():
    """Which distributions bring each of the four names, on the path as it is now."""
    found = metadata.packages_distributions()
    return {room: sorted(set(found.get(room, []))) for room in ROOMS}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel as hatchling builds it, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture
def installed(wheel, tmp_path, monkeypatch):
    """The wheel laid out as pip would, first on the path."""
    zipfile.ZipFile(wheel).extractall(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_the_four_names_belong_to_this_distribution_alone(installed):
    assert owners() == {room: ["highroad"] for room in ROOMS}


def test_another_distribution_with_one_of_our_names_is_noticed(installed, tmp_path_factory, monkeypatch):
    other = tmp_path_factory.mktemp("other")
    info = other / "python_daemon-3.1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: python-daemon\nVersion: 3.1.2\n")
    (info / "top_level.txt").write_text("daemon\n")
    monkeypatch.syspath_prepend(other)
    assert owners()["daemon"] == ["highroad", "python-daemon"]


@pytest.mark.parametrize("room", ROOMS)
def test_what_is_imported_here_is_this_tree(room):
    assert Path(import_module(room).__file__).parent == ROOT / room


def test_the_wheel_holds_every_file_of_the_four_packages_and_the_units(wheel):
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    files = (file.relative_to(ROOT) for room in ROOMS for file in (ROOT / room).rglob("*") if file.is_file())
    units = {f"daemon/{file.relative_to(ROOT)}" for file in (ROOT / "systemd").rglob("*") if file.is_file()}
    assert "daemon/systemd/highroad.service" in units
    assert names == units | {file.as_posix() for file in files if "__pycache__" not in file.parts}


def test_the_wheel_holds_the_data_that_is_read_at_run_time(wheel):
    endings = {(Path(name).parts[0], Path(name).suffix) for name in zipfile.ZipFile(wheel).namelist()}
    assert endings >= {("daemon", ".sql"), ("templates", ".j2"), ("config", ".toml"), ("classifiers", ".txt")}


def test_every_package_says_that_it_is_typed(wheel):
    assert {f"{room}/py.typed" for room in ROOMS} <= set(zipfile.ZipFile(wheel).namelist())


def test_the_wheel_brings_the_command_and_the_licence(wheel):
    archive = zipfile.ZipFile(wheel)
    (entry_points,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
    assert "highroad = daemon.cli:main" in archive.read(entry_points).decode()
    assert any(name.endswith("licenses/LICENSE") for name in archive.namelist())


@pytest.mark.parametrize("folder", ["tests", "systemd", "tools"])
def test_a_folder_that_is_no_package_has_no_init(folder):
    assert not list((ROOT / folder).rglob("__init__.py"))
