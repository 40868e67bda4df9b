"""Servers as other people have set them up: the right folders are found, and a draft goes to no other place."""

import contextlib
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest
from support import dovecot_settings as settings
from support.corevalues import ME, job, seen
from support.cyrus import Cyrus
from support.dovecot import Dovecot
from support.minds import mail
from support.served import ELSEWHERE, Served, quoted

from daemon.adapters.imap.login import Login
from daemon.adapters.imap.placing import Placing
from daemon.adapters.imap.reading import Reading
from daemon.core.draft import compose
from daemon.core.errors import NeedsOperator
from templates.layout import Letter

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
LONG_AGO = date(2020, 1, 1)
DRAFT = compose(job(), seen().headers, Letter(None, "Dear Dana,\n\nthank you for your grüße.\n"), ME, AT)


@dataclass(frozen=True)
class Arranged:
    """A server and the folders that are the person's own there."""

    made: type
    drafts: str
    sent: str
    trash: str
    how: dict = field(default_factory=dict)


PLAIN = ("Drafts", "Sent", "Trash")
DOTS, SLASHES = (tuple(f"INBOX{mark}{name}" for name in PLAIN) for mark in "./")
ARRANGED = {
    "dovecot-below-inbox": Arranged(Dovecot, *DOTS, {"extra": settings.BELOW_INBOX}),
    "dovecot-german-unmarked": Arranged(
        Dovecot, "Entwürfe", "Gesendete Objekte", "Papierkorb", {"extra": settings.GERMAN}
    ),
    "dovecot-team": Arranged(Dovecot, *PLAIN, {"extra": settings.TEAM}),
    "dovecot-team-german-unmarked": Arranged(
        Dovecot, "Entwürfe", "Gesendete Objekte", "Papierkorb", {"extra": settings.GERMAN + settings.TEAM}
    ),
    "dovecot-bare": Arranged(Dovecot, *PLAIN, {"extra": settings.BARE}),
    "cyrus-dots": Arranged(Cyrus, *DOTS, {"alt": False, "dots": True}),
    "cyrus-slashes": Arranged(Cyrus, *SLASHES, {"alt": False}),
    "cyrus-unmarked": Arranged(Cyrus, *PLAIN, {"uses": False}),
    "cyrus-dots-unmarked": Arranged(Cyrus, *DOTS, {"alt": False, "dots": True, "uses": False}),
}


NAMES = [pytest.param(name, marks=getattr(pytest.mark, name.partition("-")[0])) for name in ARRANGED]


@pytest.fixture(scope="module", params=NAMES)
def arranged(request):
    """What is arranged, and a server of it."""
    what = ARRANGED[request.param]
    with what.made(**what.how) as server:
        yield what, server


@pytest.fixture
def place(arranged):
    """The same, and a user there whom nobody was before."""
    what, server = arranged
    return what, server, server.user()


def login(server: Served, user: str, **changes) -> Login:
    filled = {"host": server.host, "port": server.port, "security": "plain", "user": user}
    return Login(**({"account": "main"} | filled | changes))


@contextlib.asynccontextmanager
async def opened(kind, server, user, **changes):
    one = await kind.open(login(server, user, **changes), server.password)
    try:
        yield one
    finally:
        await one.close()


def everything(server, user):
    """{folder: what it holds} of all that the user can see, folders by their encoded names."""
    held = {}
    with server.session(user) as connection:
        for line in connection.list()[1]:
            attributes, name = re.fullmatch(r'\((.*)\) "." "?(.*?)"?', line.decode()).groups()
            if "\\noselect" not in attributes.lower():
                assert connection.select(f'"{name}"', readonly=True)[0] == "OK"
                held[name] = connection.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[])")[1]
    return held


async def test_a_draft_goes_to_the_persons_own_drafts_and_nowhere_else(place):
    arranged, server, user = place
    server.deliver(user, mail(1))
    before = everything(server, user)
    async with opened(Placing, server, user) as box:
        assert box.folder == arranged.drafts
        uid = await box.append(DRAFT, AT)
        assert [found.uid for found in await box.drafts()] == [uid]
    assert server.messages(user, arranged.drafts) == [DRAFT]
    own = quoted(arranged.drafts).strip('"')
    after = everything(server, user)
    assert {name: held for name, held in after.items() if name != own} == {
        name: held for name, held in before.items() if name != own
    }


