# machine: plain
# what: the power goes while files are written; what was synced is there, the filesystem is clean
f=$(iop 1)
bind "$f"
dev=/dev/$(block_of "$f")
if [ "$VM_PHASE" = 1 ]; then
  make_fs ext4 "$dev"
  mount_dax "$dev" $mnt
  noise $mnt/synced 1048576
  sum $mnt/synced >$mnt/sum
  sync
  (n=0; while :; do n=$((n + 1)); noise $mnt/later$n 262144; done) &
  sleep 1
  host powercut
  sleep 100
fi
/real/e2fsck -p "$dev" >/tmp/fsck 2>&1 || [ $? -le 1 ] || fail "e2fsck: $(tail -n 1 /tmp/fsck)"
/real/e2fsck -fn "$dev" >/tmp/fsck 2>&1 || fail "not clean: $(tail -n 1 /tmp/fsck)"
mount_dax "$dev" $mnt
same "the synced file" "$(cat $mnt/sum)" "$(sum $mnt/synced)"
whole=$(ls $mnt | grep -c later || true)
[ "$whole" -gt 0 ] || fail "no later file: the power went too early to prove anything"
moved "1048576 synced bytes and $whole later files there after the cut, e2fsck clean"
