# machine: plain
# what: errors of the link are reported by the port above, and recovered from, the contents with them
# quick: oldest newest
f=$(iop 1)
bind "$f"
dev=/dev/$(block_of "$f")
make_fs ext4 "$dev"
mount_dax "$dev" $mnt
noise $mnt/file 1048576
sum=$(sum $mnt/file)
told=0
for error in POISON_TLP DLP; do
  from_now "$error"
  # A device that is reset in earnest must not be told so only: its port reports for it.
  host monitor pcie_aer_inject_error slot0 $error
  wait_for 60 kernel_said 'AER: device recovery' || fail "$error: no recovery: $(dmesg | tail -n 3)"
  kernel_said 'AER: device recovery successful' || fail "$error: $(dmesg | grep 'device recovery' | tail -n 1)"
  case $error in
  DLP) kernel_said 'link error, I/O fails until it is reset' || fail "$error: the driver was not told" ;;
  esac
  kernel_said 'iopmem0: back; whether' || fail "$error: the driver was not told of its end"
  told=$((told + 1))
  echo 3 >/proc/sys/vm/drop_caches
  same "$error: the file" "$sum" "$(sum $mnt/file)"
  dd if="$dev" of=/dev/null bs=4096 count=1 iflag=direct || fail "$error: no read after it"
  noise $mnt/after-$error 65536
done
/real/umount $mnt
/real/e2fsck -fn "$dev" >/tmp/fsck 2>&1 || fail "e2fsck: $(tail -n 1 /tmp/fsck)"
moved "$told errors of the link of $f, 1048576 bytes there after each"
