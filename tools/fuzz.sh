#!/bin/sh
# tools/fuzz.sh: looks for what breaks the house, SECONDS_EACH (120) for each way. First coverage-guided (atheris, in an
# environment of its own, pinned and hashed) from a mail's octets to what is read off it; then the state machine over
# journal, reader and writer (hypothesis). Exits 1 when something was found; FOLDER (.fuzz) holds it and the logs.
set -eu
unset PYTHONPATH PYTHONHOME

seconds=${SECONDS_EACH:-120}
folder=${FOLDER:-.fuzz}
venv=.venv-fuzz
key=$(cat requirements/run.txt requirements/fuzz.txt | cksum)

if [ "$(cat "$venv/.installed" 2>/dev/null)" != "$key" ]; then
    python=$(sh tools/find_python.sh)
    rm -rf "$venv"
    "$python" -m venv "$venv"
    echo "Installing atheris and what Highroad needs into $venv (first time only) ..."
    if ! "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-compile --require-hashes \
        -r requirements/run.txt -r requirements/fuzz.txt; then
        echo "atheris is built for Linux on x86-64 and for some versions of Python; $("$python" --version) may be none of them." >&2
        echo "Try another one: make fuzz PYTHON=/path/to/python3.13" >&2
        exit 1
    fi
    echo "$key" >"$venv/.installed"
fi

mkdir -p "$folder/findings"
failed=0
run() {
    what=$1 log=$2
    shift 2
    echo "$what, for $seconds s ..."
    if "$@" >"$folder/$log" 2>&1; then
        grep -hE '^stat::(number_of_executed_units|peak_rss_mb)|examples' "$folder/$log" || true
    else
        failed=$((failed + 1))
        echo "Something was found; the end of $folder/$log:" >&2
        grep -v '^#' "$folder/$log" | tail -n 40 >&2
    fi
}

export PYTHONPATH=.:tests OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
run "The reading of mails (atheris)" mail.log "$venv/bin/python" -m fuzz.atheris_mail "$seconds" "$folder"
run "Journal, reader and writer (hypothesis)" house.log "${PY:-.venv/bin/python}" -m fuzz.long_house "$seconds"
[ "$failed" -ne 0 ] || echo "Nothing was found."
exit $((failed > 0))
