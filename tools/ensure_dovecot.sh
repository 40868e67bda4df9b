#!/bin/sh
# The tests that speak to a real IMAP server need Dovecot's programs (they start their own, on loopback, as a child).
# Installs them where this user may; where not, says so and lets the other tests run. Never fails.
set -eu

there() {
    for folder in /usr/sbin /usr/local/sbin /opt/homebrew/sbin; do
        [ ! -x "$folder/dovecot" ] || return 0
    done
    command -v dovecot >/dev/null 2>&1
}

there && exit 0
echo "Dovecot is not on this machine; installing it for the tests (apt-get install dovecot-imapd) ..."
code=0
sh tools/apt.sh dovecot-imapd openssl || code=$?
if [ "$code" -eq 0 ] && there; then
    # Only a server that this script brought is kept from starting at boot.
    if command -v systemctl >/dev/null 2>&1; then
        for prefix in "" "sudo -n"; do
            $prefix systemctl disable dovecot.service dovecot.socket >/dev/null 2>&1 && break || true
        done
    fi
    exit 0
fi
[ "$code" -ne 75 ] || echo "It cannot be installed from here without a password. To get it: sudo apt-get install dovecot-imapd"
echo "The tests that need Dovecot will not run; the others will."
