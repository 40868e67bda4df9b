#!/bin/sh
# How much of the machine the units leave open to the service, of 10: more than 1.2 for the machine's and 6.5 for a
# person's own, which has to do without privileges, is too much. Says the figures.
set -eu
XDG_RUNTIME_DIR=$(mktemp -d) # a person's manager has one
export XDG_RUNTIME_DIR
trap 'rm -rf "$XDG_RUNTIME_DIR"' EXIT
systemd-analyze security --no-pager --offline=yes --threshold=12 systemd/highroad.service
systemd-analyze --user security --no-pager --offline=yes --threshold=65 systemd/user/highroad.service
