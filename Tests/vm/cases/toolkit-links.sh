# machine: plain
# what: udev's links to a device and its partitions, by path and by what they hold, as that changes
# quick: stable
# needs: toolkit
f=$(iop 1)
/real/systemd-udevd --daemon
dev=$(iopmem bind "$f")
disk=$(basename "$dev")
blank "$dev"

# links NAME: what is in /dev/disk for it, once udev is done.
links() {
  /real/udevadm settle --timeout=60
  (cd /dev/disk && find . -type l | while read -r link; do
    [ "$(readlink "$link")" != "../../$1" ] || echo "${link#./}"
  done | grep -v by-diskseq | sort | tr '\n' ' ')
}

# shows NAME LINKS: udev may have yet to see what was written.
shows() { [ "$(links "$1")" = "$2" ]; }

wait_for 5 shows "$disk" "by-path/pci-$f " || fail "a blank device has: $(links "$disk")"

uuid=6f0d2c1e-8a53-4b7f-9c11-3d5e7a9b1c2d
mkfs.iopmem --quiet -L bar -U $uuid "$dev"
wait_for 5 shows "$disk" "by-label/bar by-path/pci-$f by-uuid/$uuid " ||
  fail "a formatted device has: $(links "$disk")"
iopmem mount "/dev/disk/by-uuid/$uuid" $mnt >/dev/null || fail "not mounted by its UUID"
/real/umount $mnt

printf 'label: gpt\nstart=2048,size=262144,name=first,uuid=%s\n' $uuid |
  /real/sfdisk -q --wipe always "$dev"
wait_for 5 shows "${disk}p1" "by-partlabel/first by-partuuid/$uuid by-path/pci-$f-part1 " ||
  fail "a partition has: $(links "${disk}p1")"
wait_for 5 shows "$disk" "by-path/pci-$f " || fail "a partitioned device has: $(links "$disk")"

iopmem unbind "$f"
wait_for 5 sh -c "! ls /dev/disk/by-path/pci-$f" || fail "a link outlives the device"
/real/udevadm control --exit
moved "$dev and ${dev}p1 by path, UUID, label and partition; gone with the device"
