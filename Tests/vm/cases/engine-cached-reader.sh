# machine: plain arm64
# what: a mapping and the block device that were read before see what the engine wrote afterwards
# quick: stable
f=$(iop 1)
bind "$f"
dev=/dev/$(block_of "$f")
make_fs ext4 "$dev"
mount_dax "$dev" $mnt
noise $mnt/from 8192
noise $mnt/to 8192
mkfifo /tmp/go
/vm/file hold-mapping $mnt/to </tmp/go >/tmp/held &
exec 5>/tmp/go
wait_for 5 grep -q touched /tmp/held || fail "the mapping was not touched"
offset=$(bar_offset $mnt/to)
dd if="$dev" bs=4096 skip=$((offset / 4096)) count=2 iflag=direct of=/tmp/before 2>/dev/null
/vm/edu "$(edu)" "$(bus_of "$f" $mnt/from)" "$(bus_of "$f" $mnt/to)" 8192
dd if="$dev" bs=4096 skip=$((offset / 4096)) count=2 iflag=direct of=/tmp/after 2>/dev/null
cmp /tmp/after $mnt/from || fail "the block device reads what was there before"
cmp $mnt/to $mnt/from || fail "the file reads what was there before"
exec 5>&-
rm /tmp/go
moved "8192 bytes by $(edu) to $(bus_of "$f" $mnt/to), seen by file, mapping and $dev"
