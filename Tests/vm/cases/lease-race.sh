# machine: plain
# what: a layout stands from the moment its lease is given, whoever was punching holes just then
# quick: oldest newest
# weight: 3
# processors: 2
seconds=60 fewest=10
[ -z "$VM_QUICK" ] || seconds=8 fewest=1
f=$(iop 1)
bind "$f"
dev=/dev/$(block_of "$f")
for fs in ext4 xfs; do
  make_fs $fs "$dev"
  mount_dax "$dev" $mnt
  noise $mnt/file 65536
  /vm/race lease "$dev" $mnt/file $seconds >/tmp/race || fail "$fs: $(cat /tmp/race)"
  grep -q ' moved=0 ' /tmp/race || fail "$fs: layouts moved under a lease: $(cat /tmp/race)"
  read -r holds rest </tmp/race
  [ "${holds#holds=}" -ge $fewest ] || fail "$fs: too few to tell: $(cat /tmp/race)"
  /real/umount $mnt
  sound $fs "$dev"
  moved "$fs: $holds $rest"
done
