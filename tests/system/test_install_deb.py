"""`make deb` on a booted machine: installed, at work against Dovecot, upgraded, removed, installed again, purged."""

from __future__ import annotations

from email import message_from_bytes

import pytest
from campaign.letters import rejection
from support import packages
from support.crashing import CONFIG
from support.differences import differences
from support.machine import Machine, machine
from support.packages import clone, renumbered, tool
from support.realmind import CACHE
from support.realmodel import real_model
from support.waiting import until

pytestmark = pytest.mark.slow

SETTINGS, SECRET, STATE = "/etc/highroad/config.toml", "/etc/credstore/highroad.imap", "/var/lib/highroad"
OLD = "0.0.1~older"
KEPT_BY_OTHERS = (
    "/var/lib/dpkg/",  # what is installed, and how that was before
    "/var/log/dpkg.log",
    "/var/cache/man/",  # the index of manual pages
    "/etc/passwd-",  # the system's own copies of its lists of users as they were before the last change
    "/etc/shadow-",
    "/etc/group-",
    "/etc/gshadow-",
    "/etc/.pwd.lock",
)
"""The books of dpkg, man-db and the system's users: they say what was done, and hold nothing of ours."""


class Server:
    """A machine that a person looks after, and the person's mailbox."""

    def __init__(self, box: Machine, dovecot):
        self.box, self.dovecot, self.user = box, dovecot, dovecot.user()

    def settle(self):
        """Write settings and password as the documents say, and lend the model that it would train itself."""
        text = CONFIG.format(port=self.dovecot.port, user=self.user)
        text = text.replace('{ env = "HIGHROAD_TEST_PASSWORD" }', '{ credential = "highroad.imap" }')
        assert "credential" in text
        self.box.write(SETTINGS, text, 0o640)
        self.box.write(SECRET, self.dovecot.password, 0o600)
        self.box.check(["chgrp", "highroad", SETTINGS])
        self.box.check(["cp", "-r", CACHE, f"{STATE}/model"])
        self.box.check(["chown", "-R", "highroad:highroad", f"{STATE}/model"])

    def dpkg(self, *words):
        return self.box.check(["dpkg", *words], 300)

    def told(self, name):
        return self.box.told("highroad", name)

    def works(self):
        """Whether the service is up, and by itself: systemd was told that it is ready."""
        return (self.told("ActiveState"), self.told("SubState")) == ("active", "running")

    async def answers(self, number):
        """A rejection comes; a draft answers it, and there are no more drafts than rejections."""
        self.dovecot.deliver(self.user, rejection(number)[1])
        try:
            await until(lambda: len(self.drafts()) > number, 180)
        except TimeoutError:
            pytest.fail(f"No draft {number} came:\n{self.box.journal('highroad')}")
        assert self.drafts() == [f"<answer-{one}@heron{one}.example>" for one in range(number + 1)]

    def drafts(self):
        return sorted(message_from_bytes(raw)["In-Reply-To"] for raw in self.dovecot.messages(self.user, "Drafts"))

    def foreign(self):
        """What below the state directory does not belong to the service, or could be read by others."""
        words = ["!", "-user", "highroad", "-o", "-perm", "/077", "!", "-path", f"{STATE}/model/*"]
        return self.box.check(["find", STATE, *words])

    def left(self, before):
        """What differs from before, without what others keep."""
        now = differences(self.box)
        changed = {path for path in {*now, *before} if now.get(path) != before.get(path)}
        return sorted(path for path in changed if not path.startswith(KEPT_BY_OTHERS))


@pytest.fixture
def server(dovecot):
    real_model()
    with machine() as box:
        box.check(["rm", "-f", "/usr/sbin/policy-rc.d"])  # a container's own: it forbids to start services
        yield Server(box, dovecot)


@pytest.mark.machine
@pytest.mark.timeout(600)
async def test_a_package_is_installed_works_is_upgraded_removed_installed_again_and_purged(server, deb, tmp_path):
    box, before = server.box, differences(server.box)

    assert "highroad init" in server.dpkg("-i", renumbered(deb, OLD, tmp_path / "older.deb"))
    assert box.check(["highroad", "--version"]).startswith("highroad ")
    assert (server.told("UnitFileState"), server.told("ActiveState")) == ("enabled", "inactive"), "nothing to do yet"

    server.settle()
    box.write("/etc/default/highroad", "HIGHROAD_OF_MINE=1\n", 0o600)
    box.check(["systemctl", "start", "highroad"], 120)
    await server.answers(0)
    assert box.run(["highroad", "status"]).returncode == 0
    assert server.foreign() == ""

    process = server.told("MainPID")
    server.dpkg("-i", deb)
    assert server.works() and server.told("MainPID") not in {process, "0"}
    assert box.check(["dpkg-query", "-W", "-f", "${Version}", "highroad"]) != OLD
    assert box.read("/etc/default/highroad") == "HIGHROAD_OF_MINE=1\n"
    await server.answers(1)

    server.dpkg("-r", "highroad")
    assert server.told("LoadState") == "not-found" or not server.works()
    assert box.run(["pgrep", "-u", "highroad"]).returncode == 1
    assert box.exists(f"{STATE}/journal.db") and box.exists(SETTINGS) and not box.exists("/opt/highroad")

    server.dpkg("-i", deb)
    assert server.works()
    await server.answers(2)

    server.dpkg("-P", "highroad")
    assert box.run(["getent", "passwd", "highroad"]).returncode == 2
    assert server.left(before) == []


@pytest.mark.timeout(400)
def test_two_clones_of_a_commit_give_the_same_package(commit, deb, tmp_path):
    other = clone(commit, tmp_path / "the other clone", 0o077)
    said = tool("deb", other, "--wheels", packages.wheelhouse(), umask=0o077, TZ="Asia/Tokyo", PYTHONHASHSEED="7")
    (built,) = (other / "dist").glob("*.deb")
    assert built.name == deb.name and built.name in said
    assert built.read_bytes() == deb.read_bytes()
