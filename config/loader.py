"""The door to the settings: default.toml < tuned.toml < config.toml < command line, checked as a whole."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from config import layers, places
from config.crossing import crossing_faults
from config.faults import Fault, Layer, faulty
from config.layers import Tree
from config.outline import default_text
from config.schema import Account, Classifier, Secret, Settings, Smtp


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings and where they come from.

    `values` and `origins` go by dotted key (cadence.hours, account[0].host): the value as TOML has it, and its layer.
    """

    settings: Settings
    values: Mapping[str, Any]
    origins: Mapping[str, Layer]
    path: Path
    state_dir: Path
    measured_on: Mapping[str, str] = field(default_factory=dict)

    def pinned(self, key: str) -> bool:
        """Whether config.toml sets this key, or the whole table it stands in: then `tune` leaves it alone."""
        return any(self.origins.get(one) == "config" for one in self.values if _covers(key, one))


@dataclass(slots=True)
class _Stack:
    """The layers while they are laid over each other."""

    tree: Tree = field(default_factory=dict)
    origins: dict[str, Layer] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def lay(self, tree: Tree, layer: Layer) -> None:
        self.tree = layers.merged(self.tree, tree)
        self.origins |= dict.fromkeys(layers.flat(tree), layer)

    def override(self, key: str, value: object) -> None:
        try:
            layers.placed(self.tree, key, value)
        except ValueError as error:
            self.faults.append(Fault(key[:60], str(error), 'cadence.hours = "09:00-18:00"', "command line"))
            return
        covered = [one for one in layers.flat(self.tree) if _covers(key, one)]
        self.origins |= dict.fromkeys(covered, "command line")


def load(
    config: Path | None = None,
    state_dir: Path | None = None,
    overrides: Mapping[str, object] | None = None,
    environ: Mapping[str, str] = os.environ,
    tuned: Tree | None = None,
) -> Loaded:
    """Find, read and check the settings. `overrides` are values by dotted key, above all files; `tuned` is taken in the
    place of tuned.toml, to see what would come of it.

    Raises ConfigMissing when there is no config.toml, ConfigError with every fault at once otherwise.
    """
    path = places.config_path(config, environ).absolute()
    state = places.state_path(state_dir, environ)
    found, measured_on = _tuned(state / places.TUNED_NAME) if tuned is None else (tuned, {})
    stack = _stacked(found, layers.read_tree(path), overrides or {})
    settings = _settled(_validated(stack, path), path.parent)
    values = layers.flat(stack.tree)
    origins = {key: stack.origins.get(key, "config") for key in values}
    return Loaded(settings, MappingProxyType(values), MappingProxyType(origins), path, state, measured_on)


def settings_of(tree: Tree, folder: Path | None = None) -> Settings:
    """Settings of a tree as config.toml would hold it, over the defaults. Raises ConfigError."""
    return _settled(_validated(_stacked({}, tree, {}), None), folder)


def defaults() -> Tree:
    """default.toml as a tree. Its one [[account]] holds what every account begins with."""
    return layers.parse_tree(default_text())


def default_classifier(state_dir: Path | None = None) -> Classifier:
    """The limits of the bands for commands that need no configuration: tuned ones if there are any, else the defaults.

    Raises ConfigError for a tuned.toml with faults.
    """
    tuned = _tuned(state_dir / places.TUNED_NAME)[0] if state_dir else {}
    tree = layers.merged(defaults(), tuned)
    try:
        return Classifier.model_validate(tree["classifier"])
    except ValidationError as error:
        from config.explain import faults_of  # noqa: PLC0415 - only a fault pays for it

        raise faulty(state_dir / places.TUNED_NAME if state_dir else None, faults_of(error)) from None


def _tuned(path: Path) -> tuple[Tree, Mapping[str, str]]:
    try:
        tree = layers.read_tree(path)
    except FileNotFoundError:
        return {}, {}
    measured = tree.pop("measured_on", {})
    return tree, measured if isinstance(measured, dict) else {}


