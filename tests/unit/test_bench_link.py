"""What `make bench-link` measures with: the mailbox that it makes, the way that it makes longer, its reckoning."""

import socket
import sys
import threading
from itertools import islice

from bench.link.mails import mailbox
from bench.link.meter import measured
from bench.link.relay import Relay
from bench.link.show import Table, ratio
from support.clock import MONDAY

from classifiers.mail import read_mail


def test_the_same_mailbox_is_made_again_and_every_mail_of_it_can_be_read():
    one, other = (list(islice(mailbox(400, MONDAY), 20)) for _ in range(2))
    assert one == other
    assert all(read_mail(mail.raw).headers.message_id for mail in one)
    assert len({read_mail(mail.raw).headers.message_id for mail in one}) == len(one)


def test_the_relay_holds_back_what_is_said_and_counts_the_turns():
    with socket.create_server(("127.0.0.1", 0)) as far:
        threading.Thread(target=_echo, args=(far,), daemon=True).start()
        with Relay("127.0.0.1", far.getsockname()[1], 0.0) as relay, _connected(relay.port) as near:
            for _ in range(3):
                near.sendall(b"hello\r\n")
                assert near.recv(100) == b"hello\r\n"
            counted = relay.counted
    assert (counted.turns, counted.lines, counted.sent, counted.got) == (3, 3, 21, 21)


def test_cpu_of_children_is_counted_by_name():
    spin = "import time\nwhile time.process_time() < 0.3: pass"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {spin!r}, 'kid'])"
    used = measured([sys.executable, "-c", code], names={"kid": "kid"})
    assert used.cpu >= 0.3 and used.wall >= 0.3


def test_a_table_is_markdown_and_a_ratio_to_nothing_is_none():
    assert str(Table("T", ("", "a"), [("x", "1")])) == "**T**\n\n|  | a |\n| --- | ---: |\n| x | 1 |\n\n"
    assert (ratio(3, 2), ratio(1, 0)) == ("1.50", "-")


def _echo(far):
    connection, _ = far.accept()
    with connection:
        while octets := connection.recv(100):
            connection.sendall(octets)


def _connected(port):
    return socket.create_connection(("127.0.0.1", port), timeout=10)
