"""What `highroad tune` writes, and when it refuses to; the measuring is a stand-in here."""

import json
import stat
import tomllib
from pathlib import Path

import pytest

from config.faults import ConfigError
from config.writer import Tuned, read_tuned, write_tuned
from daemon.commands import tune as command
from daemon.commands.context import Context
from daemon.commands.tune import NotTuned, Wish, tune
from daemon.core.errors import WrongUse

CONFIG = """
[me]
name = "Sam Rivera"
address = "sam@example.org"

[[account]]
host = "imap.example.org"
password = { env = "HIGHROAD_TEST" }
"""
WISH = Wish(0.99, 0.97)


def share(hits, of):
    return {"value": hits / of, "low": 0.9, "high": 1.0, "hits": hits, "of": of}


def point(limit):
    return {"limit": limit, "precision": share(99, 100), "recall": share(97, 100), "good_news": 1}


def report(act=0.8, review=0.3, **more):
    """What the child would say of 200 mails of the validation set and four corrections."""
    chosen = {name: limit and point(limit) for name, limit in (("act", act), ("review", review))}
    refused = [f"{name} is not chosen: no limit reaches it." for name, one in chosen.items() if not one]
    return {
        "notes": [], "mails": 204, "rejections": 102, "ambiguous": 0,
        "measured_on": {"validation": 200, "corrections": 4, "paths": 0},
        "wish": {"precision": 0.99, "recall": 0.97}, **chosen, "refused": refused, "faults": [],
        "trade_off": [point(limit) for limit in (0.3, 0.5, 0.8)],
        "model": {"key": "0", "trained": "2026-01-02T03:04:05+00:00", "corpus": 5, "corrections": 4}, **more,
    }  # fmt: skip


