# machine: plain
# what: a pinned file holds still under an SSD too; a clone of it is no move, and verify tells it
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
    same "$fs: $op of a pinned file" "$expected" "$(/vm/file attempt $op $mnt/file $mnt/other)"
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
  find_lists
  ends 2 "is not pinned" iopmem fiemap --require-pin $mnt/file
  read -r fingerprint file <<END
$(iopmem pin $mnt/file)
END
  describe prp $mnt/file 0 --require-pin >/tmp/prp
  describe sgl $mnt/file 0 --require-pin >/tmp/sgl
  # Bytes 48 to 63 of the header are the fingerprint's.
  same "$fs: fingerprint" "$fingerprint" "1-$(od -A n -t x1 -j 48 -N 16 /tmp/prp | tr -d ' \n')"
  attacks=0
  drive_on "read 0 /tmp/prp" "equal $mnt/file /tmp/a" "write 16384 /tmp/sgl" \
    "read 8192 /tmp/sgl" "equal $mnt/file /tmp/b" "read 16384 /tmp/prp" "equal $mnt/file /tmp/a"
  attack EPERM truncate open-truncate fallocate punch zero collapse insert write append mmap-write \
    unlink rename rename-over link clone-onto defragment
  case $fs in
  ext4) /real/e4defrag $mnt/file >/dev/null 2>&1 || true ;;
  xfs) /real/xfs_fsr $mnt/file >/dev/null 2>&1 || true ;;
  esac
  drives_on
  iopmem verify --fingerprint "$fingerprint" $mnt/file >/dev/null || fail "$fs: the pinned file moved"
  same "$fs: another file" "$other" "$(sum $mnt/other)"
  if [ $fs = xfs ]; then
    # Allowed, and a peer's writes then change the clone too: nothing has moved.
    attack OK clone-from
    ends 1 shared iopmem verify --fingerprint "$fingerprint" $mnt/file
    rm $mnt/other
    iopmem verify --fingerprint "$fingerprint" $mnt/file >/dev/null || fail "$fs: not as before the clone"
  fi
  stop_driving
  return_ssd
  iopmem unpin $mnt/file
  same "$fs: truncate once unpinned" OK "$(/vm/file attempt truncate $mnt/file)"
  ends 1 "changed" iopmem verify --fingerprint "$fingerprint" $mnt/file
  /real/umount $mnt
  sound $fs "$dev"
  moved "$fs: $driven bytes in and out by $ssd in $rounds rounds under $((attacks + 1)) attacks"
done
