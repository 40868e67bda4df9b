"""What the tests of whole rounds share: a mailbox on the real Dovecot, and rooms that can be left and entered again."""

import contextlib

import pytest
from support.mailservers import dovecot_box
from support.rooms import room


@pytest.fixture
async def server(dovecot):
    async with dovecot_box(dovecot) as server:
        yield server


@pytest.fixture
def house(tmp_path):
    """Makes rooms over one state directory and closes their journals; a second one is a restart."""
    with contextlib.ExitStack() as stack:

        def made(name="state", **changes):
            one = room(tmp_path / name, **changes)
            stack.callback(one.journal.close)
            return one

        yield made
