"""The first steps: the demo, the settings, the log-in, and a look at whether all is well."""

from __future__ import annotations

from typing import Annotated

import typer

from daemon.commands.hints import accounts
from daemon.commands.options import AsJson, DryRun, Retry, Since

app = typer.Typer(rich_markup_mode=None)


@app.command()
def demo(
    serves: Annotated[
        bool, typer.Option("--serve", help="Keep the mail server up afterwards, for your own mail program.")
    ] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where --serve listens; 0 is any free port.")] = 0,
) -> None:
    """Show the whole work on an embedded mail server with a sample mailbox. Needs no settings."""
    from daemon.commands.demo import demo as command

    raise typer.Exit(command(serves=serves, port=port))


@app.command()
def init(
    ctx: typer.Context,
    name: Annotated[str, typer.Option(help="Your name, as a draft's From shows it.")] = "",
    address: Annotated[str, typer.Option(help="Your address.")] = "",
    host: Annotated[str, typer.Option(help="The IMAP server; known providers need none.")] = "",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Its port; 0 is the usual one.")] = 0,
    security: Annotated[str, typer.Option(help="tls, starttls or plain.")] = "",
    user: Annotated[str, typer.Option(help="The log-in name, if it is not the address.")] = "",
    ca_file: Annotated[str, typer.Option(help="A certificate file to trust besides the system's.")] = "",
    password: Annotated[str, typer.Option(help='Where the password is found: "command:pass show mail/sam", ...')] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input, and keep it.")
    ] = False,
    keep_password: Annotated[
        str, typer.Option(help="Where a password that you type is kept: file (0600) or keyring.")
    ] = "",
    client_id: Annotated[str, typer.Option(help="Where only OAuth 2.0 is taken: your client's id there.")] = "",
    paste: Annotated[bool, typer.Option("--paste", help="OAuth 2.0 without a browser on this machine.")] = False,
    device: Annotated[bool, typer.Option("--device", help="OAuth 2.0 by a code typed in any browser.")] = False,
    dns: Annotated[bool, typer.Option(help="Ask the DNS about the domain of an address nobody knows.")] = True,
    resolver: Annotated[str, typer.Option(help="Ask this name server (ADDRESS or ADDRESS:PORT) instead.")] = "",
    check: Annotated[bool, typer.Option(help="Try the log-in before writing.")] = True,
    preview: Annotated[
        bool | None, typer.Option("--preview/--no-preview", help="Show what it would find; asked people see it.")
    ] = None,
    since: Since = "90d",
    folders: Annotated[str, typer.Option(help='The folders to watch, e.g. "INBOX,Junk".')] = "",
    timezone: Annotated[str, typer.Option(help="Your time zone, e.g. Europe/Berlin.")] = "",
    holidays: Annotated[str, typer.Option(help='The country whose holidays you keep, e.g. DE, or "none".')] = "",
    signature: Annotated[str, typer.Option(help="What your drafts end with.")] = "",
    service: Annotated[str, typer.Option(help="Start with this machine: user, system or none.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing that has a default.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="No bar, no colour: for screen readers and logs.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Set Highroad up: find the server, log in, show what it would do, and write config.toml."""
    from daemon.commands.beginning.given import Given
    from daemon.commands.init import init as command

    given = Given(
        name=name, address=address, host=host, port=port, security=security, user=user, ca_file=ca_file,
        password=password, password_stdin=password_stdin, keep_password=keep_password, client_id=client_id,
        paste=paste, device=device, dns=dns, resolver=resolver, check=check, preview=preview, since=since,
        folders=folders, timezone=timezone, holidays=holidays, signature=signature, service=service, yes=yes,
        plain=plain, dry_run=dry_run,
    )  # fmt: skip
    raise typer.Exit(command(ctx.obj, given))


@app.command()
def doctor(ctx: typer.Context, retry: Retry = False, as_json: AsJson = False) -> None:
    """Look at everything that can be wrong, and say for each what it means and what to do."""
    from daemon.commands.doctor import doctor as command

    raise typer.Exit(command(ctx.obj, retry=retry, as_json=as_json))


@app.command()
def login(
    ctx: typer.Context,
    account: Annotated[str, typer.Argument(help="The account's name in config.toml.", autocompletion=accounts)],
    paste: Annotated[
        bool, typer.Option("--paste", help="Without a browser on this machine: paste the address.")
    ] = False,
    device: Annotated[bool, typer.Option("--device", help="By a code that you type in any browser.")] = False,
    as_json: AsJson = False,
) -> None:
    """Log in at a provider that wants OAuth 2.0, and try it at the mail server."""
    from daemon.commands.login import login as command

    raise typer.Exit(command(ctx.obj, account, paste=paste, device=device, as_json=as_json))
