# machine: plain
# what: a lease holds while its program runs, refuses what moves blocks, and ends however that ends
# quick: stable
# needs: toolkit
# weight: 3
f=$(iop 1)
dev=$(iopmem bind "$f")
mkdir -p /tmp/x

# held COUNT: that many leases are held, or soon will be.
held() {
  wait_for 5 sh -c "/vm/lease query $dev | grep -q 'leases=$1 maps=0'" ||
    fail "$fs: not $1 leases: $(/vm/lease query "$dev")"
}
attack() { # attack EXPECTED OP...
  local expected=$1 op
  shift
  for op in "$@"; do
    same "$fs: $op $state" "$expected" "$(/vm/file attempt "$op" $mnt/file $mnt/other)"
  done
}

for fs in ext4 xfs; do
  fresh $fs "$dev" $mnt
  noise /tmp/file 1048576
  iopmem place --quiet /tmp/file $mnt
  noise $mnt/other 1048576
  iopmem fiemap --json $mnt/file >/tmp/now

  # With a command: the map is its input, or in a file, and its status is the status.
  iopmem lease $mnt/file -- cat <&- >/tmp/input
  cmp /tmp/now /tmp/input || fail "$fs: the map on standard input is another"
  rm -f /tmp/map
  iopmem lease --map /tmp/map $mnt/file -- true
  cmp /tmp/now /tmp/map || fail "$fs: the map in a file is another"
  ends 1 "cannot make" iopmem lease --map /tmp/map $mnt/file -- true
  mkdir -p /tmp/small
  mount -t tmpfs -o size=4k,nr_inodes=3 small /tmp/small
  dd if=/dev/zero of=/tmp/small/full bs=4096 count=1 2>/dev/null
  ends 1 "cannot write the map" iopmem lease --map /tmp/small/map $mnt/file -- true
  [ ! -e /tmp/small/map ] || fail "$fs: half a map is left"
  umount /tmp/small
  ends 7 "" iopmem lease $mnt/file -- sh -c 'exit 7'
  # In the form of an engine too, or not at all.
  form="--format sg --max-segment 64K --align 512"
  iopmem fiemap $form $mnt/file >/tmp/now
  iopmem lease $form $mnt/file -- cat >/tmp/input
  cmp /tmp/now /tmp/input || fail "$fs: the records on standard input are others"
  same "$fs: bytes of 16 records" $((64 + 16 * 24)) "$(wc -c </tmp/input)"
  ends 2 "no multiple of 67108864" iopmem lease --align 64M --map /tmp/none $mnt/file -- true
  [ ! -e /tmp/none ] || fail "$fs: a map that was refused left a file"
  iopmem fiemap --json $mnt/file >/tmp/now
  ends 1 "cannot run" iopmem lease $mnt/file -- /no/such/program
  held 0

  # The command's children hold it too, and it ends with the last of them.
  iopmem lease $mnt/file -- sh -c 'sleep 1000 & echo $! >/tmp/child; wait' &
  held 1
  # Key, BAR offset, size, pieces, state and file.
  iopmem map $mnt >/tmp/picture
  grep -q ", 2 files, 1 lease\$" /tmp/picture || fail "$fs: the picture counts: $(cat /tmp/picture)"
  same "$fs: the leased file's state" "leased" \
    "$(awk -v file=$mnt/file '$NF == file { print $5 }' /tmp/picture)"
  same "$fs: its BAR offset" "$(grep -o '"bar_offset":[0-9]*' /tmp/now | head -n 1 | tr -dc 0-9)" \
    "$(($(awk -v file=$mnt/file '$NF == file { print $2 }' /tmp/picture)))"
  state="under a lease"
  attack OK read
  attack ETXTBSY truncate open-truncate fallocate punch zero collapse insert write append mmap-write
  attack EPERM unlink rename rename-over
  # Never, lease or not: mkfs.iopmem makes xfs without clones, and ext4 moves no extents of DAX files.
  if [ $fs = xfs ]; then attack EOPNOTSUPP clone-onto; else attack EOPNOTSUPP defragment; fi
  refused "$fs: unmount" /real/umount $mnt
  ends 2 "in use" iopmem unbind "$f"
  iopmem fiemap --json $mnt/file | cmp - /tmp/now || fail "$fs: the layout changed"
  kill -9 $!
  held 1
  kill -9 "$(cat /tmp/child)"
  held 0
  state="after the lease"
  attack OK write append truncate unlink

  # Without: printed, and held until a signal.
  # What a script starts in the background ignores SIGINT, and so it is the foreground's.
  iopmem fiemap --json $mnt/other >/tmp/now
  rm -f /tmp/out
  (
    held 1
    wait_for 5 test -s /tmp/out
    kill -INT "$(pidof iopmem)"
  ) &
  iopmem lease --json $mnt/other >/tmp/out || fail "$fs: SIGINT is not a good end"
  wait $! || fail "$fs: no lease to end by SIGINT"
  cmp /tmp/now /tmp/out || fail "$fs: what was printed before SIGINT is another map"
  held 0
  for signal in TERM HUP KILL; do
    iopmem lease $mnt/other >/tmp/held &
    wait_for 5 grep -q "window driver" /tmp/held || fail "$fs: no lease"
    held 1
    kill -$signal $!
    status=0
    wait $! || status=$?
    case $signal in
    KILL) same "$fs: status after SIGKILL" 137 $status ;;
    *) same "$fs: status after SIG$signal" 0 $status ;;
    esac
    held 0
  done

  # What cannot be leased.
  ends 2 "is no regular file" iopmem lease $mnt
  ends 2 "does not lie on an iopmem device" iopmem lease /tmp/file
  /real/fallocate -l 1M $mnt/reserved
  ends 2 "is unwritten" iopmem lease $mnt/reserved
  held 0
  /real/umount $mnt
  moved "$fs: 1048576 bytes held under 15 attacks, let go by 7 ends"
done
mkfs.iopmem --force --quiet "$dev"
/real/mount -o dax=never "$dev" $mnt
noise $mnt/file 65536
ends 2 "is not DAX" iopmem lease $mnt/file
