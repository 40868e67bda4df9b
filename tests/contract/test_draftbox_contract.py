"""core.ports.DraftBox over real servers: a draft is laid as it is, and nothing else is ever written."""

import contextlib
from datetime import UTC, date, datetime

import pytest
from support.corevalues import ME, job, seen
from support.dovecot import Dovecot
from support.mailservers import SERVERS, box_on
from support.minds import mail
from support.scripted import HANG_UP, Scripted

from daemon.adapters.imap.login import Login
from daemon.adapters.imap.placing import Declined, Placing
from daemon.core.draft import compose
from daemon.core.errors import NeedsOperator, Transient
from daemon.core.identity import raw_fields
from templates.layout import Letter

VERBS = {"CAPABILITY", "NAMESPACE", "LOGIN", "LIST", "EXAMINE", "STATUS", "UID SEARCH", "UID FETCH", "APPEND", "LOGOUT"}
AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
DRAFT = compose(job(), seen().headers, Letter(None, "Dear Dana,\n\nthank you for your grüße.\n"), ME, AT)


@pytest.fixture(params=SERVERS)
async def server(request):
    async with box_on(request) as server:
        yield server


@pytest.fixture
async def box(server):
    box = await Placing.open(server.login, server.password)
    yield box
    await box.close()
    assert set(server.proxy.verbs()) <= VERBS
    appended = [command.text.split(" ")[0].strip('"') for command in server.proxy.commands if command.verb == "APPEND"]
    assert set(appended) <= {"Drafts"}


def ids(found):
    """The Message-IDs of what was found, in order."""
    return [dict(raw_fields(item.header))[b"message-id"].decode() for item in found]


async def test_drafts_are_told_with_their_numbers(server, box):
    before = await box.state()
    assert (before.exists, before.uidnext > 0, before.uidvalidity > 0) == (0, True, True)
    await server.deliver(mail(1), "Drafts")
    after = await box.state()
    assert (after.exists, after.uidvalidity, after.uidnext) == (1, before.uidvalidity, before.uidnext + 1)


async def test_a_draft_is_laid_as_it_is_with_its_flags_and_date(server, box):
    state = await box.state()
    uid = await box.append(DRAFT, AT)
    assert uid == state.uidnext
    assert await server.messages("Drafts") == [DRAFT]
    ((flags, internaldate, _),) = (await server.snapshot("Drafts")).values()
    assert flags == {"\\Draft", "\\Seen"}
    assert datetime.strptime(internaldate, "%d-%b-%Y %H:%M:%S %z") == AT
    assert (await box.state()).uidnext == uid + 1


async def test_what_lies_in_drafts_is_found_from_a_uid_on(server, box):
    assert await box.drafts() == []
    for number in (1, 2, 3):
        await server.deliver(mail(number), "Drafts")
    found = await box.drafts()
    assert ids(found) == [f"<mail-{number}@acme.example>" for number in (1, 2, 3)]
    assert ids(await box.drafts(found[1].uid)) == ids(found[1:])
    assert await box.drafts(found[2].uid + 1) == []


async def test_headers_are_those_that_tell_whose_answer_it_is_and_nothing_else(server, box):
    await box.append(DRAFT, AT)
    (found,) = await box.drafts()
    fields = dict(raw_fields(found.header))
    named = {b"message-id", b"in-reply-to", b"references", b"from", b"to", b"date", b"subject"}
    assert set(fields) == named
    assert found.at == AT
    assert fields[b"in-reply-to"] == b"<one@acme.example>"
    assert b"dana.whitfield@acme.example" in fields[b"to"]


async def test_odd_messages_of_the_person_do_not_hinder_the_look(server, box):
    odd = (b"\r\n", b"no header at all", b"Subject: \xff\xfe\r\n\r\nx", b"X: " + b"y" * 5000 + b"\r\n\r\n", DRAFT)
    taken = [await server.offer(each, "Drafts") for each in odd]
    assert all(taken) or (server.name == "cyrus" and taken == [True, False, True, True, True])
    found = await box.drafts()
    assert len(found) == sum(taken)
    assert job().message_id.encode() in found[-1].header


