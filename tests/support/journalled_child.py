"""The service with systemd's journal elsewhere: `journalled_child.py SOCKET CONFIG STATE FORMAT LEVEL`.

Its standard error is the journal's stream, as far as it can tell.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from daemon.adapters import logs
from daemon.commands.service import main

logs.JOURNAL = Path(sys.argv[1])
told = os.fstat(2)
os.environ["JOURNAL_STREAM"] = f"{told.st_dev}:{told.st_ino}"
sys.exit(main(sys.argv[2:]))
