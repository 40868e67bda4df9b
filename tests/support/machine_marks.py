"""Tests that boot a machine are left out where none can be booted, and the run's last lines say which and why."""

from __future__ import annotations

import pytest
from support import machine

MARK = "machine"
_KEY = "machine_left_out"


class Machines:
    """A pytest plugin. Under xdist every worker leaves out the same tests; the one that reports hears it from them."""

    def __init__(self) -> None:
        self.left_out: list[str] = []

    @pytest.hookimpl(trylast=True)  # what nobody asked for is not tried
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Left out, not skipped: nothing pretends that it could have been run."""
        wanting = [item for item in items if item.get_closest_marker(MARK)]
        if not wanting or machine.boot_why_not() is None:
            return
        items[:] = [item for item in items if item not in wanting]
        config.hook.pytest_deselected(items=wanting)
        self.left_out = [item.nodeid for item in wanting]
        if hasattr(config, "workeroutput"):
            config.workeroutput[_KEY] = self.left_out

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        """A worker of xdist has ended."""
        self.left_out = getattr(node, "workeroutput", {}).get(_KEY, self.left_out)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """One line for all of them, and their names."""
        if self.left_out:
            count, why = len(self.left_out), machine.boot_why_not()
            line = f"{count} tests on a booted systemd machine were not run: {why}. To have them run: {machine.HOW}."
            terminalreporter.write_line(line, yellow=True)
            for name in self.left_out:
                terminalreporter.write_line(f"  {name}", yellow=True)