async def test_sent_and_trash_are_looked_into_from_a_day_on(server, box):
    days = [datetime(2026, 3, day, 12, tzinfo=UTC) for day in (1, 3, 5)]
    for number, day in enumerate(days, 1):
        await server.deliver(mail(number), "Sent", day)
        await server.deliver(mail(number + 10), "Trash", day)
    assert ids(await box.sent_since(date(2026, 3, 3))) == ["<mail-2@acme.example>", "<mail-3@acme.example>"]
    assert ids(await box.trashed_since(date(2026, 3, 4))) == ["<mail-13@acme.example>"]
    assert await box.sent_since(date(2026, 3, 6)) == []


async def test_sent_is_told_with_its_numbers_and_read_from_a_uid_on(server, box):
    before = await box.sent_state()
    assert (before.exists, before.uidvalidity > 0) == (0, True)
    assert await box.sent(1) == []
    for number in (1, 2, 3):
        await server.deliver(mail(number), "Sent", AT)
    after = await box.sent_state()
    assert (after.exists, after.uidvalidity, after.uidnext) == (3, before.uidvalidity, before.uidnext + 3)
    found = await box.sent(before.uidnext)
    assert ids(found) == [f"<mail-{number}@acme.example>" for number in (1, 2, 3)]
    assert {item.at for item in found} == {AT}
    assert ids(await box.sent(found[1].uid)) == ids(found[1:])
    assert await box.sent(after.uidnext) == []


async def test_a_look_changes_nothing(server, box):
    for folder in ("Drafts", "Sent", "Trash"):
        await server.deliver(mail(1), folder)
    before = [await server.snapshot(folder) for folder in ("Drafts", "Sent", "Trash")]
    await box.state()
    await box.drafts()
    await box.sent_since(date(2020, 1, 1))
    await box.trashed_since(date(2020, 1, 1))
    await box.sent_state()
    await box.sent(1)
    assert [await server.snapshot(folder) for folder in ("Drafts", "Sent", "Trash")] == before


async def test_a_draft_is_found_in_whatever_folder_it_was_moved_to(server, box):
    since = date(2026, 3, 3)
    await server.create("Older drafts")
    for folder in ("Drafts", "Sent", "Trash"):
        await server.deliver(DRAFT, folder, AT)
    assert not await box.elsewhere(job().message_id, since)
    await server.deliver(mail(1), "Older drafts", AT)
    assert not await box.elsewhere(job().message_id, since)
    await server.deliver(DRAFT, "Older drafts", AT)
    assert await box.elsewhere(job().message_id, since)
    assert not await box.elsewhere(job().message_id, date(2026, 3, 6))
    assert (await box.state()).exists == 1


@pytest.mark.parametrize(("answer", "count"), [("before", 0), ("after", 1)])
async def test_an_append_whose_answer_never_comes_stays_open(server, answer, count):
    box = await Placing.open(server.login, server.password)
    server.proxy.on_command = lambda command: answer if command.verb == "APPEND" else None
    with pytest.raises(Transient, match="lost while laying a draft") as caught:
        await box.append(DRAFT, AT)
    assert not isinstance(caught.value, Declined)
    await box.close()
    assert len(await server.messages("Drafts")) == count


async def test_the_folders_that_the_person_names_are_used(server):
    for folder in ("Entwürfe", "Raus & weg"):
        await server.create(folder)
    await server.deliver(mail(5), "Raus & weg")
    box = await Placing.open(server.login, server.password, "Entwürfe", "Raus & weg")
    await box.append(DRAFT, AT)
    assert ids(await box.sent_since(date(2020, 1, 1))) == ["<mail-5@acme.example>"]
    await box.close()
    assert await server.messages("Entwürfe") == [DRAFT]
    assert await server.messages("Drafts") == []


