"""Which folder is Drafts, Sent or Trash."""

import unicodedata

import pytest
from support.logins import login
from support.scripted import Scripted

from daemon.adapters.imap.folders import Listing, Place
from daemon.adapters.imap.reading import Reading
from daemon.adapters.imap.special import USUAL, chosen, drafts_folder, special_folder
from daemon.core.errors import NeedsOperator


def listing(*names, places=(), **marked):
    """Folders by name; marked ones as Name=flags."""
    plain = [((b"\\HasNoChildren",), name) for name in names]
    told = [(tuple(flag.encode() for flag in flags.split()), name) for name, flags in marked.items()]
    return Listing((*plain, *told), tuple(places))


@pytest.mark.parametrize("flag", ["\\Drafts", "\\drafts", "\\DRAFTS", "\\HasNoChildren \\Drafts"])
def test_the_marked_folder_counts_before_any_name(flag):
    assert special_folder(listing("INBOX", "Drafts", Concept=flag), "drafts") == "Concept"


def test_marks_of_other_uses_do_not_count():
    assert special_folder(listing("INBOX", Sent="\\Drafts2", Old="\\Draft"), "drafts") is None
    assert special_folder(listing("INBOX", Away="\\Trash"), "sent") is None


@pytest.mark.parametrize(
    "name",
    ["Drafts", "DRAFTS", "Draft", "Entwürfe", "Brouillons", "Borradores", "Bozze", "Concepten", "Rascunhos", "Utkast",
     "Kladder", "Wersje robocze", "Koncepty", "INBOX.Drafts", "INBOX.Entwürfe", "INBOX/Drafts", "[Gmail]/Drafts"],
)  # fmt: skip
def test_drafts_are_found_by_their_usual_name(name):
    found = listing("INBOX", "Archive", name, "Old drafts", "Archive/Drafts")
    assert drafts_folder(found, "auto", "main") == name


@pytest.mark.parametrize(
    ("use", "name"),
    [
        ("sent", "Sent"), ("sent", "Sent Items"), ("sent", "Sent Messages"), ("sent", "INBOX.Sent"),
        ("sent", "Gesendet"), ("sent", "Gesendete Elemente"), ("sent", "Envoyés"),
        ("sent", "Enviados"), ("sent", "Posta inviata"),
        ("sent", "Verzonden items"), ("sent", "Itens enviados"), ("sent", "Skickat"), ("sent", "[Gmail]/Sent Mail"),
        ("trash", "Trash"), ("trash", "Deleted Items"), ("trash", "Papierkorb"), ("trash", "Corbeille"),
        ("trash", "Papelera"), ("trash", "Cestino"), ("trash", "Prullenbak"), ("trash", "Lixeira"), ("trash", "Kosz"),
    ],
)  # fmt: skip
def test_sent_and_trash_are_found_by_their_usual_name(use, name):
    assert special_folder(listing("INBOX", "Archive", name), use) == name


def test_a_name_in_decomposed_letters_is_the_same_name():
    name = unicodedata.normalize("NFD", "Entwürfe")
    assert special_folder(listing("INBOX", name), "drafts") == name


def test_of_several_usual_names_the_more_usual_one_counts():
    assert special_folder(listing("Koncepty", "INBOX.Drafts", "Entwürfe"), "drafts") == "INBOX.Drafts"


def test_a_folder_that_only_sounds_like_it_is_left_alone():
    assert special_folder(listing("INBOX", "Drafts 2024", "My drafts", "Archive/Drafts", "Airdrafts"), "drafts") is None


def test_without_drafts_the_person_is_told_what_is_there():
    with pytest.raises(
        NeedsOperator, match=r'no folder that is plainly Drafts. It has: “INBOX, Work”. .*drafts = "Drafts"'
    ):
        drafts_folder(listing("Work", "INBOX"), "auto", "main")


@pytest.mark.parametrize("marked", [{}, {"INBOX": "\\Drafts"}, {"Inbox": "\\Drafts \\HasNoChildren"}])
def test_inbox_never_stands_in(marked):
    assert special_folder(listing("INBOX", **marked), "drafts") is None
    with pytest.raises(NeedsOperator, match="plainly Drafts"):
        drafts_folder(listing("Work", **marked), "auto", "main")


def test_the_folder_the_person_names_counts():
    found = listing("INBOX", "My drafts", Drafts="\\Drafts")
    assert drafts_folder(found, "My drafts", "main") == "My drafts"


def test_a_named_folder_that_is_not_there_is_said_with_what_is():
    with pytest.raises(
        NeedsOperator, match=r"no folder “Nope”, which config.toml names as its sent folder. It has: “INBOX, S”"
    ):
        chosen(listing("INBOX", "S"), "sent", "Nope", "main")


def test_no_sent_folder_is_no_failure():
    assert chosen(listing("INBOX"), "sent", "auto", "main") is None


# --- namespaces ---

COURIER = Place("INBOX.", "."), Place("user.", ".", personal=False), Place("", ".", personal=False)
DOVECOT = Place("", "/"), Place("shared/", "/", personal=False), Place("Public/", "/", personal=False)


