#!/usr/bin/env bash
# bare_debian.sh [COMMAND...] -- a bare clone works on a Debian 12 with nothing installed.
#
# Bootstraps bookworm into a temporary folder with this machine's package sources, copies
# the tracked and new files of the tree (no build folders) to a path with blanks, and runs
# `./lab demo` there, or the given command of lab.  Needs root, debootstrap and the
# network; run by hand.  BARE_DEBIAN_KEEP=1 keeps the folder.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
[ $# -gt 0 ] || set -- demo
if [ "$(id -u)" != 0 ]; then
    echo 'bare_debian.sh needs root for debootstrap and chroot' >&2
    exit 1
fi
command -v debootstrap >/dev/null || {
    echo 'apt-get install debootstrap first' >&2
    exit 1
}

# shellcheck disable=SC2016 # the words are apt's
# The mirror this machine uses: the first source that offers bookworm itself.
mirror=$(apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT) $(CREATED_BY)' 2>/dev/null |
    awk '$2 == "bookworm" && $3 == "main" && $4 == "Packages" { print $1; exit }')
mirror=${mirror:-http://deb.debian.org/debian}

bare=$(mktemp -d)
cleanup() {
    umount -q "$bare/proc" "$bare/dev" || true
    if [ "${BARE_DEBIAN_KEEP:-0}" = 1 ]; then
        echo "kept in $bare"
    else
        rm -rf --one-file-system "$bare"
    fi
}
trap cleanup EXIT

debootstrap --variant=minbase bookworm "$bare" "$mirror"
cp /etc/resolv.conf "$bare/etc/resolv.conf" 2>/dev/null || true
rm -rf "$bare/etc/apt/sources.list" "$bare/etc/apt/sources.list.d" "$bare/etc/apt/apt.conf.d"
cp -a /etc/apt/sources.list "$bare/etc/apt/" 2>/dev/null || true
cp -a /etc/apt/sources.list.d "$bare/etc/apt/"
mkdir -p "$bare/etc/apt/apt.conf.d"
grep -lr '^Acquire' /etc/apt/apt.conf.d | while read -r file; do
    cp "$file" "$bare/etc/apt/apt.conf.d/"
done
for folder in /etc/apt/trusted.gpg.d /etc/apt/keyrings /usr/share/keyrings /usr/local/share/ca-certificates; do
    if [ -d "$folder" ]; then
        mkdir -p "$bare$folder"
        cp -a "$folder/." "$bare$folder/"
    fi
done
if [ -f /etc/ssl/certs/ca-certificates.crt ]; then
    mkdir -p "$bare/etc/ssl/certs"
    cp /etc/ssl/certs/ca-certificates.crt "$bare/etc/ssl/certs/"
fi
mount -t proc proc "$bare/proc"
mount --bind /dev "$bare/dev"

clone="$bare/srv/a clone"
mkdir -p "$clone"
(cd "$root" && git ls-files -co --exclude-standard -z | tar --null -T - -cf -) | tar -C "$clone" -xf -

started=$(date +%s)
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/ TERM=dumb \
    ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
    chroot "$bare" /bin/sh -c 'cd / && mkdir -p /stand && cd /stand && exec "/srv/a clone/lab" "$@"' lab "$@" </dev/null
echo "lab $*: $(($(date +%s) - started)) s"
if [ "$1" = demo ]; then
    test -s "$bare/stand/results.h5"
    echo 'results.h5 is there'
fi
