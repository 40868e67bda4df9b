"""The service carries nothing that only the command line needs."""

import subprocess
import sys

from support.realmind import ROOT

HEAVY = ("typer", "click", "rich", "sklearn", "numpy", "mailparser", "http", "holidays", "aiosmtplib", "jinja2")


def test_the_service_loads_nothing_that_only_a_command_line_needs():
    told = f"import sys, daemon.commands.service; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-P", "-c", told], env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
