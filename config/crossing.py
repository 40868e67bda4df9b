"""What several values say together. Works on the merged tree, so that it speaks even where single values are wrong."""

from __future__ import annotations

from collections.abc import Iterator

from config.duration import Duration, shown
from config.faults import Fault
from config.fields import is_loopback, number
from config.layers import Tree
from config.oauth_providers import CUSTOM, OAuthProvider, oauth_provider
from config.outline import example_for
from config.schema import SECRET_KINDS

_FIVE_WAYS = "say where the password is found: command, file, env, credential or keyring"


def crossing_faults(tree: Tree) -> list[Fault]:
    """The faults between keys: names used twice, plain text over a network, a log-in without what it needs."""
    out: list[Fault] = []
    accounts = _accounts(tree)
    out += _names_twice(accounts)
    for at, account in accounts:
        out += [*_host_missing(at, account), *_plain(at, account), *_login(at, account)]
    return [*out, *_limits(tree), *_late(tree), *_folders(tree), *_smtp(tree)]


def _fault(key: str, problem: str) -> Fault:
    return Fault(key, problem, example_for(key))


def _accounts(tree: Tree) -> list[tuple[str, Tree]]:
    found = tree.get("account")
    items = found if isinstance(found, list) else []
    return [(f"account[{n}]", item) for n, item in enumerate(items) if isinstance(item, dict)]


def _table(tree: Tree, *way: str) -> Tree:
    here: object = tree
    for part in way:
        here = here.get(part) if isinstance(here, dict) else None
    return here if isinstance(here, dict) else {}


def _text(table: Tree, key: str) -> str:
    value = table.get(key)
    return value if isinstance(value, str) else ""


def _names_twice(accounts: list[tuple[str, Tree]]) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for at, account in accounts:
        name = _text(account, "name")
        if name in first:
            problem = f"{shown(name)} is the name of {first[name]} already; each account needs a name of its own"
            yield Fault(f"{at}.name", problem, 'name = "work"')
        first.setdefault(name, at)


def _host_missing(at: str, account: Tree) -> Iterator[Fault]:
    if account.get("host") == "":
        yield _fault(f"{at}.host", "must not be empty")


def _plain(at: str, table: Tree) -> Iterator[Fault]:
    host = _text(table, "host")
    if table.get("security") == "plain" and host and not is_loopback(host):
        problem = "plain would send the password readably over the network; it is for a server on this very machine"
        yield Fault(f"{at}.security", problem, 'security = "tls"')


def _login(at: str, account: Tree) -> Iterator[Fault]:
    if account.get("auth") == "oauth2":
        yield from _oauth(at, account)
    elif account.get("auth") == "password":
        yield from _password(f"{at}.password", account.get("password"))


def _oauth(at: str, account: Tree) -> Iterator[Fault]:
    oauth = _table(account, "oauth")
    provider = oauth_provider(_text(oauth, "provider"))
    if _text(account, "token_command"):
        if provider is not None:
            yield _fault(f"{at}.token_command", "and oauth.provider are two ways to a token at once; keep one")
    elif not _text(oauth, "provider"):
        yield _fault(f"{at}.token_command", 'is needed with auth = "oauth2" (or oauth with a provider)')
    if provider is not None:
        yield from _own_login(f"{at}.oauth", oauth, provider)


def _own_login(at: str, oauth: Tree, provider: OAuthProvider) -> Iterator[Fault]:
    if not provider.flows:
        yield _fault(f"{at}.provider", f"cannot be {provider.name}. {' '.join(provider.facts)}")
        return
    if not _text(oauth, "client_id"):
        yield _fault(f"{at}.client_id", f"is missing. {provider.register}")
    secret = oauth.get("client_secret")
    if provider.secret == "needed" and not (isinstance(secret, dict) and any(secret.values())):  # noqa: S105 - a need
        yield _fault(f"{at}.client_secret", f"is missing; {provider.title} gives one. {_FIVE_WAYS.capitalize()}")
    if _text(oauth, "tenant") and provider.name != "microsoft":
        yield _fault(f"{at}.tenant", 'is for provider = "microsoft" alone')
    yield from _endpoints(at, oauth, provider)


def _endpoints(at: str, oauth: Tree, provider: OAuthProvider) -> Iterator[Fault]:
    if provider.name == CUSTOM:
        if not _text(oauth, "token_endpoint"):
            yield _fault(f"{at}.token_endpoint", 'is needed with provider = "custom"')
        if not _text(oauth, "authorization_endpoint") and not _text(oauth, "device_endpoint"):
            yield _fault(f"{at}.authorization_endpoint", "or device_endpoint is needed, or nobody could ever log in")
        return
    for key in ("authorization_endpoint", "token_endpoint", "device_endpoint"):
        if _text(oauth, key):
            yield _fault(f"{at}.{key}", f'is for provider = "custom" alone; {provider.title} has its own')


def _password(key: str, password: object) -> Iterator[Fault]:
    if password is None:
        yield _fault(key, f"is missing; {_FIVE_WAYS}")
    elif isinstance(password, dict) and set(password) <= set(SECRET_KINDS) and not any(password.values()):
        yield _fault(key, f"is empty; {_FIVE_WAYS}")


def _limits(tree: Tree) -> Iterator[Fault]:
    act, review = (_table(tree, "classifier").get(key) for key in ("act", "review"))
    if isinstance(act, int | float) and isinstance(review, int | float) and review > act:
        yield _fault("classifier.review", f"is above act ({number(act)}); it must be at or below it")


def _late(tree: Tree) -> Iterator[Fault]:
    table = _table(tree, "cadence", "follow_up")
    try:
        after, latest = (Duration.parse(_text(table, key)).exact for key in ("after", "latest"))
    except ValueError:  # told by the schema already
        return
    if after is not None and latest is not None and latest < after:
        yield _fault("cadence.follow_up.latest", "is earlier than after, so no follow-up would ever be written")


def _folders(tree: Tree) -> Iterator[Fault]:
    learn = _table(tree, "learn")
    if _text(learn, "rejection") and learn.get("rejection") == learn.get("not_rejection"):
        yield _fault("learn.not_rejection", "is the same folder as learn.rejection; each needs its own")
    watched = [folder for _, account in _accounts(tree) for folder in _names(account)]
    for key in ("rejection", "not_rejection"):
        if learn.get(key) in watched:
            yield _fault(f"learn.{key}", "is a watched folder too; every mail in it would be learnt from")


def _names(account: Tree) -> list[str]:
    folders = account.get("folders")
    return [name for name in folders if isinstance(name, str)] if isinstance(folders, list | tuple) else []


def _smtp(tree: Tree) -> Iterator[Fault]:
    smtp = _table(tree, "digest", "smtp")
    yield from _plain("digest.smtp", smtp)
    if _table(tree, "digest").get("via") != "smtp":
        return
    if smtp.get("host") == "":
        yield _fault("digest.smtp.host", 'is needed with via = "smtp"')
    if _text(smtp, "user"):
        yield from _password("digest.smtp.password", smtp.get("password"))