@pytest.mark.parametrize("named", [("Nope", "auto"), ("auto", "Nope")])
async def test_a_named_folder_that_is_not_there_is_said_and_the_connection_closed(server, named):
    with pytest.raises(NeedsOperator, match=r"no folder “Nope”.* It has: .*Drafts"):
        await Placing.open(server.login, server.password, *named)
    server.proxy.wait_for("LOGOUT")


ACL = "mail_plugins = acl\nplugin {\n  acl = vfile\n}\n"


@pytest.mark.dovecot
async def test_a_folder_that_may_not_be_written_to_declines():
    with Dovecot(ACL) as dovecot:
        user = dovecot.user()
        dovecot.deliver(user, mail(), "Drafts")
        (dovecot.directory / "mail" / user / ".Drafts" / "dovecot-acl").write_text("owner lr\n")
        # not through the proxy, which waits for the draft that is never sent after such a no
        box = await Placing.open(Login("main", dovecot.host, dovecot.port, "plain", user), dovecot.password)
        with pytest.raises(Declined, match="NOPERM"):
            await box.append(DRAFT, AT)
        assert ids(await box.drafts()) == ["<mail-1@acme.example>"]
        await box.close()


# --- servers of other kinds ---


@contextlib.asynccontextmanager
async def scripted(**answers):
    with Scripted(**answers) as server:
        box = await Placing.open(Login("main", server.host, server.port, "plain", "sam"), "x")
        try:
            yield server, box
        finally:
            await box.close()


NOES = ["NO [OVERQUOTA] no room", "NO [TRYCREATE] no such mailbox", "BAD [TOOBIG] too long", "NO [READ-ONLY] no"]


@pytest.mark.parametrize("no", NOES)
async def test_a_plain_no_declines_and_the_connection_stays(no):
    async with scripted(APPEND=("{tag} " + no,)) as (server, box):
        with pytest.raises(Declined, match="The draft was not laid"):
            await box.append(DRAFT, AT)
        assert (await box.state()).uidvalidity == 7
        assert server.connections == 1


async def test_a_no_before_the_draft_was_sent_declines():
    def refuse(handler_tag, _line):
        return (f"{handler_tag} NO [LIMIT] literal too long",)

    async with scripted(APPEND=refuse) as (_server, box):
        with pytest.raises(Declined):
            await box.append(DRAFT, AT)


OPEN = {
    "hangs up": HANG_UP,
    "bye": ("* BYE going down", *HANG_UP),
    "bye and no": ("* BYE going down", "{tag} NO no"),
    "nonsense": ("what?", *HANG_UP),
    "no without a word": ("{tag} NO",),
    "yes without a word": ("{tag} OK",),
    "another tag": ("XYZ1 OK done", *HANG_UP),
    "a line without end": ("* OK " + "x" * 1_200_000, *HANG_UP),
}


@pytest.mark.parametrize("how", OPEN)
async def test_what_is_no_plain_no_leaves_it_open_whether_the_draft_is_there(how):
    async with scripted(APPEND=OPEN[how]) as (_server, box):
        with pytest.raises(Transient) as caught:
            await box.append(DRAFT, AT)
        assert not isinstance(caught.value, Declined)


@pytest.mark.parametrize(
    ("said", "uid"),
    [("OK [APPENDUID 7 12] done", 12), ("OK [appenduid 7 12] done", 12), ("OK done", None),
     ("OK [APPENDUID 7 0] done", None), ("OK [APPENDUID 7 12:13] done", None)],
)  # fmt: skip
async def test_the_uid_is_as_told_or_unknown(said, uid):
    async with scripted(APPEND=("{tag} " + said,)) as (server, box):
        assert await box.append(DRAFT, AT) == uid
    (line,) = [line for line in server.lines if line.startswith("APPEND")]
    assert line.startswith('APPEND "Drafts" (\\Draft \\Seen) "04-Mar-2026 09:30:00 +0000"')


