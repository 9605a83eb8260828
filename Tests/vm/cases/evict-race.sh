# machine: plain
# what: unbinding while files are made, mapped and removed: no page outlives its struct page
# quick: stable
# processors: 2
f=$(iop 1)
for round in 1 2 3 4; do
  bind "$f"
  dev=/dev/$(block_of "$f")
  make_fs ext4 "$dev"
  mount_dax "$dev" $mnt
  for worker in 1 2 3; do
    (
      n=0
      while /vm/file noise $mnt/w$worker 2097152 &&
        usleep 30000 | /vm/file hold-mapping $mnt/w$worker; do
        rm -f $mnt/w$worker
        n=$((n + 1))
        echo $n >/tmp/made$worker
      done
    ) >/dev/null 2>&1 &
  done
  wait_for 20 test -s /tmp/made3 || fail "no worker came to anything"
  usleep $((round * 130000))
  unbind "$f"
  wait_for 10 sh -c "! pidof file" >/dev/null || fail "a worker hangs"
  wait_for 5 /real/umount $mnt || fail "no unmount of the dead filesystem"
  rm /tmp/made*
done
moved "4 unbinds during the work of 3 who write and map"
