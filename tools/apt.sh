#!/bin/sh
# tools/apt.sh PACKAGE...: installs Debian packages where this user may (root, or sudo that asks no question).
# Quiet; services of what is installed are neither started nor enabled. Exits 75 where it may not, 1 where it failed.
set -eu

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@" </dev/null
    else
        sudo -n "$@" </dev/null
    fi
}

command -v apt-get >/dev/null 2>&1 || exit 75
[ "$(id -u)" -eq 0 ] || sudo -n true >/dev/null 2>&1 || exit 75

log=$(mktemp)
policy=/usr/sbin/policy-rc.d
placed=
clean() {
    rm -f "$log"
    [ -z "$placed" ] || as_root rm -f "$policy"
}
trap clean EXIT
trap 'exit 130' INT TERM HUP

# deb-systemd-invoke and invoke-rc.d ask this file before they start anything; 101 is "not allowed".
if [ ! -e "$policy" ] && [ -d /usr/sbin ]; then
    placed=yes
    as_root sh -c "printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy"
fi

get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=120 "$@" >>"$log" 2>&1
}

get update || true
if ! get install --no-install-recommends "$@"; then
    echo "apt-get install $* failed; its last words:" >&2
    tail -n 5 "$log" >&2
    exit 1
fi
