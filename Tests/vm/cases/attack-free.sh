# machine: plain
# what: what moves a file that nothing holds, verify tells before the SSD's next transfer
# kernels: stable
# quick: none
# needs: toolkit
# processors: 2
. /vm/ssd.sh

dev=$(iopmem bind "$(iop 1)")
bytes=65536
noise /tmp/a $bytes
dd if=/tmp/a of=/dev/nvme0n1 bs=64K conv=fsync 2>/dev/null
file=$mnt/file

# made: a file anew, and its saved map.
made() {
  rm -f $file $mnt/moved
  /vm/file scatter $file $bytes 8192
  noise $mnt/other 65536
  iopmem fiemap --json $file >/tmp/map
}

# told_of WORDS OP...: each succeeds on a file of 8 pieces, and verify tells what changed.
told_of() {
  local words=$1 op
  shift
  for op in "$@"; do
    made
    case $op in
    xfs_fsr) /real/xfs_fsr $file >/tmp/said 2>&1 || fail "$fs: xfs_fsr: $(cat /tmp/said)" ;;
    *) same "$fs: $op" OK "$(/vm/file attempt $op $file $mnt/other)" ;;
    esac
    ends 1 "$words" iopmem verify --map /tmp/map
    attacks=$((attacks + 1))
  done
}

for fs in ext4 xfs; do
  REFLINK=1 make_fs $fs "$dev"
  iopmem mount "$dev" $mnt >/dev/null
  take_ssd $mnt
  find_lists
  attacks=0
  told_of "" unlink
  told_of changed truncate punch append fallocate collapse insert rename-over
  case $fs in
  xfs) told_of changed clone-onto clone-from xfs_fsr ;;
  esac
  # It was only renamed, and lies where it did.
  made
  fingerprint=$(sed 's/.*"fingerprint":"\([^"]*\)".*/\1/' /tmp/map)
  same "$fs: rename" OK "$(/vm/file attempt rename $file $mnt/moved)"
  ends 0 holds iopmem verify --fingerprint "$fingerprint" $mnt/moved
  ends 1 "" iopmem verify --fingerprint "$fingerprint" $file

  # A program that asks before each transfer is stopped by what it hears.
  made
  fingerprint=$(sed 's/.*"fingerprint":"\([^"]*\)".*/\1/' /tmp/map)
  describe prp $file >/tmp/prp
  drive "read 0 /tmp/prp" "equal $file /tmp/a"
  (
    status=0
    while [ $status -eq 0 ]; do
      iopmem verify --fingerprint "$fingerprint" $file >/tmp/answer 2>&1 || status=$?
      [ $status -ne 0 ] || drive "read 0 /tmp/prp"
      echo "asked: $status" >>/tmp/guarded
    done
  ) &
  wait_for 10 grep -qs 'asked: 0' /tmp/guarded || fail "$fs: no transfer"
  same "$fs: truncate" OK "$(/vm/file attempt truncate $file)"
  wait $! || fail "$fs: $(sed -n 's/^fail: //p' /tmp/rounds)"
  # It cannot be known what is changed while it is read; it is the next time.
  case $(tail -n 1 /tmp/guarded) in
  "asked: 1" | "asked: 3") ;;
  *) fail "$fs: the last answer: $(cat /tmp/answer)" ;;
  esac
  ends 1 changed iopmem verify --fingerprint "$fingerprint" $file
  rounds=$(grep -c 'asked: 0' /tmp/guarded)
  rm /tmp/guarded
  return_ssd
  /real/umount $mnt
  moved "$fs: $((rounds * bytes)) bytes by $ssd in $rounds transfers, the next one stopped, and $attacks attacks told"
done