async def test_uidnext_is_asked_for_where_examine_does_not_tell():
    examine = ("* 3 EXISTS", "* OK [UIDVALIDITY 7] ok", "{tag} OK [READ-ONLY] done")
    async with scripted(EXAMINE=examine, STATUS=('* STATUS "Drafts" (UIDNEXT 44)', "{tag} OK done")) as (_server, box):
        assert (await box.state()).uidnext == 44


async def test_uidnext_that_nobody_tells_is_a_sentence():
    examine = ("* 3 EXISTS", "* OK [UIDVALIDITY 7] ok", "{tag} OK [READ-ONLY] done")
    async with scripted(EXAMINE=examine, STATUS=("* STATUS Drafts (MESSAGES 3)", "{tag} OK done")) as (_server, box):
        with pytest.raises(NeedsOperator, match="UIDNEXT"):
            await box.state()


async def test_other_peoples_news_are_no_drafts():
    """An untagged FETCH by number, without UID, is about any message; counted as a draft it would hide a hole."""
    header = b"Message-ID: <a@b>\r\n\r\n"
    fetched = (
        "* 5 FETCH (FLAGS (\\Seen))",
        f"* 1 FETCH (UID 6 BODY[HEADER.FIELDS (MESSAGE-ID)] {{{len(header)}}}\r\n{header.decode()})",
        "* 2 FETCH (UID 7 FLAGS ())",
        "* 3 FETCH (UID 8 BODY[HEADER.FIELDS (MESSAGE-ID)] NIL)",
        "{tag} OK done",
    )
    async with scripted(UID_SEARCH=("* SEARCH 5 6 7 8", "{tag} OK done"), UID_FETCH=fetched) as (_server, box):
        assert [(item.uid, item.header) for item in await box.drafts(5)] == [(6, header)]


ALL_MAIL = (
    '* LIST () "/" INBOX', '* LIST (\\Drafts) "/" Drafts', '* LIST (\\All) "/" "All Mail"', "{tag} OK done",
)  # fmt: skip


@pytest.mark.parametrize(("archive", "there"), [(True, True), (False, False)])
async def test_the_folder_of_all_mail_counts_as_another_one_only_if_asked(archive, there):
    selected = []

    def examine(_tag, line):
        selected.append(line)
        return "* 1 EXISTS", "* OK [UIDVALIDITY 7] ok", "* OK [UIDNEXT 9] ok", "{tag} OK done"

    def search(_tag, _line):
        return ("* SEARCH 5" if "All Mail" in selected[-1] else "* SEARCH"), "{tag} OK done"

    async with scripted(LIST=ALL_MAIL, EXAMINE=examine, UID_SEARCH=search) as (_server, box):
        assert await box.elsewhere(job().message_id, date(2026, 3, 1), archive=archive) is there


async def test_n_to_the_end_names_the_last_message_even_when_it_is_older():
    async with scripted(UID_SEARCH=("* SEARCH 4", "{tag} OK done")) as (server, box):
        assert await box.drafts(5) == []
        assert "UID FETCH" not in server.verbs


async def test_where_there_is_no_sent_and_no_trash_nothing_is_found():
    folders = ('* LIST () "/" INBOX', '* LIST () "/" "Entw&APw-rfe"', "{tag} OK done")
    async with scripted(LIST=folders) as (server, box):
        assert await box.sent_since(date(2020, 1, 1)) == await box.trashed_since(date(2020, 1, 1)) == []
        assert await box.sent_state() is None
        assert await box.sent(1) == []
        assert await box.append(DRAFT, AT) == 1
        assert any('APPEND "Entw&APw-rfe"' in line for line in server.lines)


@pytest.mark.parametrize("folders", [('* LIST () "/" INBOX',), ('* LIST (\\Drafts) "/" INBOX',), ()])
async def test_without_drafts_nothing_is_laid_anywhere(folders):
    with (
        Scripted(LIST=(*folders, "{tag} OK done")) as server,
        pytest.raises(NeedsOperator, match="no folder that is plainly Drafts"),
    ):
        await Placing.open(Login("main", server.host, server.port, "plain", "sam"), "x")
    assert "APPEND" not in server.verbs
