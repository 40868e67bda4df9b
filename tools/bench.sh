#!/bin/sh
# tools/bench.sh PYTHON: runs every tests/bench/bench_*.py.
set -eu

found=
for script in tests/bench/bench_*.py; do
    [ -f "$script" ] || continue
    found=yes
    echo "== $script"
    PYTHONPATH=.:tests "$1" "$script"
done
if [ -z "$found" ]; then
    echo "There is nothing to measure: tests/bench holds no bench_*.py." >&2
    exit 1
fi
