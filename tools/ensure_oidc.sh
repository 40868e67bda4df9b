#!/bin/sh
# The tests of the OAuth log-in speak to a real provider, oidc-provider on Node, started by them on loopback. It is
# installed from its lock into a cache folder outside the tree, with npm as this machine has it configured, and without
# running any package's scripts. Quick when it is there. Where it cannot be had, says why and lets the other tests run.
# The folder is $HIGHROAD_TEST_CACHE, or ~/.cache/highroad-tests (root: /var/cache/highroad-tests), as for Cyrus.
set -eu

here=$(dirname "$0")/../tests/support/oidc
cache=${HIGHROAD_TEST_CACHE:-}
if [ -z "$cache" ]; then
    cache=${XDG_CACHE_HOME:-$HOME/.cache}/highroad-tests
    [ "$(id -u)" -ne 0 ] || cache=/var/cache/highroad-tests
fi

without() {
    echo "$1"
    echo "The tests that need an OAuth provider will not run; the others will."
    exit 0
}

modern() {
    command -v node >/dev/null 2>&1 && [ "$(node -p 'process.versions.node.split(".")[0] >= 18')" = true ]
}

folder=$cache/oidc-$(cksum <"$here/package-lock.json" | tr -s ' ' -)
modern && [ -e "$folder/node_modules/oidc-provider/package.json" ] && exit 0

if ! modern || ! command -v npm >/dev/null 2>&1; then
    echo "Node is not on this machine; installing it for the tests (apt-get install nodejs npm) ..."
    sh "$(dirname "$0")/apt.sh" nodejs npm || true
fi
modern && command -v npm >/dev/null 2>&1 || without "Node 18 or newer with npm is not to be had here (apt-get install nodejs npm)."

echo "The OAuth provider for the tests is not here yet; installing it into $cache (npm ci) ..."
mkdir -p "$cache"
work=$(mktemp -d "$cache/new-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
cp "$here/package.json" "$here/package-lock.json" "$work/"
if ! npm ci --prefix "$work" --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null >"$work/log" 2>&1; then
    without "npm ci failed; its last words: $(tail -n 3 "$work/log")"
fi
chmod 755 "$work"
mv -T "$work" "$folder" 2>/dev/null || true # somebody else may have been quicker
trap - EXIT
rm -rf "$work"
