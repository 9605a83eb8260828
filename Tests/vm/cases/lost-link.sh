# machine: plain
# what: a function that stops answering gives I/O errors, not all ones as data
# quick: stable
f=$(iop 1)
bind "$f"
dev=/dev/$(block_of "$f")
dd if=/dev/zero of="$dev" bs=1M count=1 conv=fsync 2>/dev/null
port=$(basename "$(dirname "$(readlink -f "$pci/devices/$f")")")
# Memory decoding off: reads give all ones although the function is there.
/real/setpci -s "$f" COMMAND=0:2
refused "a read with decoding off" dd if="$dev" of=/dev/null bs=4096 count=1 iflag=direct
/real/setpci -s "$f" COMMAND=2:2
dd if="$dev" of=/dev/null bs=4096 count=1 iflag=direct || fail "no read with decoding on again"
# The bridge above leads elsewhere: the function is silent, as after a surprise removal.
bus=$(/real/setpci -s "$port" SECONDARY_BUS)
sub=$(/real/setpci -s "$port" SUBORDINATE_BUS)
/real/setpci -s "$port" SECONDARY_BUS=40 SUBORDINATE_BUS=40
base=$(/real/setpci -s "$port" PREF_MEMORY_BASE)
limit=$(/real/setpci -s "$port" PREF_MEMORY_LIMIT)
/real/setpci -s "$port" PREF_MEMORY_BASE=fff1 PREF_MEMORY_LIMIT=0001
refused "a read without a link" dd if="$dev" of=/dev/null bs=4096 count=1 iflag=direct
refused "a flush without a link" dd if=/dev/zero of="$dev" bs=4096 count=1 oflag=direct conv=fsync
/real/setpci -s "$port" PREF_MEMORY_BASE="$base" PREF_MEMORY_LIMIT="$limit"
/real/setpci -s "$port" SECONDARY_BUS="$bus" SUBORDINATE_BUS="$sub"
dd if="$dev" of=/tmp/back bs=4096 count=1 iflag=direct || fail "no read with the link back"
cmp -n 4096 /tmp/back /dev/zero || fail "the contents changed"
moved "3 reads and flushes of a silent $f failed with EIO, and worked once it answered"
