#!/bin/sh
# `make bench-link` compares with mbsync. Installs it where this user may; where not, says so. Never fails.
set -eu

! command -v mbsync >/dev/null 2>&1 || exit 0
echo "mbsync is not on this machine; installing it for the comparison (apt-get install isync) ..."
code=0
sh tools/apt.sh isync || code=$?
[ "$code" -ne 75 ] || echo "It cannot be installed from here without a password. To get it: sudo apt-get install isync"
[ "$code" -eq 0 ] || echo "The comparison is made without it."
