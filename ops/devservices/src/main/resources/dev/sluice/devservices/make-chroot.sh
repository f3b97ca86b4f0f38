#!/bin/sh
# Makes a Debian root file system with servers in it. Runs as root in a mount namespace of its own,
# so that what it mounts is gone when it ends.
#
#   make-chroot.sh SUITE FOLDER "PACKAGE..."
set -eu

suite=$1
folder=$2
packages=$3
draft=$folder.draft

# The mirror that this machine itself uses.
mirror=$(
  {
    sed -n 's/^URIs:[[:space:]]*\([^[:space:]]*\).*/\1/p' /etc/apt/sources.list.d/*.sources
    sed -n 's/^deb[[:space:]]\(\[[^]]*\][[:space:]]*\)\{0,1\}\([^[:space:]]*\).*/\2/p' \
      /etc/apt/sources.list /etc/apt/sources.list.d/*.list
  } 2>/dev/null | grep '/debian/\{0,1\}$' | head -n 1
) || true
mirror=${mirror:-http://deb.debian.org/debian}
echo "Debian $suite from $mirror"

rm -rf --one-file-system "$draft"
debootstrap --variant=minbase "$suite" "$draft" "$mirror"

# No package may start a service, neither in here nor, by way of systemd, outside.
printf '#!/bin/sh\nexit 101\n' >"$draft/usr/sbin/policy-rc.d"
chmod 755 "$draft/usr/sbin/policy-rc.d"
printf '127.0.0.1 localhost\n' >"$draft/etc/hosts"

mount -t proc proc "$draft/proc"
# shellcheck disable=SC2086 # a list of packages
DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
  chroot "$draft" apt-get install -y --no-install-recommends $packages
chroot "$draft" apt-get clean
umount "$draft/proc"
mv "$draft" "$folder"
