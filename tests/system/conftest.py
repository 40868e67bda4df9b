"""What the tests of whole rounds share: a mailbox on the real Dovecot, and rooms that can be left and entered again."""

import contextlib
import shutil

import pytest
from support import packages
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


@pytest.fixture(scope="session")
def commit(tmp_path_factory):
    """This tree as the one commit of a repository."""
    return packages.once(packages.of_the_run(tmp_path_factory) / "commit", packages.commit)


@pytest.fixture(scope="session")
def wheel(commit, tmp_path_factory):
    """The wheel of that commit."""
    place = packages.of_the_run(tmp_path_factory) / "wheel"
    (built,) = packages.once(place, lambda out: packages.tool("wheel", commit, "--out", out)).glob("*.whl")
    return built


@pytest.fixture(scope="session")
def deb(commit, tmp_path_factory):
    """The Debian package of that commit."""
    if shutil.which("dpkg-deb") is None:
        pytest.skip("a Debian package is built with dpkg-deb, on Debian or Ubuntu")

    def make(out):
        packages.tool("deb", commit, "--out", out, "--wheels", packages.wheelhouse())

    (built,) = packages.once(packages.of_the_run(tmp_path_factory) / "deb", make).glob("*.deb")
    return built
