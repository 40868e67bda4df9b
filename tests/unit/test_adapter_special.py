"""Which folder is Drafts, Sent or Trash."""

import unicodedata

import pytest

from daemon.adapters.imap.special import chosen, drafts_folder, special_folder
from daemon.core.errors import NeedsOperator


def listing(*names, **marked):
    """Folders by name; marked ones as Name=flags."""
    return [((b"\\HasNoChildren",), name) for name in names] + [
        (tuple(flag.encode() for flag in flags.split()), name) for name, flags in marked.items()
    ]


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
        NeedsOperator, match=r'no folder that is plainly Drafts. It has: INBOX, Work. .*drafts = "Drafts"'
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
        NeedsOperator, match=r"no folder 'Nope', which config.toml names as its sent folder. It has: INBOX, S"
    ):
        chosen(listing("INBOX", "S"), "sent", "Nope", "main")


def test_no_sent_folder_is_no_failure():
    assert chosen(listing("INBOX"), "sent", "auto", "main") is None
