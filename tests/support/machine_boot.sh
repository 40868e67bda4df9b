#!/bin/sh
# machine_boot.sh BASE COMMAND...: in namespaces of its own (mount, pid, uts, ipc, cgroup) a machine whose root is a copy on
# write of this one's: what is changed lies in memory, and is gone with the namespace. Then COMMAND is its first process.
set -eu
PATH=$PATH:/usr/sbin:/sbin
base=$1
shift
mount --make-rprivate /
mount -t tmpfs -o mode=755 highroad-machine "$base"
mkdir "$base/upper" "$base/work" "$base/root"
mount -t overlay -o "lowerdir=/,upperdir=$base/upper,workdir=$base/work" highroad-machine "$base/root"
cd "$base/root"

# What belongs to the kernel that all machines share can be read and not set.
mount -t proc proc proc
for name in sys sysrq-trigger irq bus; do
    [ -e "proc/$name" ] || continue
    mount --bind "proc/$name" "proc/$name"
    mount -o remount,bind,ro "proc/$name"
done
mount -t sysfs -o ro sysfs sys

# The groups of processes: of every kind that this machine has, seen from the group that was made for this one.
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    mount -t cgroup2 cgroup2 sys/fs/cgroup
else
    mount -t tmpfs -o mode=755 tmpfs sys/fs/cgroup
    sed -n 's/^[0-9]*:\([^:]*\):.*/\1/p' /proc/self/cgroup | while read -r kind; do
        case $kind in
            "") mkdir sys/fs/cgroup/unified && mount -t cgroup2 cgroup2 sys/fs/cgroup/unified ;;
            name=*) mkdir "sys/fs/cgroup/${kind#name=}" && mount -t cgroup -o "none,$kind" cgroup "sys/fs/cgroup/${kind#name=}" ;;
            *) mkdir "sys/fs/cgroup/$kind" && mount -t cgroup -o "$kind" cgroup "sys/fs/cgroup/$kind" ;;
        esac
    done
fi

mount -t tmpfs -o mode=755 tmpfs run
mkdir run/differs  # what is not as on this one: tests look there
mount --bind "$base/upper" run/differs
mount -t tmpfs -o mode=755 tmpfs dev
for name in null zero full random urandom tty; do
    : >"dev/$name"
    mount --bind "/dev/$name" "dev/$name"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd

# Nothing of this machine's own is started, and nothing looks after clocks, modules or other people's /tmp.
for unit in systemd-timesyncd.service systemd-modules-load.service systemd-sysctl.service systemd-udevd.service \
    systemd-remount-fs.service systemd-tmpfiles-setup.service systemd-tmpfiles-setup-dev.service \
    systemd-random-seed.service systemd-journal-flush.service systemd-update-utmp.service \
    systemd-pcrphase-sysinit.service systemd-pcrphase.service systemd-hwdb-update.service \
    dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount \
    proc-sys-fs-binfmt_misc.automount proc-sys-fs-binfmt_misc.mount timers.target \
    systemd-journald-audit.socket modprobe@.service; do
    ln -sf /dev/null "etc/systemd/system/$unit"
done
rm -rf var/log/journal
: >etc/fstab

mkdir -p .before
pivot_root . .before
cd /
umount -l /.before
rmdir /.before
mount --make-rshared / # as systemd has it: what it mounts for one process others are to see
exec setpriv --bounding-set -sys_module,-sys_time,-sys_rawio,-syslog "$@"
