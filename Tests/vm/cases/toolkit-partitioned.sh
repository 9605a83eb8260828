# machine: plain
# what: files of both partitions are reached at the addresses that the toolkit prints
# quick: stable
# needs: toolkit
f=$(iop 1)
dev=$(iopmem bind "$f")
printf 'label: gpt\nstart=2048,size=204800\nsize=800000\n' | /real/sfdisk -q "$dev"
wait_for 5 test -b "${dev}p2" || fail "no ${dev}p2"
ends 2 "" mkfs.iopmem "$dev"
fresh ext4 "${dev}p1" $mnt/ext4
fresh xfs "${dev}p2" $mnt/xfs
noise /tmp/from 16384
iopmem place --quiet /tmp/from $mnt/ext4
iopmem place --quiet --size 16K $mnt/xfs/to
from=$(address $mnt/ext4/from)
to=$(address $mnt/xfs/to)
/vm/edu "$(edu)" "$from" "$to" 16384
cmp /tmp/from $mnt/xfs/to || fail "the file does not read what the engine wrote"
host_sees $mnt/xfs/to "$(sum /tmp/from)"
start=$(($(value /sys/class/block/$(basename "$dev")p2/start) * 512))
same "the partition's bus address" $(($(attribute "$f" bus_address) + start)) $(($(iopmem list -nro BUS-ADDRESS "${dev}p2")))
iopmem lease --map /tmp/map $mnt/ext4/from $mnt/xfs/to -- grep -q '"bus_address":"'"$to"'"' /tmp/map ||
  fail "a lease on both partitions tells other addresses"
moved "16384 bytes by $(edu) from $from in the first partition to $to in the second"