async def test_what_was_sent_or_thrown_away_is_found(place):
    arranged, server, user = place
    server.deliver(user, mail(2), arranged.sent)
    server.deliver(user, mail(3), arranged.trash)
    async with opened(Placing, server, user) as box:
        (sent,), (trashed,) = await box.sent_since(LONG_AGO), await box.trashed_since(LONG_AGO)
    assert (b"mail-2@" in sent.header, b"mail-3@" in trashed.header) == (True, True)


async def test_the_inbox_is_read_and_stays_as_it_was(place):
    _, server, user = place
    for number in (1, 2, 3):
        server.deliver(user, mail(number))
    before = server.snapshot(user)
    async with opened(Reading, server, user) as mailbox:
        assert (await mailbox.examine("INBOX")).exists == 3
        found = await mailbox.fetch(await mailbox.uids())
    assert [each.prefix for each in found] == [mail(number) for number in (1, 2, 3)]
    assert server.snapshot(user) == before


# --- nobody else's folder ---


@pytest.mark.dovecot
async def test_the_teams_drafts_are_nobodys_own():
    with Dovecot(extra=settings.UNMARKED + settings.TEAM) as server:
        with pytest.raises(NeedsOperator, match=r"has no folder that is plainly Drafts.*A Team/Drafts"):
            await Placing.open(login(server, server.user()), server.password)
        assert server.messages(server.user(), "A Team/Drafts") == []


@pytest.mark.dovecot
async def test_the_teams_drafts_are_used_when_the_person_names_them():
    with Dovecot(extra=settings.UNMARKED + settings.TEAM) as server:
        box = await Placing.open(login(server, server.user()), server.password, "A Team/Drafts")
        assert await box.append(DRAFT, AT)
        await box.close()
        assert server.messages(server.user(), "A Team/Drafts") == [DRAFT]


@pytest.mark.cyrus
@pytest.mark.parametrize("how", [{}, {"alt": False, "dots": True}])
async def test_a_colleagues_drafts_that_one_may_write_to_are_not_ones_own(how):
    with Cyrus(uses=False, **how) as server:
        mine, colleague = server.user(), server.user()
        own, shared = (
            ("INBOX.Drafts", f"user.{colleague}.Drafts") if how else ("Drafts", f"Other Users/{colleague}/Drafts")
        )
        with server.session(colleague) as connection:
            assert connection.setacl(own, mine, "lrswipkxte")[0] == "OK"
        server.rename_folder(mine, own, own.replace("Drafts", "Later"))
        assert shared in everything(server, mine)
        with pytest.raises(NeedsOperator, match="has no folder that is plainly Drafts"):
            await Placing.open(login(server, mine), server.password)


# --- TLS and what it allows ---


@pytest.fixture(
    params=[pytest.param("dovecot", marks=pytest.mark.dovecot), pytest.param("cyrus", marks=pytest.mark.cyrus)]
)
def wary(request):
    """A server that takes no password in clear."""
    server = {
        "dovecot": Dovecot(host=ELSEWHERE, extra=settings.TLS_WANTED),
        "cyrus": Cyrus(plaintext=False),
    }[request.param]
    with server:
        yield server


async def test_where_no_password_goes_in_clear_none_is_sent(wary):
    with pytest.raises(NeedsOperator, match="LOGINDISABLED"):
        await Reading.open(login(wary, wary.user()), wary.password)


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_such_a_server_is_read_and_written_to_over_tls(wary, security):
    user = wary.user()
    wary.deliver(user, mail(1))
    port = wary.tls_port if security == "tls" else wary.port
    how = {"port": port, "security": security, "ca_file": str(wary.ca_file)}
    async with opened(Reading, wary, user, **how) as mailbox:
        assert (await mailbox.examine("INBOX")).exists == 1
    async with opened(Placing, wary, user, **how) as box:
        assert await box.append(DRAFT, AT)
    assert wary.messages(user, "Drafts") == [DRAFT]


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_certificate_that_nobody_vouches_for_is_refused(wary, security):
    port = wary.tls_port if security == "tls" else wary.port
    with pytest.raises(NeedsOperator, match=r"certificate that is not trusted.*ca_file"):
        await Reading.open(login(wary, wary.user(), port=port, security=security), wary.password)
