"""A name server on loopback that knows the records it is given, and nothing else."""

from __future__ import annotations

import socket
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from support.served import HOST


class NameServer:
    """A context manager. `records` are lines like "_imaps._tcp.b.example. SRV 0 1 993 imap.b.example."

    `mute` ones take every question and answer none. `asked` are the names that it was asked for.
    """

    def __init__(self, *records: str, mute: bool = False) -> None:
        self._known, self._mute, self.asked = [_rrset(one) for one in records], mute, []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((HOST, 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)

    @property
    def where(self) -> str:
        return f"{HOST}:{self.port}"

    def __enter__(self) -> NameServer:
        self._thread.start()
        return self

    def __exit__(self, *_exc) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", (HOST, self.port))
        self._thread.join(10)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            packet, back = self._socket.recvfrom(4096)
            if not packet:
                return
            query = dns.message.from_wire(packet)
            self.asked.append((str(query.question[0].name), query.question[0].rdtype.name))
            if not self._mute:
                self._socket.sendto(self._answer(query).to_wire(), back)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        answer, question = dns.message.make_response(query), query.question[0]
        answer.flags |= dns.flags.RA
        named = [one for one in self._known if one.name == question.name]
        answer.answer = [one for one in named if one.rdtype == question.rdtype]
        if not named:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer


def _rrset(line: str) -> dns.rrset.RRset:
    """One line of a zone file; several values of one name and type stand between semicolons."""
    name, kind, values = line.split(" ", 2)
    return dns.rrset.from_text(name, 300, "IN", kind, *(one.strip() for one in values.split(";")))
