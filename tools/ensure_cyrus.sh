#!/bin/sh
# The tests also speak to a real Cyrus IMAP. Its Debian package cannot be installed beside Dovecot's, so it is fetched,
# with the libraries that this machine lacks, and unpacked into a cache folder outside the tree; nothing is installed.
# Quick when it is there. Where it cannot be had, says why and lets the other tests run. Never fails.
# The folder is $HIGHROAD_TEST_CACHE, or ~/.cache/highroad-tests, or for root, whose home is shut to the user that the
# server runs as, /var/cache/highroad-tests.
set -eu

cache=${HIGHROAD_TEST_CACHE:-}
if [ -z "$cache" ]; then
    cache=${XDG_CACHE_HOME:-$HOME/.cache}/highroad-tests
    [ "$(id -u)" -ne 0 ] || cache=/var/cache/highroad-tests
fi

# runs FOLDER: whether what is unpacked there finds all its libraries.
runs() {
    [ -x "$1/usr/lib/cyrus/bin/imapd" ] || return 1
    libraries=$(find "$1" -name '*.so*' ! -path '*/sasl2/*' -exec dirname {} + | sort -u | tr '\n' ':')
    for program in imapd master; do
        ! LD_LIBRARY_PATH=$libraries ldd "$1/usr/lib/cyrus/bin/$program" 2>&1 | grep -q 'not found' || return 1
    done
}

for folder in "$cache"/cyrus-*; do
    ! runs "$folder" || exit 0
done

without() {
    echo "$1"
    echo "The tests that need Cyrus will not run; the others will."
    exit 0
}

command -v apt-get >/dev/null 2>&1 && command -v dpkg-deb >/dev/null 2>&1 ||
    without "Cyrus is fetched from Debian's packages, and this is no Debian."
echo "Cyrus IMAP is not here yet; fetching it for the tests into $cache (nothing is installed) ..."

mkdir -p "$cache"
chmod 755 "$cache"
work=$(mktemp -d "$cache/new-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
chmod 755 "$work"
mkdir "$work/root"

# fetch PACKAGE...: the newest versions that apt knows, into $work; its own words go to the log.
fetch() {
    (cd "$work" && apt-get -qq download "$@") </dev/null >>"$work/log" 2>&1
}

# lacking PACKAGE...: the libraries that these need and this machine does not have.
lacking() {
    apt-cache depends --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances "$@" |
        sed -n 's/^ *|*\(Pre\)\{0,1\}Depends: \(lib[^:]*\).*/\2/p' | sort -u | while read -r name; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || echo "$name"
    done
}

wanted="cyrus-imapd cyrus-common"
if ! fetch $wanted; then
    sh tools/apt.sh || true  # a bare machine has no lists of packages yet
    fetch $wanted || without "It cannot be fetched: $(tail -n 1 "$work/log")"
fi
had=" $wanted "
while wanted=$(lacking $wanted | while read -r name; do case $had in *" $name "*) ;; *) echo "$name" ;; esac; done) &&
    [ -n "$wanted" ]; do
    wanted=$(echo $wanted)
    fetch $wanted || without "What it needs cannot be fetched ($wanted): $(tail -n 1 "$work/log")"
    had="$had$wanted "
done
for package in "$work"/*.deb; do
    dpkg-deb -x "$package" "$work/root"
done
runs "$work/root" || without "The Cyrus that was fetched does not find all its libraries on this machine."

version=$(dpkg-deb -f "$work"/cyrus-imapd_*.deb Version)
rm -rf "$cache/cyrus-$version"
mv "$work/root" "$cache/cyrus-$version"
