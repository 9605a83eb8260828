# machine: plain
# what: while an SSD reads into a leased file and writes from it, whatever would move its blocks fails
# kernels: stable
# needs: toolkit
# weight: 3
# processors: 2
. /vm/ssd.sh

dev=$(iopmem bind "$(iop 1)")
bytes=1081344
fill_ssd $bytes
for fs in ext4 xfs; do
  stage $fs "$dev" $bytes
  hold_for "$ssd" $mnt/file
  find_lists
  segments $mnt/file >/tmp/before
  describe prp $mnt/file >/tmp/prp
  describe sgl $mnt/file >/tmp/sgl
  drive_in_and_out
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