@pytest.fixture
def told(monkeypatch):
    """Lets the child say this instead; what it was asked comes back."""
    asked = []

    def saying(**said):
        def reported(*arguments):
            asked.append(arguments)
            return report(**said)

        monkeypatch.setattr(command, "reported", reported)
        return asked

    return saying


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A context without settings."""
    for name in ("HIGHROAD_CONFIG", "CONFIGURATION_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    return Context(None, tmp_path / "state")


def settled(bare, text=""):
    """A context whose config.toml says this besides."""
    path = bare.state_dir.parent / "config.toml"
    path.write_text(CONFIG + text)
    return Context(path, bare.state_dir)


def tuned(context):
    return tomllib.loads((context.state_dir / "tuned.toml").read_text())


def run(context, *, dry_run=False, as_json=False, paths=(), wish=WISH):
    return tune(context, paths, wish, None, dry_run=dry_run, as_json=as_json)


@pytest.mark.parametrize("settings", [False, True])
def test_both_limits_are_written_with_what_they_were_measured_on(bare, told, settings):
    asked = told()
    context = settled(bare) if settings else bare
    assert run(context, paths=["a.jsonl"]) == 0
    written = tuned(context)
    assert written["classifier"] == {"act": 0.8, "review": 0.3}
    said = written["measured_on"]["classifier.act"]
    assert "200 of the validation set, 4 that you corrected" in said and "precision 0.990 99/100" in said
    assert stat.S_IMODE((context.state_dir / "tuned.toml").stat().st_mode) == 0o600
    ((work, cache, options, given, _say),) = asked
    assert (work, cache, given) == ("tuning", context.state_dir / "model", ())
    assert options == ["--precision", 0.99, "--recall", 0.97, "--", "a.jsonl"]


def test_what_is_written_is_what_the_settings_say_from_then_on(bare, told):
    told()
    context = settled(bare)
    run(context)
    limits = context.load().settings.classifier
    assert (limits.act, limits.review) == (0.8, 0.3)


def test_a_dry_run_writes_nothing_and_says_so(bare, told, capsys):
    told()
    assert run(bare, dry_run=True) == 0
    assert not bare.state_dir.exists() and "Nothing is written (--dry-run)." in capsys.readouterr().out


def test_a_limit_that_config_toml_sets_is_left_alone_and_that_is_said(bare, told, capsys):
    told()
    context = settled(bare, "\n[classifier]\nact = 0.95\n")
    assert run(context) == 1
    assert tuned(context)["classifier"] == {"review": 0.3}
    assert "config.toml sets classifier.act to 0.95; that stays." in " ".join(capsys.readouterr().out.split())


def test_nothing_is_measured_where_config_toml_sets_both(bare, told):
    asked = told()
    context = settled(bare, "\n[classifier]\nact = 0.95\nreview = 0.4\n")
    with pytest.raises(NotTuned, match=r"config\.toml sets classifier\.act and classifier\.review"):
        run(context)
    assert asked == [] and not context.state_dir.exists()


def test_a_limit_that_cannot_be_chosen_is_not_written_and_the_other_one_is(bare, told, capsys):
    told(review=None)
    assert run(bare) == 1
    assert tuned(bare)["classifier"] == {"act": 0.8}
    assert "review is not chosen" in capsys.readouterr().out


def test_where_no_limit_can_be_chosen_nothing_is_written(bare, told, capsys):
    told(act=None, review=None)
    assert run(bare) == 1 and run(bare, dry_run=True) == 1
    assert not bare.state_dir.exists() and "act is not chosen" in capsys.readouterr().out


def test_nothing_is_written_while_a_mail_could_not_be_judged(bare, told, capsys):
    told(faults=["a.jsonl:3: The line is no JSON."])
    assert run(bare) == 1
    said = capsys.readouterr()
    assert not bare.state_dir.exists() and "a.jsonl:3" in said.err and "Nothing is written while mails" in said.out


def test_limits_that_would_cross_the_ones_in_force_are_not_written(bare, told, capsys):
    told(act=0.6)
    context = settled(bare, "\n[classifier]\nreview = 0.7\n")
    assert run(context) == 1
    assert not context.state_dir.exists() and "review would be 0.7, above act at 0.6" in capsys.readouterr().out


def test_what_else_was_tuned_stays_and_what_was_tuned_before_is_replaced(bare, told):
    bare.state_dir.mkdir()
    file = bare.state_dir / "tuned.toml"
    write_tuned(file, {"classifier.act": Tuned(0.7, "once"), "cadence.drafts_per_day": Tuned(2, "counted")})
    told(review=None)
    run(bare)
    assert read_tuned(file)["cadence.drafts_per_day"] == Tuned(2, "counted")
    assert read_tuned(file)["classifier.act"].value == 0.8 and "once" not in file.read_text()


def test_settings_with_faults_are_said_before_anything_is_measured(bare, told):
    asked = told()
    with pytest.raises(ConfigError):
        run(settled(bare, "\n[classifier]\nact = 7.0\n"))
    assert asked == []


@pytest.mark.parametrize("wish", [Wish(0, 0.9), Wish(1.2, 0.9), Wish(0.9, -1), Wish(float("nan"), 0.9)])
def test_a_wish_that_is_no_share_is_refused(bare, told, wish):
    asked = told()
    with pytest.raises(WrongUse, match="is no share"):
        run(bare, wish=wish)
    assert asked == []


def test_programs_get_one_object_with_what_was_written(bare, told, capsys):
    told()
    run(bare, as_json=True)
    (line,) = capsys.readouterr().out.splitlines()
    row = json.loads(line)
    assert row["written"] == ["act", "review"] and Path(row["file"]) == bare.state_dir / "tuned.toml"
    assert row["act"]["limit"] == 0.8 and len(row["trade_off"]) == 3


def test_people_read_the_trade_off_and_how_sure_it_is(bare, told, capsys):
    told()
    run(bare, dry_run=True)
    out = capsys.readouterr().out
    said = " ".join(out.split())
    assert "0.8 0.990 99/100 (0.900-1.000) 0.970 97/100 (0.900-1.000) 1 <- act" in said
    assert "with 95 % at least 0.900: these mails are too few to be sure of 0.99." in said
    assert "50% of these are rejections" in said
    assert all(len(line) < 90 for line in out.splitlines())
