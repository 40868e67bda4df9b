"""`init` finds the server: by the provider, by the DNS, by asking; nothing of another domain is trusted silently."""

import pytest
from support.nameserver import NameServer
from support.talks import person, typing

from config.providers import PROVIDERS, provider_by_exchanger
from daemon.commands.beginning.given import Given
from daemon.commands.beginning.server import asked_again, resolver, server_of
from daemon.core.errors import NeedsOperator, WrongUse

OWN = "_imaps._tcp.b.example. SRV 0 1 993 imap.b.example."
FOREIGN = "_imaps._tcp.b.example. SRV 0 1 993 imap.elsewhere.example."
AT_GMAIL = "_imaps._tcp.b.example. SRV 0 1 993 imap.gmail.com."
DENIED = "_imaps._tcp.b.example. SRV 0 0 0 ."


def found(monkeypatch, *records, typed=(), there=True, yes=False, address="sam@b.example", **flags):
    """The server, what was said, and what the name server was asked."""
    typing(monkeypatch, *typed)
    who, out = person(there=there, yes=yes)
    with NameServer(*records) as server:
        where = server_of(Given(resolver=server.where, **flags), address, who)
    return where, " ".join(out.getvalue().split()), server.asked


def at(server):
    return server.host, server.port, server.security


def test_a_known_provider_needs_no_question_and_no_dns(monkeypatch):
    server, said, asked = found(monkeypatch, address="sam@gmail.com", there=False)
    assert at(server) == ("imap.gmail.com", 993, "tls") and server.provider.name == "Gmail"
    assert "Your mail is at Gmail." in said and asked == []


def test_what_the_domain_names_of_its_own_is_taken_and_said(monkeypatch):
    server, said, _ = found(monkeypatch, OWN, there=False)
    assert at(server) == ("imap.b.example", 993, "tls")
    assert "asks the DNS where its mail is" in said and "--no-dns leaves it out" in said
    assert "names this server: imap.b.example, port 993." in said


def test_a_server_of_another_domain_is_shown_and_asked_about_and_no_is_the_default(monkeypatch):
    server, said, _ = found(monkeypatch, FOREIGN, typed=["", "mail.b.example"])
    assert at(server) == ("mail.b.example", 993, "tls")
    assert "imap.elsewhere.example, port 993. It lies in another domain than your address." in said
    assert "Do you trust it with your password? [y/N]" in said


def test_a_server_of_another_domain_is_used_after_a_yes(monkeypatch):
    server, _, _ = found(monkeypatch, FOREIGN, typed=["y"])
    assert at(server) == ("imap.elsewhere.example", 993, "tls")


def test_a_server_of_another_domain_that_a_known_provider_runs_is_a_yes_by_default(monkeypatch):
    server, said, _ = found(monkeypatch, AT_GMAIL, typed=[""])
    assert server.host == "imap.gmail.com" and server.provider.name == "Gmail"
    assert "belongs to Gmail. Do you trust it with your password? [Y/n]" in said


@pytest.mark.parametrize("who", [{"there": False}, {"yes": True}])
@pytest.mark.parametrize("records", [(FOREIGN,), (AT_GMAIL,)])
def test_nobody_who_is_not_asked_trusts_another_domain(monkeypatch, who, records):
    with pytest.raises(WrongUse, match=r"another domain than your address.* say so: --host imap\."):
        found(monkeypatch, *records, **who)


def test_a_name_that_only_ends_like_the_domain_is_another_domain(monkeypatch):
    with pytest.raises(WrongUse, match="another domain"):
        found(monkeypatch, "_imaps._tcp.b.example. SRV 0 1 993 imap.not-b.example.", there=False)


def test_who_takes_the_mail_in_is_asked_about(monkeypatch):
    records = ("b.example. MX 10 aspmx.l.google.com.",)
    server, said, _ = found(monkeypatch, *records, typed=["y"])
    assert at(server) == ("imap.gmail.com", 993, "tls")
    assert "aspmx.l.google.com takes its mail in, which is Gmail's. Is your mailbox at Gmail? [Y/n]" in said
    with pytest.raises(WrongUse, match=r"say so: --host imap\.gmail\.com"):
        found(monkeypatch, *records, there=False)


