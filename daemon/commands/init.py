"""`highroad init`: the first minutes, from an address to a mailbox that is watched, with nothing kept before a yes."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from config.faults import ConfigError
from config.oauth_providers import OAuthProvider, oauth_at
from config.places import new_config_path
from config.writer import Answers
from daemon.adapters.imap.folders import Listing
from daemon.commands.beginning import few, keeping
from daemon.commands.beginning import secret as secrets
from daemon.commands.beginning.farewell import Farewell
from daemon.commands.beginning.given import Given
from daemon.commands.beginning.person import Person, Stopped, is_plain
from daemon.commands.beginning.server import resolver, server_of
from daemon.commands.beginning.stage import Stage, stage
from daemon.commands.beginning.telling import Telling
from daemon.commands.beginning.training import Training
from daemon.commands.beginning.trial import Setup, logged_in, oauth_log_in
from daemon.commands.context import Context
from daemon.commands.passes import reach
from daemon.core.errors import WrongUse
from daemon.model_note import cache_dir

if TYPE_CHECKING:
    from daemon.commands.beginning.preview import Visit

_WELCOME = (
    "Highroad reads your mailbox, notices rejections, and lays gracious drafts into your Drafts folder. It never "
    "sends, and it never changes your mail. Nothing is kept on this machine before you say yes; Ctrl-C ends this at "
    "any time."
)
_PREVIEW = "The mails of the last {reach} are read on this machine, and nothing of it is kept yet."
_TRAINING = "The reader of mails is not ready yet: the first time it has to learn, which takes a minute or so."
_NOTHING = "nothing was written"
_SET_UP = "Shall Highroad be set up for this mailbox? Nothing is kept so far."


def init(context: Context, given: Given) -> int:
    """Set everything up. Raises ConfigError for answers that cannot be settings and for a file that exists already."""
    given.sound()
    few.sound(given)
    secrets.refuse_literal(given)
    reach(given.since), resolver(given.resolver)
    path = new_config_path(context.config, os.environ)
    person = _person(given)
    _refuse(path, given, person)
    try:
        with stage(path, context.state()) as made:
            return Beginning(context, given, person, made).run()
    except KeyboardInterrupt:
        raise Stopped(f"\nStopped; {_kept(path, given)}.") from None


def _kept(path: Path, given: Given) -> str:
    written = path.exists() and not given.dry_run
    return f"{path} was written before that, and `highroad once` goes on from there" if written else _NOTHING


def _person(given: Given) -> Person:
    """Who is asked, and where it is said: beside the settings where those are printed."""
    out = sys.stderr if given.dry_run else sys.stdout
    if hasattr(out, "reconfigure"):
        out.reconfigure(errors="replace")  # a terminal that has no curly quotes shows question marks
    return Person(there=sys.stdin.isatty(), yes=given.yes, plain=is_plain(given.plain, out), out=out)


def _refuse(path: Path, given: Given, person: Person) -> None:
    """What makes all questions idle. Raises ConfigError or WrongUse, before anything is asked of anybody."""
    if path.exists() and not given.dry_run:
        raise ConfigError(
            f"{path} exists already and is yours, so it was not touched. `highroad config show` shows what it says, "
            "`highroad config check` whether it is sound, `highroad doctor` looks at everything. Another mailbox is "
            "another [[account]] in it; to begin anew, give it another name first.",
            path=path,
        )
    if not person.there and (missing := given.missing()):
        raise WrongUse(
            f"Nobody can be asked here, and these are missing: {', '.join(missing)}. "
            "`highroad init --help` says what they are."
        )


class Beginning:
    """One run, step by step."""

    def __init__(self, context: Context, given: Given, person: Person, made: Stage) -> None:
        self.context, self.given, self.person, self.stage = context, given, person, made
        self.shows = given.check and (person.there if given.preview is None else given.preview)
        self.logged_in = given.check

    def run(self) -> int:
        """The exit code. Whatever is refused on the way leaves nothing behind."""
        self.person.say(_WELCOME)
        if not self.shows:
            return self._keep(self._habits(self._log_in(self._first())[0]))
        with Training(cache_dir(self.stage.state)) as training:
            setup, listing = self._log_in(self._first())
            seen = self._seen(setup, listing, training) if listing is not None else setup
        if seen is None:
            self.person.say("Nothing was written, and nothing is left of this.")
            return 0
        return self._keep(self._habits(seen))

    def _seen(self, setup: Setup, listing: Listing, training: Training) -> Setup | None:
        """A preview, and the other folders; None where the person has seen enough."""
        from daemon.commands.beginning.preview import visiting

        back, telling = reach(self.given.since), Telling(self.person)
        self.person.head("A preview")
        self.person.say(_PREVIEW.format(reach=_days(back)))
        if training.goes_on:
            self.person.say(_TRAINING)
            training.wait(self.person.say)
        with self.stage.loaded(setup.answers, setup.secret) as loaded, visiting(loaded, telling) as visit:
            self._preview(visit, back, telling)
            if not self.person.agrees(_SET_UP):
                return None
            return setup if self.given.folders else self._other_folders(visit, setup, listing, telling)

    def _first(self) -> Setup:
        """Who, where, and with which password."""
        given, person = self.given, self.person
        person.head("Your mailbox")
        name, address = few.name(given, person), few.address(given, person)
        server = server_of(given, address, person)
        answers = Answers(name, address, server.host, None, server.port, server.security)
        secrets.advice(server.provider, person)
        answers = replace(answers, user=given.user, ca_file=few.certificate(given, server.provider, person))
        token = server.provider is not None and server.provider.password == "oauth2 only"  # noqa: S105  (a kind)
        if token and (oauth := oauth_at(server.host)):
            extra = {"account.oauth": self._oauth(oauth)}
            return Setup(replace(answers, auth="oauth2", extra=extra), server, None)
        return Setup(answers, server, secrets.secret_of(given, given.user or address, person))

    def _oauth(self, provider: OAuthProvider) -> dict[str, str]:
        """What stands under `oauth`: no client is built in, so that nobody else's rules change over one's head."""
        if not self.given.client_id:
            self.person.say(provider.register)
        client_id = self.given.client_id or self.person.ask("Your client id there?", "--client-id")
        return {"provider": provider.name, "client_id": client_id}

    def _log_in(self, setup: Setup) -> tuple[Setup, Listing | None]:
        """Log in, if that is wanted and can be done here: OAuth needs somebody at a browser."""
        if not self.given.check or (setup.secret is None and not self.person.there):
            self.logged_in = False
            return _watching(setup, few.folders(self.given, None)), None
        self.person.head("The log-in")
        if setup.secret is None:
            oauth_log_in(self.stage, setup, self.given)
        setup, listing = logged_in(self.stage, setup, self.given, self.person)
        return _watching(setup, few.folders(self.given, listing)), listing

    def _preview(self, visit: Visit, back: timedelta, telling: Telling) -> None:
        from daemon.commands.beginning.picture import show

        with telling:
            found = visit.previewed(back)
        show(found, _days(back), visit.age, self.person)

    def _other_folders(self, visit: Visit, setup: Setup, listing: Listing, telling: Telling) -> Setup:
        """Offer the folders that hold mail like it."""
        from daemon.commands.beginning.picture import folders

        with telling:
            samples = [one for one in visit.elsewhere(listing, reach(self.given.since)) if one.jobs]
        if not samples:
            return setup
        self.person.head("Other folders")
        folders(samples, self.person)
        return _watching(setup, ["INBOX", *few.chosen(samples, self.person)])

    def _habits(self, setup: Setup) -> Setup:
        if self.person.asks:
            self.person.head("Your days")
        found = few.habits(self.given, setup.answers.name, self.person)
        extra = {**setup.answers.extra, **({"cadence.holidays": found.holidays} if found.holidays else {})}
        answers = replace(setup.answers, timezone=found.timezone, signature=found.signature, extra=extra)
        return replace(setup, answers=answers)

    def _keep(self, setup: Setup) -> int:
        secret = keeping.place_of(setup.secret, self.stage, self.given, self.person)
        text = keeping.text_of(setup.answers, secret)
        if self.given.dry_run:
            print(text, end="")
            return 0
        state, user = self.context.state(), setup.answers.user or setup.answers.address
        keeping.keep(self.stage, state, text, secret, user)
        return Farewell(self.context, self.given, self.person, self.stage.config).say(secret, self.logged_in)


def _days(reach: timedelta) -> str:
    return "1 day" if reach.days <= 1 else f"{reach.days} days"


def _watching(setup: Setup, folders: list[str]) -> Setup:
    if not folders:
        return setup
    return replace(setup, answers=replace(setup.answers, extra={**setup.answers.extra, "account.folders": folders}))
