# machine: plain
# what: unbinding under xfs with reverse mapping, which hears of it and shuts itself down
# quick: newest
# processors: 2
f=$(iop 1)
for round in 1 2; do
  bind "$f"
  dev=/dev/$(block_of "$f")
  /real/mkfs.xfs -q -f -m rmapbt=1,reflink=1 -d agcount=2 "$dev"
  mount_dax "$dev" $mnt
  noise $mnt/file 4194304
  noise $mnt/clone 4096
  same "a clone" OK "$(/vm/file attempt clone-onto $mnt/clone $mnt/file)"
  rm -f /tmp/map
  mkfifo /tmp/map
  /vm/file hold-mapping $mnt/file </tmp/map >/tmp/touched &
  exec 6>/tmp/map
  wait_for 10 grep -q touched /tmp/touched
  unbind "$f"
  # The holder is told by SIGBUS, or the filesystem has had it killed.
  (echo >&6) 2>/dev/null || true
  wait_for 5 sh -c "grep -q SIGBUS /tmp/touched || ! pidof file" || fail "the mapping still shows the BAR"
  exec 6>&-
  refused "a read of what is gone" sh -c "cat $mnt/file >/dev/null"
  wait_for 5 /real/umount $mnt || fail "no unmount of the dead filesystem"
done
bind "$f"
mount_dax "$dev" $mnt
same "the size after all that" 4194304 "$(stat -c %s $mnt/file)"
moved "4194304 shared bytes lost and found, twice"
