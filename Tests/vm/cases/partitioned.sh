# machine: plain
# what: on a partition the file lies at the partition's start plus its extent
f=$(iop 1)
bind "$f"
dev=/dev/$(block_of "$f")
printf 'label: gpt\nstart=2048,size=204800\nsize=409600\n' | /real/sfdisk -q "$dev"
wait_for 5 test -b "${dev}p2" || fail "no ${dev}p2"
make_fs ext4 "${dev}p2"
mount_dax "${dev}p2" $mnt
noise $mnt/from 16384
noise $mnt/to 16384
start=$(($(value /sys/class/block/$(basename "$dev")p2/start) * 512))
base=$(attribute "$f" bus_address)
from=$(printf '0x%x' $((base + start + $(bar_offset $mnt/from))))
to=$(printf '0x%x' $((base + start + $(bar_offset $mnt/to))))
/vm/edu "$(edu)" "$from" "$to" 16384
cmp $mnt/from $mnt/to || fail "the file does not read what the engine wrote"
host sum bar0 $((start + $(bar_offset $mnt/to))) 16384 "$(sum $mnt/from)"
same "lease through the partition" OK "$(/vm/lease try "${dev}p2" $mnt/to)"
same "lease through the disk" OK "$(/vm/lease try "$dev" $mnt/to)"
moved "16384 bytes by $(edu) to $to, in the second partition at $start"
