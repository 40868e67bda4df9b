#!/bin/sh
# tools/check.sh PYTHON: every check, each to its end, with one line when it holds and all its words when it does not.
set -u

python=$1
failed=0
said=$(mktemp)
trap 'rm -f "$said"' EXIT

check() {
    what=$1
    shift
    if "$@" >"$said" 2>&1; then
        printf '%-52s holds\n' "$what"
    else
        printf '%-52s BROKEN\n' "$what"
        cat "$said"
        failed=$((failed + 1))
    fi
}

check "lint (ruff check)" "$python" -m ruff check --quiet .
check "formatting (ruff format; make it so: ruff format .)" "$python" -m ruff format --check --quiet .
check "types (mypy --strict)" "$python" -m mypy --strict --no-error-summary
check "import contracts (import-linter)" "$python" -c \
    'import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())' --no-logo
check "corpus (classifiers.corpus_check)" "$python" -m classifiers.corpus_check
check "tree (tools/check_tree.py)" "$python" -m tools.check_tree
check "generated docs (make it so: make docs)" "$python" -m tools.make_docs --check
if command -v systemd-analyze >/dev/null; then
    check "exposure of the service (systemd-analyze security)" sh tools/exposure.sh
else
    printf '%-52s not looked at: no systemd-analyze here (apt-get install systemd)\n' "exposure of the service"
fi
[ "$failed" -eq 0 ] || echo "$failed of the checks are broken."
exit $((failed > 0))