def test_folders_of_others_and_shared_ones_never_count():
    names = ["INBOX", "Drafts", "user.kim.Drafts", "INBOX.Drafts"]
    assert special_folder(listing(*names, places=COURIER), "drafts") == "INBOX.Drafts"
    assert special_folder(listing(*names[:3], places=COURIER), "drafts") is None
    assert special_folder(listing("INBOX", "shared/Drafts", "Public/Drafts", places=DOVECOT), "drafts") is None


def test_a_mark_on_a_shared_folder_does_not_count_either():
    marked = {"shared/kim/Entwurf": "\\Drafts", "Mine": "\\Drafts"}
    assert special_folder(listing("INBOX", places=DOVECOT, **marked), "drafts") == "Mine"
    del marked["Mine"]
    assert special_folder(listing("INBOX", "Drafts", places=DOVECOT, **marked), "drafts") == "Drafts"


def test_a_shared_folder_may_still_be_named_in_the_settings():
    assert drafts_folder(listing("INBOX", "Public/Drafts", places=DOVECOT), "Public/Drafts", "main") == "Public/Drafts"


@pytest.mark.parametrize("name", ["INBOX.Entw\u00fcrfe", "Inbox.Drafts", "inbox.DRAFTS"])
def test_below_the_inbox_however_it_is_written(name):
    assert special_folder(listing("INBOX", name, places=COURIER), "drafts") == name


def test_a_prefix_may_lack_its_separator_and_a_second_personal_namespace_counts():
    places = Place("INBOX", "."), Place("#mh/", "/"), Place("#shared/", "/", personal=False)
    assert special_folder(listing("INBOX", "INBOX.Sent", places=places), "sent") == "INBOX.Sent"
    assert special_folder(listing("INBOX", "#mh/Sent", "#shared/Sent", places=places), "sent") == "#mh/Sent"


@pytest.mark.parametrize("use", sorted(USUAL))
def test_usual_names_are_written_as_they_are_compared_in_at_least_ten_languages(use):
    assert all(name == unicodedata.normalize("NFC", name).casefold() for name in USUAL[use])
    assert len(set(USUAL[use])) == len(USUAL[use]) >= 20


# --- what servers answer to LIST ---

DONE = "{tag} OK done"


async def listed(server):
    mailbox = await Reading.open(login(server), "x")
    try:
        return await mailbox.session.listing()
    finally:
        await mailbox.close()


def offering(words):
    return f"* CAPABILITY IMAP4rev1 {words}", DONE


async def test_special_uses_are_asked_for_where_list_does_not_tell_them():
    def answer(_tag, line):
        marked = ('* LIST (\\drafts) "/" "Entwurf"', '* LIST (\\Junk) "/" Spam', '* LIST () "/" INBOX', DONE)
        plain = ('* LIST (\\Marked) "/" "Entwurf"', '* LIST () "/" INBOX', '* LIST () "/" Drafts', DONE)
        return marked if line.endswith("RETURN (SPECIAL-USE)") else plain

    with Scripted(CAPABILITY=offering("SPECIAL-USE LIST-EXTENDED"), LIST=answer) as server:
        found = await listed(server)
    assert special_folder(found, "drafts") == "Entwurf"
    assert [name for _, name in found] == ["Entwurf", "INBOX", "Drafts"]


@pytest.mark.parametrize("no", ["NO", "BAD"])
async def test_a_server_that_does_not_take_the_question_is_asked_no_more(no):
    def answer(_tag, line):
        told = ('* LIST () "/" Drafts', '* LIST () "/" INBOX', DONE)
        return ("{tag} " + no + " what?",) if "RETURN" in line else told

    with Scripted(CAPABILITY=offering("SPECIAL-USE"), LIST=answer) as server:
        assert special_folder(await listed(server), "drafts") == "Drafts"


async def test_where_list_tells_them_nothing_more_is_asked():
    with Scripted(CAPABILITY=offering("SPECIAL-USE LIST-EXTENDED")) as server:
        assert special_folder(await listed(server), "drafts") == "Drafts"
    assert server.verbs.count("LIST") == 1


@pytest.mark.parametrize(
    "line",
    [
        '* LIST (\\Drafts) "/" "Mine" ("CHILDINFO" ("SUBSCRIBED"))',
        "* LIST (\\DRAFTS) NIL {4}\r\nMine",
        "* list (\\drafts) NIL Mine",
    ],
)
async def test_a_folder_is_read_in_every_spelling_of_it(line):
    with Scripted(LIST=('* LIST () "/" INBOX', line, DONE)) as server:
        assert special_folder(await listed(server), "drafts") == "Mine"


async def test_a_folder_whose_name_is_a_number_or_holds_quotes_is_one():
    lines = ('* LIST () "/" 100', '* LIST () "/" "a \\"b\\" \\\\"', '* LIST () "/" "&ZeVnLIqe-"', DONE)
    with Scripted(LIST=lines) as server:
        assert [name for _, name in await listed(server)] == ["100", 'a "b" \\', "日本語"]


@pytest.mark.parametrize(
    "told", ["* NAMESPACE NIL NIL NIL", "* NAMESPACE nonsense", '* NAMESPACE ((1 "/")) NIL NIL', ""]
)
async def test_namespaces_that_cannot_be_read_hide_no_folder(told):
    answer = (f"* NAMESPACE {told}", DONE) if told else ("{tag} NO no",)
    with Scripted(CAPABILITY=offering("NAMESPACE"), NAMESPACE=answer) as server:
        assert special_folder(await listed(server), "drafts") == "Drafts"
