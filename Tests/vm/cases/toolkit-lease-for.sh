# machine: plain iommu iommu-pt switch
# what: behind an IOMMU that translates a raw bus address faults, the leased one moves every byte
# quick: stable@iommu
# needs: toolkit
# weight: 3
f=$(iop 1)
dev=$(iopmem bind "$f")
engine=$(edu)
noise /tmp/from 16384
# An engine without a driver counts as one of 32 bits, which may be too few.
fresh ext4 "$dev" $mnt
iopmem place --quiet /tmp/from $mnt
case $(value "$pci/devices/$engine/iommu_group/type"):$(($(attribute "$f" cpu_address) >> 32)) in
DMA* | *:0) ;;
*) ends 2 "see --address-bits" timeout 20 iopmem lease --force --for "$engine" $mnt/from ;;
esac
/real/umount $mnt
for fs in ext4 xfs; do
  fresh $fs "$dev" $mnt
  iopmem place --quiet /tmp/from $mnt
  iopmem place --quiet --size 16K $mnt/to
  raw_from=$(address $mnt/from)
  raw_to=$(address $mnt/to)
  mask=$(value "$pci/devices/$engine/dma_mask_bits")
  old=$(sum $mnt/to)
  /vm/edu "$engine" "$raw_from" "$raw_to" 4096
  case $(value "$pci/devices/$engine/iommu_group/type") in
  DMA*)
    same "$fs: the file after a raw address" "$old" "$(sum $mnt/to)"
    dmesg | grep -q 'DMAR:.*fault' || fail "$fs: no fault of the IOMMU"
    how="$raw_to faulted"
    ;;
  *)
    refused "$fs: nothing moved by the raw address" test "$old" = "$(sum $mnt/to)"
    how="$raw_to moved too"
    ;;
  esac
  iopmem lease --force --for "$engine" --address-bits 64 $mnt/from $mnt/to >/tmp/held 2>/tmp/complaint &
  holder=$!
  wait_for 10 sh -c 'test "$(grep -c "^ .*0x" /tmp/held)" = 2' || fail "$fs: no lease: $(cat /tmp/complaint)"
  grep -q "window mapped" /tmp/held || fail "$fs: not mapped: $(head -n 1 /tmp/held)"
  set -- $(awk '$4 ~ /^0x/ { print $4 }' /tmp/held)
  /vm/edu "$engine" "$1" "$2" 16384
  cmp /tmp/from $mnt/to || fail "$fs: the leased address did not move the bytes"
  host_sees $mnt/to "$(sum /tmp/from)"
  same "$fs: write under the lease" ETXTBSY "$(/vm/file attempt write $mnt/to)"
  kill $holder
  wait $holder || fail "$fs: the lease did not end well: $(cat /tmp/complaint)"
  /vm/lease query "$dev" | grep -q 'leases=0 maps=0' || fail "$fs: still held"
  same "$fs: the engine's mask after the lease" "$mask" "$(value "$pci/devices/$engine/dma_mask_bits")"
  same "$fs: write after the lease" OK "$(/vm/file attempt write $mnt/to)"
  case $how in
  *faulted)
    # What was mapped is not any more.
    noise $mnt/to 16384
    old=$(sum $mnt/to)
    /vm/edu "$engine" "$1" "$2" 4096
    same "$fs: the file after the lease" "$old" "$(sum $mnt/to)"
    ;;
  esac
  moved "$fs: 16384 bytes by $engine to the leased $2, the raw $how"
  /real/umount $mnt
done
# What is refused is said in words, and holds nothing.
fresh ext4 "$dev" $mnt
iopmem place --quiet /tmp/from $mnt
# QEMU's host bridge is on no kernel's list.
ends 2 "way from it to the memory" iopmem lease --for "$engine" --address-bits 64 $mnt/from
ends 2 "is a bridge" iopmem lease --for "$(functions 1b36 000c | head -n 1)" $mnt/from
ends 2 "leave out --address-bits" iopmem lease --force --for "$(functions_of_driver nvme | head -n 1)" --address-bits 64 $mnt/from
ends 1 "it is not there" iopmem lease --for 0000:ee:00.0 $mnt/from
/vm/lease query "$dev" | grep -q 'leases=0 maps=0' || fail "a refused lease is held"
