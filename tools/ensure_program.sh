#!/bin/sh
# tools/ensure_program.sh PROGRAM PACKAGE: what a comparison of ours is made with. Installs it where this user may; where
# not, says so. Never fails.
set -eu

! command -v "$1" >/dev/null 2>&1 || exit 0
echo "$1 is not on this machine; installing it for the comparison (apt-get install $2) ..."
code=0
sh tools/apt.sh "$2" || code=$?
[ "$code" -ne 75 ] || echo "It cannot be installed from here without a password. To get it: sudo apt-get install $2"
[ "$code" -eq 0 ] || echo "The comparison is made without it."
