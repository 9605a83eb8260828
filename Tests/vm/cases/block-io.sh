# machine: plain arm64
# what: what is written to the block device is what is read, and lies in the BAR where it should
# quick: stable
f=$(iop 1)
bind "$f"
dev=/dev/$(block_of "$f")
dd if=/dev/urandom of=/tmp/in bs=1M count=24 2>/dev/null
# In odd sectors, so that pieces begin and end anywhere in a page.
dd if=/tmp/in of="$dev" bs=5632 seek=3 conv=fsync oflag=direct 2>/dev/null || true
dd if=/tmp/in of="$dev" bs=512 seek=33 count=49152 conv=fsync 2>/dev/null
dd if="$dev" of=/tmp/out bs=512 skip=33 count=49152 iflag=direct 2>/dev/null
cmp /tmp/in /tmp/out || fail "read back something else"
host sum bar0 16896+25165824 "$(sum /tmp/in)"
last=$(($(value /sys/block/$(block_of "$f")/size) - 8))
dd if=/tmp/in of="$dev" bs=512 seek=$last count=8 conv=fsync 2>/dev/null
refused "a write past the end" dd if=/tmp/in of="$dev" bs=512 seek=$((last + 8)) count=1 oflag=direct
host sum bar0 $((last * 512))+4096 "$(head -c 4096 /tmp/in | md5sum | cut -c 1-32)"
rm /tmp/in /tmp/out
moved "25165824 bytes through $dev, found in the BAR at 16896 by the host"
