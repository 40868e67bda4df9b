"""What a booted machine (support.machine) holds otherwise than the one that it began as a copy of, file by file."""

from __future__ import annotations

import subprocess
import sys

from support.machine import Machine

_STATES = """
import hashlib, os, stat, sys
for path in filter(None, sys.stdin.read().split("\\0")):
    try:
        told = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        continue
    content = ""
    if stat.S_ISREG(told.st_mode):
        content = hashlib.sha256(open(path, "rb").read()).hexdigest()
    elif stat.S_ISLNK(told.st_mode):
        content = os.readlink(path)
    print(path, oct(told.st_mode), told.st_uid, told.st_gid, content, sep="\\t", end="\\0")
"""


def differences(box: Machine) -> dict[str, str]:
    """By path: how it is in there ("" where it is gone), of all that is not as outside. Times do not count."""
    touched = box.check(["find", "/run/differs", "-mindepth", "1", "-printf", "/%P\\0"])
    inside = _parsed(box.check(["/usr/bin/python3", "-c", _STATES], input=touched, timeout=60))
    here = subprocess.run([sys.executable, "-c", _STATES], input=touched, capture_output=True, text=True, check=True)
    outside = _parsed(here.stdout)
    return {path: inside.get(path, "") for path in {*inside, *outside} if inside.get(path) != outside.get(path)}


def _parsed(said: str) -> dict[str, str]:
    pairs = (line.partition("\t") for line in said.split("\0") if line)
    return {path: state for path, _, state in pairs}
