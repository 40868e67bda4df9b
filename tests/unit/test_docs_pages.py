"""What the pages say is there: links, anchors, commands, options, settings, and the messages that they quote."""

from __future__ import annotations

import re
import shlex
import tomllib

import pytest
from support.docs import ROOT, anchors, commands, lacking, links, pages, said_in_source, spans, toml_blocks
from support.settings import MINIMAL
from typer.main import get_command

from config.keys import entries, entry
from config.layers import parse_tree
from config.loader import settings_of
from daemon.cli import app
from tools import config_page, log_page, man_page, picture

COMMANDS = get_command(app).commands
NAMES = sorted({*pages(), "ARCHITECTURE.md", "CONTRIBUTING.md"})
ACCOUNT = '\n[[account]]\nhost = "imap.example.org"\npassword = { command = "true" }\n'


def text_of(name):
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_to_a_file_and_a_heading_that_are_there(name):
    assert [link for link in links(text_of(name)) if not leads(name, link)] == []


def leads(name, link):
    path, _, anchor = link.partition("#")
    target = (ROOT / name).parent / path if path else ROOT / name
    return target.exists() and (not anchor or anchor in anchors(target))


def test_a_link_that_leads_nowhere_would_be_found():
    assert not leads("README.md", "docs/nowhere.md") and not leads("README.md", "#nowhere")


@pytest.mark.parametrize("name", sorted(pages()))
def test_every_command_and_option_is_there(name):
    told = [one for one in [*commands(text_of(name)), *spans(text_of(name))] if re.match(r"highroad [a-z]", one)]
    assert [found for one in told if (found := lacking(shlex.split(one), COMMANDS))] == []


@pytest.mark.parametrize("name", sorted(pages()))
def test_every_setting_that_is_named_is_there(name):
    tables = {key.name.rpartition(".")[0] for key in entries()} | {"learn", "log"}
    tops = {key.name.partition(".")[0] for key in entries()}
    named = [one for one in spans(text_of(name)) if re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", one)]
    keys = [one for one in named if one.partition(".")[0] in tops]
    assert [one for one in keys if entry(one) is None and one not in tables] == []


@pytest.mark.parametrize("name", sorted(pages()))
def test_every_block_of_settings_can_be_used(name, tmp_path):
    for block in toml_blocks(text_of(name)):
        settings_of(parse_tree(whole(block)), tmp_path)


def whole(block):
    """A block with what a config.toml has besides; lines without a table are an account's."""
    tree = tomllib.loads(block)
    if not any(isinstance(value, dict | list) and key != "oauth" for key, value in tree.items()):
        return f'{MINIMAL}\n[[account]]\nhost = "imap.example.org"\n{block}'
    return f"{'' if 'me' in tree else MINIMAL}\n{block}\n{'' if 'account' in tree else ACCOUNT}"


def test_every_message_that_troubleshooting_quotes_is_said_by_the_program():
    quoted = re.findall(r"^> (.+)$", text_of("docs/troubleshooting.md"), re.MULTILINE)
    assert len(quoted) > 20
    assert [message for message in quoted if message not in said_in_source()] == []


@pytest.mark.parametrize("maker", [config_page, log_page, man_page, picture], ids=lambda maker: maker.__name__)
def test_what_is_made_is_up_to_date(maker, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert maker.main(["--check"]) == 0, capsys.readouterr().out


def test_the_man_page_has_every_command_and_option():
    text = man_page.page().replace("\\-", "-")
    for name, command in COMMANDS.items():
        for under, one in getattr(command, "commands", {"": command}).items():
            assert f".SS highroad {name} {under}".rstrip() in text
            options = {option for each in one.params if each.param_type_name == "option" for option in each.opts}
            assert [option for option in options if option not in text] == []


def test_the_man_page_is_clean_roff():
    allowed = {".TH", ".SH", ".SS", ".TP", ".B", ".PP", '.\\"'}
    page = (ROOT / "docs" / "highroad.1").read_text("utf-8").splitlines()
    assert page[1].startswith(".TH HIGHROAD 1 ")
    assert {line.split(" ")[0] for line in page if line.startswith(".")} <= allowed
    assert [line for line in page if re.search(r"[^\x20-\x7e]|\s$|^'|^$", line)] == []
    escapes = {found for line in page[1:] for found in re.findall(r"\\(\(..|f.|.)", line)}
    assert escapes <= {"-", "e", "&", "fB", "fR", "(aq", "(ti", "(ha", "(lq", "(rq"}
    terms = [page[at + 1] for at, line in enumerate(page) if line == ".TP"]
    assert all(term.startswith(".B ") for term in terms)


def test_the_picture_fetches_nothing_and_says_what_it_is():
    text = (ROOT / "docs" / "demo.svg").read_text("utf-8")
    assert set(re.findall(r"https?://[^\"' <]+", text)) == {"http://www.w3.org/2000/svg"}
    assert "@font-face" not in text and "url(" in text and "<title>" in text and "<desc>" in text
    assert all(target.startswith("#") for target in re.findall(r"url\(([^)]+)\)", text))
    assert "docs/demo.svg" in text_of("README.md")


def test_the_words_for_who_cannot_see_the_picture_are_true():
    words = re.search(r"!\[([^\]]+)\]\(docs/demo\.svg\)", text_of("README.md"))[1]
    record = " ".join((ROOT / picture.RECORD).read_text("utf-8").split())
    assert {"73 mails read", "19 rejections"} <= set(re.findall(r"\d+ (?:mails read|rejections)", words))
    assert all(told in record for told in re.findall(r"\d+ (?:mails read|rejections)", words))


def test_nobody_has_to_read_for_long():
    readme = re.sub(r"<!-- bench:begin -->.*<!-- bench:end -->", "", text_of("README.md"), flags=re.DOTALL)
    assert readme.count("\n") <= 150
    others = {name: text for name, text in pages().items() if "`make docs`" not in text and name != "README.md"}
    assert len(others) > 8 and max(text.count("\n") for text in others.values()) <= 180
