#!/bin/sh
# Prints the interpreter that the project is to use: $PYTHON if it is set, else the first of the names below that
# runs and is 3.11 or later. A name that is there but does not run (a version manager's shim) is passed over.
set -eu

fits() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

if [ -n "${PYTHON:-}" ]; then
    if fits "$PYTHON"; then
        command -v "$PYTHON"
        exit 0
    fi
    echo "PYTHON=$PYTHON does not run or is older than Python 3.11. Name another one, or leave PYTHON unset." >&2
    exit 1
fi
for name in python3.13 python3.12 python3.11 python3 python3.14; do
    if fits "$name"; then
        command -v "$name"
        exit 0
    fi
done
echo "Highroad needs Python 3.11 or later, and none was found on PATH." >&2
echo "Install one (Debian, Ubuntu: apt-get install python3 python3-venv), or say where it is: make PYTHON=/path/to/python3 ..." >&2
exit 1
