# machine: plain arm64
# what: under a lease nothing moves the file's blocks; after close all is as before
# quick: oldest newest
# weight: 2
f=$(iop 1)
bind "$f"
dev=/dev/$(block_of "$f")

# try OP EXPECTED: on the leased file
try() {
  same "$fs: $1 $state" "$2" "$(/vm/file attempt "$1" $mnt/file $mnt/other)"
}

for fs in ext4 xfs; do
  case $fs in
  # Reflink is what xfs has to lose; DAX allows it from here on, or the mount says no.
  xfs) REFLINK=1 make_fs xfs "$dev" ;;
  *) make_fs $fs "$dev" ;;
  esac
  mount_dax "$dev" $mnt
  noise $mnt/file 1048576
  noise $mnt/other 1048576
  noise $mnt/source 1048576
  before=$(/vm/file extents $mnt/file)

  mkfifo /tmp/go /tmp/map
  /vm/file hold-mapping $mnt/file </tmp/map >/tmp/touched &
  exec 6>/tmp/map
  wait_for 5 grep -q touched /tmp/touched || fail "$fs: the mapping was not touched"
  /vm/lease hold "$dev" $mnt/file </tmp/go >/tmp/held &
  exec 5>/tmp/go
  wait_for 5 grep -q inode= /tmp/held || fail "$fs: no lease: $(cat /tmp/held)"
  state="under a lease"
  try read OK
  for op in truncate open-truncate fallocate punch zero collapse insert write append; do
    try $op ETXTBSY
  done
  for op in unlink rename rename-over; do
    try $op EPERM
  done
  try mmap-write ETXTBSY
  # A mapping that was there before goes on.
  echo >&6
  wait_for 5 sh -c 'test "$(grep -c touched /tmp/touched)" = 2' || fail "$fs: the mapping was stopped"
  exec 6>&-
  if [ $fs = xfs ]; then
    try clone-onto ETXTBSY
    try clone-from ETXTBSY
    /real/xfs_fsr -v $mnt/file >/tmp/fsr 2>&1 || true
  else
    # ext4 moves no extents of DAX files at all.
    try defragment EOPNOTSUPP
    /real/e4defrag $mnt/file >/tmp/fsr 2>&1 || true
  fi
  # Longer is allowed: no block moves.
  try extend OK
  refused "$fs: unmount" /real/umount $mnt
  refused "$fs: read-only remount" /real/mount -o remount,ro $mnt
  same "$fs: layout" "$before" "$(/vm/file extents $mnt/file)"
  # The engine moves data all the while.
  bytes=16384
  from=$(bus_of "$f" $mnt/source)
  to=$(bus_of "$f" $mnt/file)
  /vm/edu "$(edu)" "$from" "$to" $bytes
  cmp -n $bytes $mnt/source $mnt/file || fail "$fs: the file does not read what the engine wrote"

  exec 5>&-
  wait_for 5 sh -c "! pidof lease file" >/dev/null || fail "$fs: the holder did not end"
  state="after the lease"
  try write OK
  try append OK
  try fallocate OK
  try punch OK
  if [ $fs = xfs ]; then try clone-onto OK; fi
  try truncate OK
  try mmap-write OK
  try rename OK
  /real/umount $mnt || fail "$fs: unmount after the lease"
  rm /tmp/go /tmp/map
  moved "$fs: $bytes bytes by $(edu) to $to under a lease that refused 14 operations"
done
