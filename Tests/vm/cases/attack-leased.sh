# machine: plain
# what: while an SSD reads into a leased file and writes from it, whatever would move its blocks fails
# kernels: 6.12
# needs: toolkit
dev=$(iopmem bind "$(iop 1)")
bytes=1081344
noise /tmp/a $bytes
noise /tmp/b $bytes
dd if=/tmp/a of=/dev/nvme0n1 bs=64K conv=fsync 2>/dev/null
dd if=/tmp/b of=/dev/nvme0n1 bs=64K seek=64 conv=fsync 2>/dev/null
# attack EXPECTED OP...: each while data move, which then move on, and right.
attack() {
  local expected=$1 op
  shift
  for op in "$@"; do
    same "$fs: $op of a leased file" "$expected" "$(/vm/file attempt $op $mnt/file $mnt/other)"
    drives_on
    attacks=$((attacks + 1))
  done
}

for fs in ext4 xfs; do
  # Clones are what xfs has to lose; mkfs.iopmem makes it without.
  REFLINK=1 make_fs $fs "$dev"
  iopmem mount "$dev" $mnt >/dev/null
  /vm/file scatter $mnt/file $bytes 4096
  noise $mnt/other $bytes
  other=$(sum $mnt/other)
  take_ssd $mnt
  hold_for "$ssd" $mnt/file
  find_lists
  segments $mnt/file >/tmp/before
  describe prp $mnt/file >/tmp/prp
  describe sgl $mnt/file >/tmp/sgl
  attacks=0
  drive_on "read 0 /tmp/prp" "equal $mnt/file /tmp/a" "write 16384 /tmp/sgl" \
    "read 8192 /tmp/sgl" "equal $mnt/file /tmp/b" "read 16384 /tmp/prp" "equal $mnt/file /tmp/a"
  attack ETXTBSY truncate open-truncate fallocate punch zero collapse insert write append
  attack EPERM unlink rename rename-over
  case $fs in
  ext4)
    attack EOPNOTSUPP defragment
    /real/e4defrag $mnt/file >/dev/null 2>&1 || true
    ;;
  xfs)
    attack ETXTBSY clone-onto clone-from
    /real/xfs_fsr $mnt/file >/dev/null 2>&1 || true
    ;;
  esac
  drives_on
  refused "$fs: unmount" /real/umount $mnt
  stop_driving
  segments $mnt/file | cmp - /tmp/before || fail "$fs: the layout changed"
  same "$fs: another file" "$other" "$(sum $mnt/other)"
  let_go
  return_ssd
  /real/umount $mnt
  sound $fs "$dev"
  moved "$fs: $driven bytes in and out by $ssd in $rounds rounds under $((attacks + 2)) attacks, file of $(wc -l </tmp/before) segments"
done