def test_a_provider_without_imap_behind_a_domain_of_ones_own_is_said(monkeypatch):
    with pytest.raises(NeedsOperator, match="Tuta offers no IMAP"):
        found(monkeypatch, "b.example. MX 10 mail.tutanota.de.", typed=["y"])


def test_the_usual_name_is_a_suggestion_only(monkeypatch):
    server, said, _ = found(monkeypatch, typed=[""])
    assert at(server) == ("imap.b.example", 993, "tls")
    assert "Which IMAP server holds the mail of b.example? [Enter: imap.b.example]" in said
    with pytest.raises(WrongUse, match="--host is missing"):
        found(monkeypatch, there=False)


def test_a_usual_name_that_exists_is_suggested_first(monkeypatch):
    server, _, _ = found(monkeypatch, "mail.b.example. A 192.0.2.7", there=False)
    assert server.host == "mail.b.example"


def test_a_domain_that_says_it_has_no_imap_is_believed_and_asked_about(monkeypatch):
    server, said, _ = found(monkeypatch, DENIED, typed=["mail.c.example:143"])
    assert "b.example says by its DNS that it offers no IMAP." in said
    assert at(server) == ("mail.c.example", 143, "starttls")


def test_without_the_dns_nothing_is_asked_there(monkeypatch):
    server, said, asked = found(monkeypatch, OWN, typed=["10.0.0.7:1993"], dns=False)
    assert at(server) == ("10.0.0.7", 1993, "tls") and asked == [] and "DNS" not in said


def test_flags_stand_above_all(monkeypatch):
    server, _, asked = found(monkeypatch, OWN, host="127.0.0.1", security="plain", port=7)
    assert at(server) == ("127.0.0.1", 7, "plain") and asked == []
    assert at(found(monkeypatch, OWN, security="starttls")[0]) == ("imap.b.example", 143, "starttls")
    assert at(found(monkeypatch, address="sam@gmail.com", security="plain")[0]) == ("imap.gmail.com", 143, "plain")
    assert at(found(monkeypatch, host="imap.gmail.com:994")[0]) == ("imap.gmail.com", 994, "tls")


def test_what_is_no_server_is_said_and_asked_again(monkeypatch):
    server, said, _ = found(monkeypatch, typed=["https://x.example", "x.example"], dns=False)
    assert server.host == "x.example" and "That cannot be used" in said


def test_after_a_failure_the_former_answer_is_the_default(monkeypatch):
    typing(monkeypatch, "", "other.b.example:143")
    who, _ = person()
    before = server_of(Given(host="imap.b.example:9930"), "sam@b.example", who)
    assert asked_again(before, Given(), who) == before
    assert at(asked_again(before, Given(), who)) == ("other.b.example", 143, "starttls")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", None), ("192.0.2.1", ("192.0.2.1", 53)), ("192.0.2.1:5353", ("192.0.2.1", 5353)),
     ("2001:db8::1", ("2001:db8::1", 53)), ("[2001:db8::1]:5353", ("2001:db8::1", 5353))],
)  # fmt: skip
def test_a_name_server_is_named_by_its_address(text, expected):
    assert resolver(text) == expected


@pytest.mark.parametrize("text", ["dns.example", "192.0.2.1:", "[::1", "192.0.2.1:99999", "192.0.2.1:0"])
def test_what_is_no_address_is_no_name_server(text):
    with pytest.raises(WrongUse, match="no address of a name server"):
        resolver(text)


def test_a_security_that_does_not_exist_is_refused_before_anything_is_asked(monkeypatch):
    with pytest.raises(WrongUse, match="none of tls, starttls, plain"):
        found(monkeypatch, OWN, security="ssl")


def test_no_exchanger_stands_in_the_table_twice_and_each_leads_home():
    ends = [end for one in PROVIDERS for end in one.exchangers]
    assert len(ends) == len(set(ends))
    assert all(provider_by_exchanger(f"mx1.{end}.") in PROVIDERS for end in ends)
    assert provider_by_exchanger("mx.notgoogle.com") is None
