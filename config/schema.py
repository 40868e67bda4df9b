"""The shape of the settings. No default stands here: default.toml holds them all, and the loader lays it underneath.

What one value must look like is checked here and in `fields`; what several values say together, in `crossing`.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, model_validator

from config import fields, zones
from config.duration import Duration, Hours, When

SecretKind = Literal["command", "file", "env", "credential", "keyring"]
SECRET_KINDS: Final[tuple[SecretKind, ...]] = get_args(SecretKind)
StepName = Literal[
    "thank_you",
    "feedback_request",
    "linkedin_note",
    "reflection",
    "follow_up",
    "keep_in_touch",
    "status_check",
]
STEPS: Final[tuple[StepName, ...]] = get_args(StepName)

Line = Annotated[str, AfterValidator(fields.line)]
Name = Annotated[str, AfterValidator(fields.name)]
Token = Annotated[str, AfterValidator(fields.token)]
Command = Annotated[str, AfterValidator(fields.command)]
Address = Annotated[str, AfterValidator(fields.address)]
MaybeAddress = Annotated[str, AfterValidator(fields.address_or_empty)]
Host = Annotated[str, AfterValidator(fields.host)]
Endpoint = Annotated[str, AfterValidator(fields.endpoint)]
Port = Annotated[int, Field(ge=1, le=65535)]
Security = Literal["tls", "starttls", "plain"]
Span = Annotated[Duration, PlainValidator(fields.reading(Duration.parse))]
Pause = Annotated[Span, AfterValidator(fields.at_least_a_second)]
Age = Annotated[Span, AfterValidator(fields.no_working_days)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0, le=1000)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
OnlyIf = Literal["always", "human", "conversation"]
# A list of TOML becomes a tuple, so that nothing of the settings can be changed.
Addresses = Annotated[tuple[Address, ...], Field(strict=False)]
Folders = Annotated[tuple[Name, ...], Field(strict=False, min_length=1)]
Weekdays = Annotated[tuple[Weekday, ...], Field(strict=False, min_length=1)]


class Table(BaseModel):
    """A table of the settings: frozen, strict about types, and closed to keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)


LITERAL_REFUSED: Final = (
    "is written out literally; this file must say where the password is found, in one of five ways: "
    '{ command = "..." }, { file = "..." }, { env = "..." }, { credential = "..." } or { keyring = "..." }'
)


class Secret(Table):
    """Where a secret is found, never the secret itself. At most one of the five is set; `""` counts as not set."""

    command: Command = ""
    file: Line = ""
    env: Token = ""
    credential: Token = ""
    keyring: Line = ""

    @model_validator(mode="before")
    @classmethod
    def _never_literal(cls, data: object) -> object:
        if isinstance(data, str | int | float):
            raise ValueError(LITERAL_REFUSED)  # noqa: TRY004 - pydantic wants ValueError
        return data

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [kind for kind in SECRET_KINDS if getattr(self, kind)]
        if len(ways) > 1:
            raise ValueError(f"names {len(ways)} ways at once ({', '.join(ways)}); keep one")
        if "/" in self.credential or self.credential in {".", ".."}:
            raise ValueError("names a credential with a path; systemd knows credentials by their name alone")
        return self

    @property
    def kind(self) -> SecretKind | None:
        """Which of the five is set, None if none is."""
        return next((kind for kind in SECRET_KINDS if getattr(self, kind)), None)

    @property
    def value(self) -> str:
        """The command, path, variable, credential or service name that is set; empty if none is."""
        return str(getattr(self, self.kind)) if self.kind else ""


class OAuth(Table):
    """Highroad's own OAuth log-in; all empty where it is not used. The last five are for provider = "custom".

    `redirect` is an address that is registered to the letter; empty is loopback with any port (RFC 8252, 7.3).
    """

    provider: Annotated[str, AfterValidator(fields.oauth_provider)]
    client_id: Line
    client_secret: Secret
    tenant: Token
    redirect: Endpoint
    scope: Line
    authorization_endpoint: Endpoint
    token_endpoint: Endpoint
    device_endpoint: Endpoint


