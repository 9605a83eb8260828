# machine: plain
# what: a gap of the kernel: an inode that is given up with its device waits for a page in a pipe, and cannot be killed
# kernels: newest
# quick: none
f=$(iop 1)
for fs in ext4 xfs; do
  bind "$f"
  dev=/dev/$(block_of "$f")
  make_fs $fs "$dev"
  mount_dax "$dev" $mnt
  noise $mnt/file 65536
  rm -f /tmp/go
  mkfifo /tmp/go
  /vm/file splice $mnt/file </tmp/go >/tmp/spliced &
  exec 5>/tmp/go
  wait_for 5 grep -q held /tmp/spliced || fail "$fs: no page in a pipe: $(cat /tmp/spliced)"
  from_now "$fs"
  (exec 5>&- && unbind "$f") &
  unbinder=$!
  wait_for 10 kernel_said "is still in use" || fail "$fs: it does not wait"
  # The driver's own wait ends. Then the disk goes, and with it the file, which nobody has open.
  kill -9 $unbinder
  sleep 3
  stack=$(value /proc/$unbinder/stack || true)
  case $stack in
  *dax_break_layout_final*evict*) ;;
  *) fail "the gap is closed, of which driver/README.md and iopmem(4) tell: $fs ${stack:-ended}" ;;
  esac
  exec 5>&-
  wait $unbinder || true
  wait_for 5 /real/umount $mnt || fail "$fs: no unmount of the dead filesystem"
  wait_for 5 bind "$f" || fail "$fs: it does not come to its end"
  unbind "$f"
done
moved "4096 bytes in a pipe, twice, and whoever waited for them could not be killed"
