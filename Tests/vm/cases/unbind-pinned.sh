# machine: plain arm64
# what: unbinding waits for a page that is in a pipe, tells whose it is, and can be killed meanwhile
# quick: newest
# weight: 3
# processors: 2
f=$(iop 1)
prepare() { # prepare MARK: a file of which nothing but a page in a pipe is held
  bind "$f"
  dev=/dev/$(block_of "$f")
  make_fs $fs "$dev"
  mount_dax "$dev" $mnt
  noise $mnt/file 65536
  inode=$(stat -c %i $mnt/file)
  rm -f /tmp/go
  mkfifo /tmp/go
  /vm/file splice $mnt/file </tmp/go >/tmp/spliced &
  exec 5>/tmp/go
  wait_for 5 grep -q held /tmp/spliced || fail "$fs: no page in a pipe: $(cat /tmp/spliced)"
  from_now "$1"
}
for fs in ext4 xfs; do
  prepare "$fs wait"
  (exec 5>&- 6>&- && unbind "$f") &
  unbinder=$!
  wait_for 10 kernel_said "inode $inode, is still in use" || fail "$fs: it does not tell of inode $inode"
  kill -0 $unbinder || fail "$fs: unbound under a page that is in use"
  exec 5>&-
  wait $unbinder
  [ ! -e "$dev" ] || fail "$fs: $dev is still there"
  wait_for 5 /real/umount $mnt || fail "$fs: no unmount of the dead filesystem"

  prepare "$fs kill"
  # Else removing the disk takes the pages from their inode, of which the kernel warns.
  exec 6<$mnt/file
  (exec 5>&- 6>&- && unbind "$f") &
  unbinder=$!
  wait_for 10 kernel_said "is still in use" || fail "$fs: it does not wait"
  kill -9 $unbinder
  wait_for 5 sh -c "[ ! -e /proc/$unbinder/exe ]" || fail "$fs: the wait cannot be killed"
  wait $unbinder || true
  wait_for 5 kernel_said "the rest is done when nobody uses it" || fail "$fs: it does not say what it leaves"
  refused "$fs: binding what is still in use" bind "$f"
  exec 5>&-
  exec 6<&-
  wait_for 10 bind "$f" || fail "$fs: it does not come to its end"
  wait_for 5 /real/umount $mnt || fail "$fs: no unmount of the dead filesystem"
  unbind "$f"
done
moved "4 unbinds waited for 4096 bytes in a pipe, 2 of them killed"
