"""What the DNS says of a domain's mail, asked of a name server of our own."""

import time

import pytest
from support.nameserver import NameServer

from daemon.adapters.dns import SECONDS, Service, Told, told
from daemon.adapters.dns import __dict__ as names


async def asked(*records, domain="b.example", **how):
    with NameServer(*records, **how) as server:
        return await told(domain, ("127.0.0.1", server.port)), server


async def test_the_servers_that_a_domain_names_come_in_its_own_order():
    found, _ = await asked(
        "_imaps._tcp.b.example. SRV 20 0 993 last.b.example.; 10 1 993 light.b.example.; 10 9 994 Heavy.B.example."
    )
    assert [(one.host, one.port) for one in found.services] == [
        ("heavy.b.example", 994), ("light.b.example", 993), ("last.b.example", 993),
    ]  # fmt: skip
    assert found.answered and not found.denied


async def test_tls_from_the_first_byte_comes_before_starttls():
    found, _ = await asked(
        "_imap._tcp.b.example. SRV 0 1 143 a.b.example.", "_imaps._tcp.b.example. SRV 9 1 993 z.b.example."
    )
    assert found.services == (Service("z.b.example", 993, "tls"), Service("a.b.example", 143, "starttls"))


async def test_a_target_that_is_the_root_says_that_there_is_no_such_service():
    denied, _ = await asked("_imaps._tcp.b.example. SRV 0 0 0 .", "_imap._tcp.b.example. SRV 0 0 0 .")
    assert denied.denied and denied.services == ()
    one, _ = await asked("_imaps._tcp.b.example. SRV 0 0 0 .", "_imap._tcp.b.example. SRV 0 1 143 a.b.example.")
    assert not one.denied and one.services == (Service("a.b.example", 143, "starttls"),)


async def test_what_nobody_can_connect_to_is_left_out():
    found, _ = await asked(
        r"_imaps._tcp.b.example. SRV 1 0 0 none.b.example.; 2 0 993 a\027[2J.b.example.; 3 0 993 c.b.example."
    )
    assert found.services == (Service("c.b.example", 993, "tls"),) and not found.denied


async def test_where_mail_goes_and_which_usual_names_there_are_is_told_besides():
    found, _ = await asked(
        "b.example. MX 20 two.mx.example.; 10 One.mx.example.",
        "mail.b.example. AAAA 2001:db8::1",
        "x.b.example. A 192.0.2.1",
    )
    assert (found.exchangers, found.hosts) == (("one.mx.example", "two.mx.example"), ("mail.b.example",))


async def test_nothing_but_the_domain_is_told_to_the_name_server():
    _, server = await asked()
    assert {name for name, _ in server.asked} == {
        "b.example.", "_imaps._tcp.b.example.", "_imap._tcp.b.example.", "imap.b.example.", "mail.b.example.",
    }  # fmt: skip


async def test_a_domain_without_any_record_is_answered_and_empty():
    found, _ = await asked()
    assert found == Told(answered=True)


async def test_a_name_server_that_says_nothing_is_not_waited_for_long(monkeypatch):
    monkeypatch.setattr("daemon.adapters.dns.SECONDS", 0.3)
    before = time.monotonic()
    found, server = await asked(mute=True)
    assert found == Told() and server.asked
    assert time.monotonic() - before < SECONDS


async def test_without_a_network_nothing_is_known(monkeypatch):
    monkeypatch.setattr("daemon.adapters.dns.SECONDS", 0.3)
    with NameServer() as server:
        gone = server.port
    assert await told("b.example", ("127.0.0.1", gone)) == Told()


async def test_a_machine_without_name_servers_is_no_failure(monkeypatch):
    def none(*_args, **_how):
        raise names["dns"].resolver.NoResolverConfiguration

    monkeypatch.setattr("dns.asyncresolver.Resolver", none)
    assert await told("b.example") == Told()


@pytest.mark.parametrize("domain", ["", "a..b", "x" * 64 + ".example", "-.example", "no\x00.example"])
async def test_what_is_no_domain_has_no_records(domain):
    found, _ = await asked(domain=domain)
    assert (found.services, found.exchangers, found.denied) == ((), (), False)
