#!/bin/sh
# `make bench-classifier` compares with bogofilter. Installs it where this user may; where not, says so. Never fails.
set -eu

! command -v bogofilter >/dev/null 2>&1 || exit 0
echo "bogofilter is not on this machine; installing it for the comparison (apt-get install bogofilter) ..."
code=0
sh tools/apt.sh bogofilter || code=$?
[ "$code" -ne 75 ] || echo "It cannot be installed from here without a password. To get it: sudo apt-get install bogofilter"
[ "$code" -eq 0 ] || echo "The comparison is made without it."
