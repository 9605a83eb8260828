# machine: plain iommu
# what: the engine moves every byte of a scattered file by the records that the toolkit prints
# kernels: stable
# quick: stable@iommu
# needs: toolkit
# weight: 3
dev=$(iopmem bind "$(iop 1)")
engine=$(edu)
bytes=20020
for fs in ext4 xfs; do
  fresh $fs "$dev" $mnt
  /vm/file scatter $mnt/from 24576 4096
  /vm/file scatter $mnt/to 24576 8192
  cp $mnt/to /tmp/expected
  dd if=$mnt/from of=/tmp/expected bs=7 skip=143 seek=11 count=$((bytes / 7)) conv=notrunc 2>/dev/null
  hold_for "$engine" $mnt/from $mnt/to
  segments $mnt/to >/tmp/segments.to
  iopmem fiemap --format sg $window --offset 1001 --length $bytes $mnt/from >/tmp/from.sg
  iopmem fiemap --format sg $window --offset 77 --length $bytes $mnt/to >/tmp/to.sg
  records=$(/vm/edu "$engine" /tmp/from.sg /tmp/to.sg) || fail "$fs: $records"
  at=$(sed -n '1s/.* //p' /tmp/segments.to)
  let_go
  cmp /tmp/expected $mnt/to || fail "$fs: the file is not what the engine was told"
  host_sees $mnt/to "$(sum /tmp/expected)"
  moved "$fs: $bytes bytes by $engine, $records, into a file that begins at $at"
  /real/umount $mnt
done
