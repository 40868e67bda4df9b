"""`make wheel`: the same bytes wherever it is built, and in them all that runs and nothing else."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from email.parser import HeaderParser

import pytest
from support import packages
from support.packages import clone, tool

pytestmark = pytest.mark.slow

LEFTOVERS = ("__pycache__", ".pyc", ".egg-info", ".git/", ".venv", "/build/", "/dist/")
LITTER = ("daemon/__pycache__/cli.cpython-311.pyc", "build/lib/x.py", "highroad.egg-info/PKG-INFO", ".venv/x.py")
ODDITIES = (("a clone", 0o022, "UTC", ()), ("clone-2", 0o077, "Pacific/Auckland", LITTER))


def octets(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


@pytest.fixture
def twice(commit, tmp_path_factory):
    """What was built in two clones whose folders, umasks, times and time zones differ."""
    place = packages.of_the_run(tmp_path_factory) / "twice"
    packages.once(place, lambda place: [build(commit, place / name, *odd) for name, *odd in ODDITIES])
    return [octets(place / name / "dist") for name, *_ in ODDITIES]


def build(commit, place, umask, zone, litter):
    clone(commit, place, umask)
    for name in litter:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text("left behind\n")
    for file in place.rglob("*.py"):
        os.utime(file, (86_400, 86_400 * (umask + 1)))
    tool("wheel", place, umask=umask, TZ=zone)


def test_two_clones_of_a_commit_give_the_same_bytes(twice, wheel):
    one, other = twice
    assert sorted(one) == sorted(other)
    assert {name.rpartition(".")[2] for name in one} == {"whl", "gz"}
    assert [name for name in one if one[name] != other[name]] == []
    assert one[wheel.name] == wheel.read_bytes()


def unpacked(twice, place):
    """The sdist laid out in a folder; the names of all its files."""
    (sdist,) = (name for name in twice[1] if name.endswith(".tar.gz"))
    with tarfile.open(fileobj=io.BytesIO(twice[1][sdist])) as archive:
        archive.extractall(place, filter="data")
        return [name.partition("/")[2] for name in archive.getnames()]


def test_the_sdist_gives_the_same_wheel(twice, wheel, tmp_path):
    unpacked(twice, tmp_path)
    (tree,) = tmp_path.iterdir()
    tool("wheel", tree)
    assert (tree / "dist" / wheel.name).read_bytes() == wheel.read_bytes()


def test_the_wheel_holds_all_of_the_four_packages_and_the_units_and_nothing_else(wheel, commit):
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    rooms = (commit / room for room in ("daemon", "classifiers", "templates", "config"))
    wanted = {
        file.relative_to(commit).as_posix()
        for room in rooms
        for file in room.rglob("*")
        if file.is_file() and file.parent.name != "__pycache__"
    }
    units = {f"daemon/{file.relative_to(commit)}" for file in (commit / "systemd").rglob("*") if file.is_file()}
    assert "daemon/systemd/highroad.service" in units
    assert held == wanted | units


def test_nothing_that_lies_about_gets_into_either(twice, wheel, tmp_path):
    """One of the two clones was littered."""
    names = [*zipfile.ZipFile(wheel).namelist(), *unpacked(twice, tmp_path)]
    assert [name for name in names if any(left in f"/{name}/" for left in LEFTOVERS)] == []


def test_the_wheel_asks_for_ranges_and_not_for_single_versions(wheel):
    archive = zipfile.ZipFile(wheel)
    (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
    told = HeaderParser().parsestr(archive.read(name).decode())
    asked = [one.partition(";")[0] for one in told.get_all("Requires-Dist")]
    assert len(asked) > 10
    assert [one for one in asked if ">=" not in one or "==" in one] == []
    assert (told["License-Expression"], told["Requires-Python"]) == ("Apache-2.0", ">=3.11")


def test_the_documents_of_a_person_are_in_the_sdist(twice, tmp_path):
    wanted = {"README.md", "LICENSE", "CHANGELOG.md", "Makefile", "docs/licences.md", "requirements/run.txt"}
    wanted |= {"tools/debian/postinst", "systemd/highroad.service", "tests/conftest.py"}
    assert wanted - set(unpacked(twice, tmp_path)) == set()
