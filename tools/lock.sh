#!/bin/sh
# tools/lock.sh [--upgrade]: makes requirements/*.txt from pyproject.toml: pinned, hashed, for every Python and
# platform that pyproject allows, and without any address to download from. Pins stay as they are without --upgrade.
set -eu

venv=.venv-lock
if ! "$venv/bin/python" -m uv --version >/dev/null 2>&1; then
    rm -rf "$venv"
    "$(sh tools/find_python.sh)" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/lock.txt
fi

compile() {
    name=$1
    shift
    UV_CUSTOM_COMPILE_COMMAND="make lock" "$venv/bin/python" -m uv pip compile --quiet --universal \
        --python-version 3.11 --generate-hashes --no-emit-index-url --annotation-style line \
        --output-file "requirements/$name.txt" "$@"
    echo "requirements/$name.txt: $(grep -c '^[a-z]' "requirements/$name.txt") packages"
}

# dev.txt first and as a constraint of the others, so that a package has one version in all of them.
compile dev pyproject.toml --extra demo --group dev "$@"
compile demo pyproject.toml --extra demo --group build --constraint requirements/dev.txt
compile run pyproject.toml --constraint requirements/dev.txt
compile deb pyproject.toml --extra demo --constraint requirements/dev.txt
compile lock --group lock "$@"
compile fuzz --group fuzz --constraint requirements/dev.txt
compile ways --group ways --constraint requirements/dev.txt --constraint requirements/lock.txt
