"""core.ports.Shelves and Mailbox.having over real servers and odd ones: own folders are made, mails found by id."""

import pytest
from support.mailservers import SERVERS, box_on
from support.minds import mail
from support.scripted import Scripted

from daemon.adapters.imap.gateway import ForbiddenWord
from daemon.adapters.imap.login import Login
from daemon.adapters.imap.reading import Reading
from daemon.adapters.imap.shelves import ServerShelves
from daemon.core.errors import NeedsOperator

NO = "Highroad/Not a rejection"


@pytest.fixture(params=SERVERS)
async def box(request):
    async with box_on(request) as box:
        yield box


@pytest.fixture
async def mailbox(box):
    mailbox = await Reading.open(box.login, box.password)
    yield mailbox
    await mailbox.close()


def creates(box):
    return [command.text for command in box.proxy.commands if command.verb == "CREATE"]


# --- folders ---


@pytest.mark.parametrize("name", [NO, "Absagen/Keine Größe & Weite", "Flat"])
async def test_a_folder_is_made_once_and_can_be_read(box, mailbox, name):
    shelves = ServerShelves(mailbox.session)
    made = await shelves.ready(name)
    assert await shelves.ready(name) == made
    assert (await mailbox.examine(made)).exists == 0
    assert made in await mailbox.folders()
    assert len(creates(box)) == 1


async def test_a_folder_that_is_there_is_not_made(box, mailbox):
    await box.create(NO)
    assert await ServerShelves(mailbox.session).ready(NO) == NO
    assert creates(box) == []


async def test_making_folders_says_nothing_else_that_changes_anything(box, mailbox):
    await ServerShelves(mailbox.session).ready(NO)
    await mailbox.close()
    changing = set(box.proxy.verbs()) - {"CAPABILITY", "LOGIN", "LIST", "NAMESPACE", "LOGOUT"}
    assert changing == {"CREATE"}


async def test_a_name_with_a_command_in_it_is_not_sent(box, mailbox):
    with pytest.raises(ForbiddenWord):
        await ServerShelves(mailbox.session).ready("A\r\nx DELETE INBOX")
    assert creates(box) == []


def scripted(server):
    return Login("main", server.host, server.port, "plain", "sam")


async def made_on(server, wanted=NO):
    mailbox = await Reading.open(scripted(server), "x")
    try:
        return await ServerShelves(mailbox.session).ready(wanted)
    finally:
        await mailbox.close()


NAMESPACES = {
    "CAPABILITY": ("* CAPABILITY IMAP4rev1 NAMESPACE", "{tag} OK done"),
    "NAMESPACE": ('* NAMESPACE (("INBOX." ".")) NIL NIL', "{tag} OK done"),
}


async def test_below_a_prefix_and_with_dots_where_the_server_has_it_so():
    with Scripted(**NAMESPACES, CREATE=("{tag} OK made",)) as server:
        assert await made_on(server) == "INBOX.Highroad.Not a rejection"
        assert 'CREATE "INBOX.Highroad.Not a rejection"' in server.lines


async def test_a_name_that_has_the_prefix_already_is_taken_as_it_is():
    with Scripted(**NAMESPACES, CREATE=("{tag} OK made",)) as server:
        assert await made_on(server, "INBOX.Learn") == "INBOX.Learn"


async def test_without_namespaces_the_separator_is_that_of_the_inbox():
    listed = ('* LIST () "." INBOX', "{tag} OK done")
    with Scripted(LIST=listed, CREATE=("{tag} OK made",)) as server:
        assert await made_on(server) == "Highroad.Not a rejection"


async def test_a_server_without_levels_gets_the_name_as_it_is():
    with Scripted(LIST=("* LIST () NIL INBOX", "{tag} OK done"), CREATE=("{tag} OK made",)) as server:
        assert await made_on(server) == NO


async def test_a_folder_that_another_client_made_first_is_used():
    with Scripted(CREATE=("{tag} NO [ALREADYEXISTS] Mailbox already exists",)) as server:
        assert await made_on(server) == NO


async def test_a_server_that_makes_no_folders_says_so_and_what_to_do():
    said = r"said no while making .*not here.* Make the folder .* yourself"
    with Scripted(CREATE=("{tag} NO [CANNOT] not here",)) as server, pytest.raises(NeedsOperator, match=said):
        await made_on(server)


# --- mails by their id ---


async def test_a_mail_is_found_by_its_message_id(box, mailbox):
    for number in (1, 2, 1):
        await box.deliver(mail(number))
    await mailbox.examine("INBOX")
    one, two, three = await mailbox.uids()
    assert await mailbox.having("<mail-1@acme.example>") == [one, three]
    assert await mailbox.having("<mail-2@acme.example>") == [two]
    assert await mailbox.having("<mail-3@acme.example>") == []


async def test_a_message_id_of_every_usual_shape_can_be_looked_for(box, mailbox):
    ids = ["<a+b=c$d!e@[127.0.0.1]>", "<x/y'z~1`2|3^4@m.example>", "<a.b_c-d#e?f&g@h>"]
    for number, message_id in enumerate(ids, 1):
        await box.deliver(mail(number, message_id=message_id))
    await mailbox.examine("INBOX")
    assert [len(await mailbox.having(message_id)) for message_id in ids] == [1, 1, 1]


@pytest.mark.parametrize(
    "word", ["", "a@b", "<a b@c>", '<a"@b>', "<a@b>\r\nx LOGOUT", "<{3}@b>", "<a@b> ALL", "<*@b>", "<nobody>", "<a@ü>"]
)
async def test_what_is_no_message_id_is_not_sent(box, mailbox, word):
    await mailbox.examine("INBOX")
    before = len(box.proxy.commands)
    with pytest.raises(ForbiddenWord):
        await mailbox.having(word)
    assert len(box.proxy.commands) == before
