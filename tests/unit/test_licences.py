"""The licences of what Highroad needs: the page is up to date, every one is known, and none is at odds with ours."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

from tools import deb_copyright, licences

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _from_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_the_page_is_what_the_installed_libraries_say():
    assert licences.PAGE.read_text("utf-8") == licences.page()


def test_every_library_has_a_licence_that_is_known_and_may_stand_beside_ours():
    assert [one for one in licences.libraries() if not licences.allowed(one.licence)] == []


def test_every_library_that_wheels_carry_is_known_and_free():
    assert licences.carried() - set(licences.CARRIED) == set()
    assert [name for name, licence in licences.CARRIED.items() if not licences.allowed(licence)] == []


def test_nothing_is_said_of_a_library_that_speaks_for_itself_or_is_not_needed():
    needed = licences.names(licences.LOCK.read_text("utf-8"))
    assert set(licences.READ) - set(needed) == set()


def test_all_that_is_installed_to_run_is_on_the_page():
    run = licences.names((ROOT / "requirements" / "run.txt").read_text("utf-8"))
    assert len(run) > 30
    assert set(run) <= set(licences.names(licences.LOCK.read_text("utf-8")))


@pytest.mark.parametrize(
    ("expression", "free"),
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-2.0-only", True),
        ("BSD-3-Clause AND 0BSD AND (MIT OR Zlib)", True),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", True),
        ("", False),
        ("GPL-3.0-or-later", False),
        ("MIT AND GPL-2.0-only", False),
        ("LicenseRef-Proprietary", False),
        ("(MIT OR GPL-2.0-only) AND AGPL-3.0-only", False),
    ],
)
def test_a_licence_is_free_when_one_choice_of_it_is_free_as_a_whole(expression, free):
    assert licences.allowed(expression) is free


def test_a_library_that_nobody_knows_anything_about_is_found(monkeypatch):
    monkeypatch.delitem(licences.READ, "jinja2")
    assert [one.name for one in licences.libraries() if not licences.allowed(one.licence)] == ["jinja2"]
    assert "| jinja2 | UNKNOWN |" in licences.page()


def test_what_linux_never_installs_is_left_out():
    lock = [
        "colorama==1 ; sys_platform == 'win32' \\",
        "    --hash=sha256:00",
        "numpy==1 ; python_full_version < '3.12' \\",
    ]
    assert licences.names("\n".join([*lock, "six==1"])) == ["numpy", "six"]


def test_an_old_page_is_noticed(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(licences, "PAGE", tmp_path / "licences.md")
    assert licences.main(["--check"]) == 1
    assert "make docs" in capsys.readouterr().out
    assert licences.main([]) == licences.main(["--check"]) == 0


def test_the_debian_package_names_the_licence_of_each_of_its_libraries():
    said = deb_copyright.copyright_file("/opt/highroad/lib/python3.11/site-packages")
    paragraphs = said.split("\n\n")
    assert len(paragraphs) == len(licences.libraries()) + 2
    assert all(one.startswith(("Format:", "Files:")) for one in paragraphs)
    (scipy,) = (one for one in paragraphs if "scipy.libs/*" in one)
    assert "License: BSD-3-Clause" in scipy and "/scipy-*.dist-info" in scipy


def test_the_debian_package_s_patterns_fit_every_file_of_a_library():
    tops = set(deb_copyright._tops("python-dateutil"))
    assert tops == {"dateutil/*", "python_dateutil-*.dist-info/*"}
    assert "six.py" in set(deb_copyright._tops("six"))
    assert metadata.version("six")
