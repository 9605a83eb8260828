# machine: plain switch iommu iommu-pt arm64
# what: an SSD reads into a file on the BAR and writes from it, by its own DMA
# quick: stable@iommu
f=$(iop 1)
bind "$f"
dev=/dev/$(block_of "$f")
ssd=/dev/nvme0n1
for fs in ext4 xfs; do
  make_fs $fs "$dev"
  mount_dax "$dev" $mnt
  dd if=/dev/urandom of=/tmp/in bs=1M count=4 2>/dev/null
  dd if=/tmp/in of=$ssd bs=1M seek=8 conv=fsync 2>/dev/null
  echo 3 >/proc/sys/vm/drop_caches
  noise $mnt/file 4194304
  /vm/file read-direct $ssd 8388608 $mnt/file 4194304
  cmp /tmp/in $mnt/file || fail "$fs: the file is not what the SSD held"
  /vm/file write-direct $ssd 16777216 $mnt/file 4194304
  dd if=$ssd bs=1M skip=16 count=4 iflag=direct of=/tmp/out 2>/dev/null
  cmp /tmp/in /tmp/out || fail "$fs: the SSD is not what the file held"
  host sum bar0 "$(bar_offset $mnt/file)+4194304" "$(sum /tmp/in)"
  moved "$fs: 4194304 bytes in and out by $(basename "$(readlink -f /sys/block/nvme0n1/device/device)") at $(bus_of "$f" $mnt/file)"
  /real/umount $mnt
done
rm /tmp/in /tmp/out
