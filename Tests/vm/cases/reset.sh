# machine: plain arm64
# what: a reset of the function through sysfs keeps the device, its address and its contents
# quick: stable
# processors: 2
f=$(iop 1)
bind "$f"
dev=/dev/$(block_of "$f")
dd if=/dev/urandom of=/tmp/in bs=1M count=2 2>/dev/null
dd if=/tmp/in of="$dev" bs=1M conv=fsync 2>/dev/null
(while :; do dd if="$dev" of=/dev/null bs=1M count=2 iflag=direct; done 2>/dev/null) &
reader=$!
echo 1 >"$pci/devices/$f/reset" || fail "no reset"
kill $reader
dd if="$dev" of=/tmp/out bs=1M count=2 iflag=direct 2>/dev/null || fail "no read after the reset"
cmp /tmp/in /tmp/out || fail "the contents changed"
moved "2097152 bytes there after a reset of $f during reads"