def _stacked(tuned: Tree, own: Tree, overrides: Mapping[str, object]) -> _Stack:
    stack = _Stack()
    base = defaults()
    template = base.pop("account")[0]
    stack.lay(base, "default")
    if tuned.pop("account", None) is not None:
        stack.faults.append(Fault("account", "is not for tuning; delete the file", "[classifier]", "tuned"))
    stack.faults += _secrets_tuned(tuned)
    stack.lay(tuned, "tuned")
    _lay_accounts(stack, template, own.get("account", []))
    stack.lay({key: value for key, value in own.items() if key != "account"}, "config")
    for key, value in overrides.items():
        stack.override(key, value)
    return stack


def _secrets_tuned(tuned: Tree) -> list[Fault]:
    """A place of a secret may be a command. tuned.toml comes back with a backup, and must not bring one along."""
    keys = [key for key in layers.flat(tuned) if {"password", "client_secret"} & {*key.split(".")}]
    what = "says where a secret is found, which is for config.toml alone; delete it"
    return [Fault(key, what, "[classifier]", "tuned") for key in keys]


def _lay_accounts(stack: _Stack, template: Tree, accounts: object) -> None:
    if not layers.is_tables(accounts):
        stack.lay({"account": accounts}, "config")
        return
    filled = [layers.merged(template, account) for account in accounts]
    stack.lay({"account": filled}, "default")
    stack.origins |= dict.fromkeys(layers.flat({"account": accounts}), "config")


def _validated(stack: _Stack, path: Path | None) -> Settings:
    faults = list(stack.faults)
    settings = None
    try:
        settings = Settings.model_validate(stack.tree)
    except ValidationError as error:
        from config.explain import faults_of  # noqa: PLC0415 - only a fault pays for it

        faults += faults_of(error)
    faults += crossing_faults(stack.tree)
    if settings is None or faults:
        raise faulty(path, _in_order(faults, stack.origins))
    return settings


def _in_order(faults: list[Fault], origins: Mapping[str, Layer]) -> list[Fault]:
    order = {name: n for n, name in enumerate(Settings.model_fields)}
    placed = [_with_layer(fault, origins) for fault in faults]
    return sorted(placed, key=lambda fault: order.get(fault.key.split(".")[0].split("[")[0], 99))


def _with_layer(fault: Fault, origins: Mapping[str, Layer]) -> Fault:
    own = next((layer for key, layer in origins.items() if _covers(fault.key, key)), fault.layer)
    layer = fault.layer if own == "default" else own
    return Fault(fault.key, fault.problem, fault.example, layer)


def _covers(key: str, other: str) -> bool:
    """Whether `other` is that key or stands below it."""
    return other == key or other.startswith((f"{key}.", f"{key}["))


def _settled(settings: Settings, folder: Path | None) -> Settings:
    """What is left empty gets its meaning: the signature is the name, an account's address and user are one's own."""
    me = settings.me
    signed = me.model_copy(update={"signature": me.signature or me.name})
    accounts = tuple(_settled_account(account, me.address, folder) for account in settings.account)
    digest = settings.digest.model_copy(update={"smtp": _settled_smtp(settings.digest.smtp, folder)})
    return settings.model_copy(update={"me": signed, "account": accounts, "digest": digest})


def _settled_smtp(smtp: Smtp, folder: Path | None) -> Smtp:
    update = {"ca_file": _absolute(smtp.ca_file, folder), "password": _settled_secret(smtp.password, folder)}
    return smtp.model_copy(update=update)


def _settled_account(account: Account, address: str, folder: Path | None) -> Account:
    own = account.address or address
    update: dict[str, object] = {"address": own, "user": account.user or own}
    update["ca_file"] = _absolute(account.ca_file, folder)
    if account.password is not None:
        update["password"] = _settled_secret(account.password, folder)
    client_secret = _settled_secret(account.oauth.client_secret, folder)
    update["oauth"] = account.oauth.model_copy(update={"client_secret": client_secret})
    return account.model_copy(update=update)


def _settled_secret(secret: Secret, folder: Path | None) -> Secret:
    return secret.model_copy(update={"file": _absolute(secret.file, folder)})


def _absolute(path: str, folder: Path | None) -> str:
    """A path as the person meant it: ~ is their home, a relative one starts at config.toml."""
    if not path:
        return path
    return str((folder or Path()) / Path(path).expanduser())
