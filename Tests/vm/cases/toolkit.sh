# machine: plain switch iommu-pt
# what: made, placed and found by the toolkit alone, a buffer reads what the engine wrote to it
# needs: toolkit
f=$(iop 1)
bind "$f"
dev=/dev/$(block_of "$f")

# The toolkit runs the mke2fs and mkfs.xfs that it finds.
export PATH=/real:$PATH

# segment FILE: the bus address of its only segment, as the toolkit prints it.
segment() {
  iopmem fiemap --csv "$1" >/tmp/map || fail "no addresses of $1"
  same "lines about $1" 2 "$(wc -l </tmp/map)"
  sed -n 2p /tmp/map | cut -d , -f 5
}

noise /tmp/source 16384
for fs in ext4 xfs; do
  mkfs.iopmem --force --quiet --type $fs "$dev" || fail "$fs is not made"
  mount_dax "$dev" $mnt
  iopmem place --quiet /tmp/source $mnt || fail "$fs: the file is not placed"
  iopmem place --quiet --size 16K $mnt/receive || fail "$fs: the buffer is not placed"
  from=$(segment $mnt/source)
  to=$(segment $mnt/receive)
  same "the file's address" "$(bus_of "$f" $mnt/source)" "$from"
  refused "equality before" cmp -s /tmp/source $mnt/receive
  /vm/edu "$(edu)" "$from" "$to" 16384
  cmp /tmp/source $mnt/receive || fail "$fs: the buffer does not read what the engine wrote"
  moved "$fs: 16384 bytes by $(edu) from $from to $to"
  /real/umount $mnt
done
