#!/bin/sh
# tools/venv.sh demo|dev [FOLDER]: brings the virtual environment (default .venv) up to what requirements/ asks for.
# Does nothing when it is so already. A set-up that was cut off, moved or lost its interpreter is made anew.
set -eu
unset PYTHONPATH PYTHONHOME
PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_USER=0 PIP_REQUIRE_HASHES=0
export PIP_DISABLE_PIP_VERSION_CHECK PIP_NO_INPUT PIP_USER PIP_REQUIRE_HASHES

what=$1
venv=${2:-.venv}
busy=$venv/.installing

# The folder is part of the key: the editable install holds it as an absolute path.
key() {
    cat "requirements/$1.txt" pyproject.toml | cksum
    pwd -P
}

version() {
    "$1" -c 'import sys; print(sys.version)' 2>/dev/null
}

sound() {
    [ ! -e "$busy" ] && "$venv/bin/python" -m pip --version >/dev/null 2>&1 || return 1
    [ -z "${PYTHON:-}" ] || [ "$(version "$PYTHON")" = "$(version "$venv/bin/python")" ]
}

done_already() {
    [ ! -e "$busy" ] && [ -f "$venv/.$what-installed" ] && [ "$(cat "$venv/.$what-installed")" = "$(key "$what")" ] || return 1
    version "$venv/bin/python" >/dev/null || return 1
    [ -z "${PYTHON:-}" ] || [ "$(version "$PYTHON")" = "$(version "$venv/bin/python")" ]
}

need_ensurepip() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1 && return 0
    package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    echo "$1 cannot make virtual environments; trying apt-get install $package ..."
    sh tools/apt.sh "$package" || true
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1 && return 0
    echo "$1 cannot make virtual environments. Install what it lacks (Debian, Ubuntu: sudo apt-get install $package), then run make again." >&2
    return 1
}

make_venv() {
    python=$(sh tools/find_python.sh)
    need_ensurepip "$python"
    [ ! -e "$venv" ] || echo "$venv is unfinished or does not work any more; making it anew."
    rm -rf "$venv"
    echo "Making $venv with $("$python" -c 'import platform; print("Python", platform.python_version())') ..."
    mkdir -p "$venv"
    : >"$busy"
    "$python" -m venv "$venv"
}

stamp() {
    key "$1" >"$venv/.stamp-new"
    mv "$venv/.stamp-new" "$venv/.$1-installed"
}

done_already && exit 0
began=$(date +%s)
sound || make_venv
: >"$busy"
echo "Installing $(grep -c '^[a-z]' "requirements/$what.txt") pinned packages (requirements/$what.txt; first time only) ..."
"$venv/bin/python" -m pip install -qq --no-compile --require-hashes -r "requirements/$what.txt"
rm -f "$busy"
"$venv/bin/python" -m pip install -qq --no-deps --no-build-isolation --ignore-installed -e .
stamp "$what"
[ "$what" != dev ] || stamp demo # dev.txt holds all of demo.txt, in the same versions
echo "Ready after $(($(date +%s) - began)) s."
