"""docs/demo.svg shows what the demo prints."""

from __future__ import annotations

import re
import shutil

import pytest
from rich.text import Text
from support.realmind import CACHE, ROOT, mind_server

from tools import picture


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_demo_still_says_every_line_of_the_picture(tmp_path, monkeypatch):
    with mind_server():
        pass
    (tmp_path / "state").mkdir(mode=0o700)
    shutil.copytree(CACHE, tmp_path / "state" / "model")
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    shown = [Text.from_markup(line).plain for line in (ROOT / picture.RECORD).read_text("utf-8").splitlines()]
    assert rounded(line.plain for line in picture.chosen(picture.told())) == rounded(shown)


def rounded(lines):
    """Without the per cent, which another version of numpy may round otherwise."""
    return [re.sub(r"\d+%", "N%", line) for line in lines]


def test_a_chapter_that_is_gone_is_said():
    with pytest.raises(ValueError, match="no longer has the chapters"):
        picture.chosen([Text("What came " + "─" * 20), Text("nothing")])


def test_the_picture_shows_the_rows_that_are_wanted_and_an_ellipsis_for_the_rest():
    rows = [Text(one) for one in ("The inbox is as it was.", "Something else.", "21 drafts wait", "  there.", "more")]
    found = picture._rows(rows, picture.KEPT["The end"])
    assert [line.plain for line in found] == ["The inbox is as it was.", "…", "21 drafts wait", "  there.", "…"]
