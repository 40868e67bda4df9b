"""The lines of the documentation about the service, typed by a person on a booted machine."""

from __future__ import annotations

import pytest
from support.crashing import CONFIG
from support.docs import lines
from support.docs_runs import is_for_a_machine
from support.machine import machine
from support.realmind import CACHE, mind_server
from support.waiting import until

pytestmark = [pytest.mark.machine, pytest.mark.slow, pytest.mark.timeout(400)]
UID = 1234


class Sam:
    """Somebody who is logged in on the machine, whose mailbox and settings are there."""

    def __init__(self, box, port, user, password):
        self.box = box
        box.check(["ln", "-s", box.lend(), "/usr/local/bin/highroad"])
        box.check(["useradd", "--create-home", f"--uid={UID}", "sam"])
        self._settle(port, user, password)
        # The journal is kept, as Debian has it: then people can read what their own services say.
        box.check(["mkdir", "-p", "/var/log/journal"])
        box.check(["journalctl", "--flush"])
        box.check(["systemctl", "start", "dbus.socket", f"user@{UID}.service"])

    def _settle(self, port, user, password):
        config = CONFIG.format(port=port, user=user).replace('env = "HIGHROAD_TEST_PASSWORD"', 'file = "~/secret"')
        self.box.write("/home/sam/secret", password, 0o600)
        self.box.write("/home/sam/.config/highroad/config.toml", config, 0o600)
        state = "/home/sam/.local/state/highroad"
        self.box.check(["mkdir", "-p", state])
        self.box.check(["cp", "-r", CACHE, f"{state}/model"])
        self.box.check(["chmod", "700", state])
        self.box.check(["chown", "-R", "sam:sam", "/home/sam"])

    def types(self, words):
        """A line as a shell has it. What goes on until Ctrl-C is left after a moment."""
        env = {"HOME": "/home/sam", "USER": "sam", "XDG_RUNTIME_DIR": f"/run/user/{UID}", "SYSTEMD_PAGER": "cat"}
        if words.startswith("sudo "):
            return self.box.run(["sh", "-c", words.removeprefix("sudo ")], 60, env=env | {"HOME": "/root"})
        if words.endswith(" -f"):
            words = f"timeout 3 {words}; [ $? -eq 124 ]"
        return self.box.run(["sh", "-c", words], 60, env=env, user="sam")

    async def settled(self):
        """Until the service has looked at the whole mailbox."""
        try:
            await until(lambda: self.types("highroad status --check").returncode == 0, 120)
        except TimeoutError:
            said = [self.types(words).stdout for words in ("highroad status", "journalctl --user -u highroad")]
            pytest.fail("\n".join(said))


async def test_a_person_types_every_line_about_the_service_in_the_order_of_the_page(dovecot, subtests):
    with mind_server():
        pass
    with machine() as box:
        sam = Sam(box, dovecot.port, dovecot.user(), dovecot.password)
        said = {}
        for words in dict.fromkeys(line.words for line in lines() if is_for_a_machine(line.words)):
            with subtests.test(words):
                if words == "highroad status --check":
                    await sam.settled()
                done = sam.types(words)
                said[words] = done.stdout
                assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        assert "watching 1 account" in said["highroad status --check"]
        assert "Highroad" in said["journalctl --user -u highroad -f"]
        assert "Watching 1 account" in said["systemctl --user status highroad"]
        assert not box.exists("/home/sam/.config/systemd/user/highroad.service")
