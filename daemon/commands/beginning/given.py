"""What the flags of `init` said."""

from __future__ import annotations

from dataclasses import dataclass

from config.providers import provider_for
from daemon.core.errors import WrongUse

SERVICES = ("user", "system", "none")
KEPT_IN = ("file", "keyring")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was given on the command line; empty is for asking. `preview` None is for "where somebody sees it"."""

    name: str = ""
    address: str = ""
    host: str = ""
    port: int = 0
    security: str = ""
    user: str = ""
    ca_file: str = ""
    password: str = ""
    password_stdin: bool = False
    keep_password: str = ""
    client_id: str = ""
    paste: bool = False
    device: bool = False
    dns: bool = True
    resolver: str = ""
    check: bool = True
    preview: bool | None = None
    since: str = "90d"
    folders: str = ""
    timezone: str = ""
    holidays: str = ""
    signature: str = ""
    service: str = ""
    yes: bool = False
    plain: bool = False
    dry_run: bool = False

    def sound(self) -> None:
        """Raise WrongUse for what no answer could put right."""
        _one_of("--service", self.service, SERVICES)
        _one_of("--keep-password", self.keep_password, KEPT_IN)
        if self.password and self.password_stdin:
            raise WrongUse("--password says where the password is found, --password-stdin brings it: give one of them.")
        if self.preview and not self.check:
            raise WrongUse("--preview has to log in, and --no-check forbids it: give one of them.")

    def missing(self) -> list[str]:
        """The flags without which nothing can be set up where nobody can be asked."""
        provider = provider_for(self.address) if self.address else None
        token = provider is not None and provider.password == "oauth2 only"  # noqa: S105  (a kind, not a password)
        wanted = {"--name": self.name, "--address": self.address}
        if self.address and provider is None and not self.dns:
            wanted["--host"] = self.host
        wanted |= {"--client-id": self.client_id} if token else {"--password": self.password or self.password_stdin}  # type: ignore[dict-item]
        return [flag for flag, value in wanted.items() if not value]


def _one_of(flag: str, value: str, known: tuple[str, ...]) -> None:
    if value and value not in known:
        raise WrongUse(f"{flag} {value!r} is none of {', '.join(known)}.")
