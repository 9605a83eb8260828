# machine: plain switch iommu-pt
# what: the engine's DMA to a file's bus address is what the file reads, and the other way round
f=$(iop 1)
bind "$f"
dev=/dev/$(block_of "$f")
for fs in ext4 xfs; do
  make_fs $fs "$dev"
  mount_dax "$dev" $mnt
  noise $mnt/from 16384
  noise $mnt/to 16384
  refused "equality before" cmp -s $mnt/from $mnt/to
  from=$(bus_of "$f" $mnt/from)
  to=$(bus_of "$f" $mnt/to)
  /vm/edu "$(edu)" "$from" "$to" 16384
  cmp $mnt/from $mnt/to || fail "$fs: the file does not read what the engine wrote"
  host sum bar0 "$(bar_offset $mnt/to)" 16384 "$(sum $mnt/from)"
  moved "$fs: 16384 bytes by $(edu) from $from to $to"
  /real/umount $mnt
done
