# machine: plain
# what: a lease on a frozen filesystem is refused, in bounded time and without trace; not after the thaw
# quick: stable
# weight: 2
# processors: 2
f=$(iop 1)
bind "$f"
dev=/dev/$(block_of "$f")
for fs in ext4 xfs; do
  make_fs $fs "$dev"
  mount_dax "$dev" $mnt
  noise $mnt/file 65536
  noise $mnt/held 65536
  sleep 1000 | /vm/lease hold "$dev" $mnt/held >/tmp/held &
  wait_for 5 grep -q inode= /tmp/held || fail "$fs: no lease: $(cat /tmp/held)"
  holder=$!
  fsfreeze --freeze $mnt

  read -r began rest </proc/uptime
  same "$fs: a lease on what is frozen" EBUSY "$(/vm/lease try "$dev" $mnt/file)"
  read -r ended rest </proc/uptime
  took=$((${ended%.*} - ${began%.*}))
  [ $took -lt 60 ] || fail "$fs: refused after $took s only"
  /vm/lease query "$dev" | grep -q 'leases=1 ' || fail "$fs: the refused lease is counted"
  same "$fs: one more lease of a file that is held" OK "$(/vm/lease try "$dev" $mnt/held)"
  # Who asks can be killed before there is an answer.
  sleep 1000 | /vm/lease hold "$dev" $mnt/file >/tmp/asked &
  asker=$!
  wait_for 5 sh -c "/vm/lease query $dev | grep -q 'leases=2 '" || fail "$fs: it does not ask"
  kill -9 $asker
  wait_for 3 sh -c "/vm/lease query $dev | grep -q 'leases=1 '" || fail "$fs: killed, and still asking"
  refused "$fs: unloading" rmmod iopmem

  fsfreeze --unfreeze $mnt
  same "$fs: a lease after the thaw" OK "$(/vm/lease try "$dev" $mnt/file)"
  same "$fs: punch after the lease" OK "$(/vm/file attempt punch $mnt/file)"
  kill -9 $holder
  killall sleep
  wait_for 10 sh -c "/vm/lease query $dev | grep -q 'leases=0 '" || fail "$fs: still held"
  # Nor is anything left that the dead one had begun.
  wait_for 20 /real/umount $mnt || fail "$fs: no unmount"
  sound $fs "$dev"
  moved "$fs: EBUSY after $took s"
done
unbind "$f"
wait_for 5 rmmod iopmem || fail "the module does not go"
insmod /modules/iopmem.ko