class Me(Table):
    """The person. After loading, `signature` is never empty."""

    name: Name
    address: Address
    aliases: Addresses
    timezone: Annotated[str, AfterValidator(fields.timezone)]
    signature: Annotated[str, AfterValidator(fields.text)]
    language: Annotated[str, AfterValidator(fields.language)]

    def zone(self) -> ZoneInfo:
        """The person's time zone; this machine's own where none is named."""
        return zones.zone(self.timezone or zones.local_name())


class Account(Table):
    """One mailbox. After loading, `address` and `user` are never empty and paths are absolute."""

    name: Name
    address: MaybeAddress
    host: Host
    port: Port
    security: Security
    ca_file: Line
    user: Line
    password: Secret | None = None
    auth: Literal["password", "oauth2"]
    folders: Folders
    drafts: Name
    sent: Name
    poll_every: Pause
    idle: bool
    trusted_authserv: Token
    token_command: Command
    oauth: OAuth


class CadenceStep(Table):
    """What every step of the cadence has: `after` counts from the step's own event."""

    enabled: bool
    after: Span
    only_if: OnlyIf


class FollowUp(CadenceStep):
    """Due `after` the interview, dropped when `latest` has passed since."""

    latest: Span


class KeepInTouch(CadenceStep):
    """First due `after`, then `every`, so many `times` in all."""

    every: Span
    times: Annotated[int, Field(ge=0, le=12)]


class StatusCheck(CadenceStep):
    """Due `after` an interview, or `after_application` with a human contact, with no word since."""

    after_application: Span


class Cadence(Table):
    """When drafts appear, and how many."""

    quiet_period: Span
    hours: Annotated[Hours, PlainValidator(fields.reading(Hours.parse))]
    working_days: Weekdays
    holidays: Annotated[str, AfterValidator(fields.country)]
    only_newer_than: Age
    drafts_per_day: Count
    drafts_per_company_per_month: Count
    thank_you: CadenceStep
    feedback_request: CadenceStep
    linkedin_note: CadenceStep
    reflection: CadenceStep
    follow_up: FollowUp
    keep_in_touch: KeepInTouch
    status_check: StatusCheck

    def step(self, name: str) -> CadenceStep:
        """A step by its name, one of StepName."""
        found: CadenceStep = getattr(self, name)
        return found

    def weekdays(self) -> frozenset[int]:
        """The working days as date.weekday() counts them (0 is Monday)."""
        order = get_args(Weekday)
        return frozenset(order.index(day) for day in self.working_days)


class Classifier(Table):
    """The limits of the bands, both inclusive: act, review, and below that ignore."""

    act: Share
    review: Share


class Learn(Table):
    """Learning from folders of the mailbox."""

    folders: bool
    rejection: Name
    not_rejection: Name


class Smtp(Table):
    """The server for the digest, to the person's own address and to nobody else."""

    host: Host
    port: Port
    security: Security
    ca_file: Line
    user: Line
    password: Secret


class Digest(Table):
    """The summary for the person."""

    enabled: bool
    when: Annotated[When, PlainValidator(fields.reading(When.parse))]
    via: Literal["draft", "smtp"]
    alarm: bool
    smtp: Smtp


class Log(Table):
    """What the service writes down of its work, and in which form. The options of `highroad run` stand above it."""

    format: Literal["auto", "text", "json"]
    level: Literal["debug", "info", "warning", "error"]


class Settings(Table):
    """All settings. `loader.load` and `loader.settings_of` are the doors: they complete and cross-check this."""

    me: Me
    account: Annotated[tuple[Account, ...], Field(strict=False, min_length=1)]
    cadence: Cadence
    classifier: Classifier
    learn: Learn
    digest: Digest
    log: Log

    def own_addresses(self) -> frozenset[str]:
        """Every address that is the person's, in lower case."""
        accounts = [account.address for account in self.account]
        return frozenset(one.lower() for one in (self.me.address, *self.me.aliases, *accounts) if one)

    def account_named(self, name: str) -> Account | None:
        """An account by its name."""
        return next((account for account in self.account if account.name == name), None)
