#!/bin/sh
# Runs the tests with each of Python 3.11 to 3.14 that is found on PATH or among a version manager's versions,
# each in an environment of its own (.venv-3.X). Says at the end what each came to; fails if one failed or none was found.
set -u

fits() {
    [ "$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" = "$2" ]
}

find_version() {
    for candidate in "python$1" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1".*/bin/python python3; do
        if fits "$candidate" "$1"; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

summary=
code=0
for version in 3.11 3.12 3.13 3.14; do
    if ! python=$(find_version "$version"); then
        summary="$summary  Python $version: not found, not tested
"
        continue
    fi
    echo "== Python $version ($python)"
    if PYTHON=$python sh tools/venv.sh dev ".venv-$version" &&
        ".venv-$version/bin/python" -m pytest -q -n "${WORKERS:-2}" --dist worksteal -m "not long" -p no:cacheprovider; then
        summary="$summary  Python $version: passed
"
        passed=yes
    else
        summary="$summary  Python $version: FAILED
"
        code=1
    fi
done
printf '%s' "$summary"
[ -n "${passed:-}" ] || code=1
exit "$code"
