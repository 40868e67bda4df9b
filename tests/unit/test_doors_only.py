"""Of all commands only the one that is meant is built: it is the same one, and what is mistyped sees them all."""

import typer
from typer.main import get_command

from daemon.cli import app
from daemon.doors.only import only

WHOLE = get_command(app)


def test_every_command_is_found_alone_and_is_the_same():
    assert len(WHOLE.commands) > 30
    for name, command in WHOLE.commands.items():
        small = get_command(only(app, ["--config", "status", "--state-dir=plan", name, "--help", "log"]))
        assert list(small.commands) == [name]
        alone = small.commands[name]
        assert [one.opts for one in alone.params] == [one.opts for one in command.params]
        assert list(getattr(alone, "commands", ())) == list(getattr(command, "commands", ()))
        assert [one.opts for one in small.params] == [one.opts for one in WHOLE.params]


def test_where_it_cannot_be_told_which_is_meant_all_are_there():
    for words in ([], ["--help"], ["-h", "status"], ["nonsense"], ["--config"], ["--config", "status"], ["--version"]):
        assert only(app, words) is app


def test_the_whole_is_not_changed_by_it():
    before = len(app.registered_groups), len(app.registered_commands)
    only(app, ["status"])
    assert (len(app.registered_groups), len(app.registered_commands)) == before
    assert isinstance(app, typer.Typer)
