"""What the settings say, setting by setting, and what differs between two states of them, in words. Pure.

Accounts are told apart by their names: their order in the file means nothing. Of secrets the kind alone is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from config.faults import Layer
from config.loader import Loaded
from config.schema import SECRET_KINDS, Account
from config.writer import toml

FILES: Final[Mapping[Layer, str]] = {
    "default": "default",
    "tuned": "tuned.toml",
    "config": "config.toml",
    "command line": "command line",
}
"""Where a value of each layer stands, in words."""
CONNECTION: Final = (
    "host", "port", "security", "ca_file", "user", "password", "auth", "token_command", "oauth", "folders"
)  # fmt: skip
"""What an account's log-in and its watching rest on: a change of one of these needs a new connection."""
_PERSONAL: Final = re.compile(
    r"me\.(name|address|aliases|signature)|account\.(name|address|user|folders|drafts|sent|ca_file)"
    r"|account\.oauth\.(client_id|tenant|redirect|scope)|learn\.(not_)?rejection|digest\.smtp\.(user|ca_file)"
)
_SECRET: Final = re.compile(rf"((?:.+\.)?(?:password|client_secret))\.({'|'.join(SECRET_KINDS)})")
_COMMAND: Final = "account.token_command"
_ACCOUNT: Final = re.compile(r"account\[([0-9]+)\](.*)")


@dataclass(frozen=True, slots=True)
class Fact:
    """One setting as it stands. `place` names it among all accounts, `key` without (account.host).

    `text` is its value as TOML, `kind` how a secret is found, "" for what is none.
    """

    place: str
    key: str
    text: str
    layer: Layer
    kind: str = ""

    @property
    def closed(self) -> bool:
        """Whether the value is nothing for a log: a secret's place, an address, a name, a folder."""
        return bool(self.kind) or _PERSONAL.fullmatch(self.key) is not None

    @property
    def shown(self) -> str:
        """The value for the person's own eyes: of a secret the kind alone."""
        return f"{{ {self.kind} = ... }}" if self.kind else self.text


def facts(loaded: Loaded) -> dict[str, Fact]:
    """Every setting by its place, in the order of the settings; a secret is one setting, told by where it is found."""
    names = [account.name for account in loaded.settings.account]
    found = (_fact(loaded, key, names) for key in loaded.values)
    return {fact.place: fact for fact in found if fact is not None}


def _fact(loaded: Loaded, key: str, names: Sequence[str]) -> Fact | None:
    """None for a way to a secret that is not gone."""
    value, layer = loaded.values[key], loaded.origins[key]
    place, key = _placed(key, names)
    secret = _SECRET.fullmatch(key)
    if secret is None:
        return Fact(place, key, toml(value), layer, "command" if key == _COMMAND and value else "")
    place = place.removesuffix(f".{secret[2]}")
    return Fact(place, secret[1], toml(value), layer, secret[2]) if value else None


def _placed(key: str, names: Sequence[str]) -> tuple[str, str]:
    entry = _ACCOUNT.fullmatch(key)
    if entry is None:
        return key, key
    return f'account "{names[int(entry[1])]}"{entry[2].replace(".", ": ", 1)}', f"account{entry[2]}"


_EFFECTS: Final[Mapping[str, str]] = {
    "cadence": "At once; what is planned already takes its time from it.",
    "classifier": "At once, for mails that are read from then on; what was judged stays as it was judged.",
    "account.name": "At once: under another name it is another account, and the mailbox is read anew.",
}


def effect_of(key: str) -> str:
    """When a change of a setting (without numbers) counts, for the service that runs."""
    first, _, rest = key.partition(".")
    if first == "account" and rest.partition(".")[0] in CONNECTION:
        return "At once: this account logs in anew, the others stay as they are."
    return _EFFECTS.get(key) or _EFFECTS.get(first, "At once, on the connections there are.")


def same_connection(one: Account, other: Account) -> bool:
    """Whether a connection of the one account serves the other."""
    return all(getattr(one, name) == getattr(other, name) for name in CONNECTION)


def differences(old: Loaded, new: Loaded) -> list[str]:
    """What is different now, in sentences that a log may have."""
    before, after = facts(old), facts(new)
    news = list(_accounts(old, new))
    both = {account.name for account in old.settings.account} & {account.name for account in new.settings.account}
    for place in dict.fromkeys([*after, *before]):
        name = re.match(r'account "(.*)": ', place)
        if name is None or name[1] in both:
            news += _changed(before.get(place), after.get(place))
    return news


def _accounts(old: Loaded, new: Loaded) -> Iterator[str]:
    before, after = ([account.name for account in loaded.settings.account] for loaded in (old, new))
    yield from (f'account "{name}" is watched now.' for name in after if name not in before)
    yield from (f'account "{name}" is not watched any more.' for name in before if name not in after)


def _changed(was: Fact | None, now: Fact | None) -> Iterator[str]:
    """The sentence for a setting that says something else now, if it does."""
    if was is not None and now is not None and (was.text, was.kind) == (now.text, now.kind):
        return
    if now is None:
        yield f"{was.place if was else ''} is not set any more."
    elif now.kind or (was is not None and was.kind):
        yield _secret(was, now)
    elif now.closed:
        yield f"{now.place} is another now ({FILES[now.layer]})."
    else:
        yield f"{now.place} is {now.text} now (was {was.text if was else 'nothing'}, {FILES[now.layer]})."


def _secret(was: Fact | None, now: Fact) -> str:
    if was is None or was.kind != now.kind:
        before = f", before by {was.kind}" if was and was.kind else ""
        return f"{now.place} is found by {now.kind or 'nothing'} now ({FILES[now.layer]}{before})."
    return f"{now.place} is found by another {now.kind} now ({FILES[now.layer]})."


def in_force(loaded: Loaded, keyed: Callable[[bytes], bytes]) -> dict[str, str]:
    """The settings by place in a form that may be kept: the value as TOML, of what is closed only a keyed hash."""
    kept = {}
    for place, fact in facts(loaded).items():
        kept[place] = f"#{keyed(f'{fact.kind}={fact.text}'.encode()).hex()}" if fact.closed else fact.text
    return kept
