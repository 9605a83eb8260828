# machine: plain
# what: a pinned file holds still under an SSD too; a clone of it is no move, and verify tells it
# kernels: stable
# quick: none
# needs: toolkit
# processors: 2
. /vm/ssd.sh

dev=$(iopmem bind "$(iop 1)")
bytes=1081344
fill_ssd $bytes
for fs in ext4 xfs; do
  stage $fs "$dev" $bytes
  find_lists
  ends 2 "is not pinned" iopmem fiemap --require-pin $mnt/file
  read -r fingerprint file <<END
$(iopmem pin $mnt/file)
END
  describe prp $mnt/file 0 --require-pin >/tmp/prp
  describe sgl $mnt/file 0 --require-pin >/tmp/sgl
  # Bytes 48 to 63 of the header are the fingerprint's.
  same "$fs: fingerprint" "$fingerprint" "1-$(od -A n -t x1 -j 48 -N 16 /tmp/prp | tr -d ' \n')"
  drive_in_and_out
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
