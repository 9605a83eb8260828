# machine: plain iommu iommu-pt switch
# what: behind a translating IOMMU a raw bus address faults, and the mapped one moves every byte
f=$(iop 1)
bind "$f"
dev=/dev/$(block_of "$f")
make_fs ext4 "$dev"
mount_dax "$dev" $mnt
noise $mnt/from 16384
noise $mnt/to 16384
engine=$(edu)
case $(value "$pci/devices/$engine/iommu_group/type") in
DMA*) translates=1 ;;
*) translates='' ;;
esac

raw_from=$(bus_of "$f" $mnt/from)
raw_to=$(bus_of "$f" $mnt/to)
old=$(sum $mnt/to)
/vm/edu "$engine" "$raw_from" "$raw_to" 4096
if [ -n "$translates" ]; then
  same "the file after a raw address" "$old" "$(sum $mnt/to)"
  dmesg | grep -q 'DMAR:.*fault' || fail "no fault of the IOMMU"
  how="raw $raw_to faulted, "
else
  refused "nothing moved by the raw address" test "$old" = "$(sum $mnt/to)"
  how="raw $raw_to moved, "
fi

mkfifo /tmp/go
/vm/lease hold-for "$dev" $mnt/to "$engine" 64 </tmp/go >/tmp/held &
exec 5>/tmp/go
wait_for 5 grep -q address= /tmp/held || fail "no mapping: $(cat /tmp/held)"
base=$(sed -n 's/.* address=\([^ ]*\).*/\1/p' /tmp/held)
grep -q "client=$engine" /tmp/held || fail "a mapping for somebody else: $(cat /tmp/held)"
if [ -z "$translates" ]; then
  same "the base without translation" $(($(attribute "$f" cpu_address))) $((base))
fi
from=$(printf '0x%x' $((base + $(bar_offset $mnt/from))))
to=$(printf '0x%x' $((base + $(bar_offset $mnt/to))))
/vm/edu "$engine" "$from" "$to" 16384
cmp $mnt/from $mnt/to || fail "the mapped address did not move the bytes"
host sum bar0 "$(bar_offset $mnt/to)" 16384 "$(sum $mnt/from)"
# The mapping holds the lease it was made on.
same "write under the mapping" ETXTBSY "$(/vm/file attempt write $mnt/to)"
exec 5>&-
wait_for 5 sh -c "/vm/lease query $dev | grep -q 'leases=0 maps=0'" || fail "still held after close"
same "write after the mapping" OK "$(/vm/file attempt write $mnt/to)"

if [ -n "$translates" ]; then
  # What was mapped is not any more.
  noise $mnt/to 16384
  old=$(sum $mnt/to)
  /vm/edu "$engine" "$from" "$(printf '0x%x' $((base + $(bar_offset $mnt/to))))" 4096
  same "the file after the mapping ended" "$old" "$(sum $mnt/to)"
fi
moved "${how}16384 bytes by $engine from $from to $to, base $base"
