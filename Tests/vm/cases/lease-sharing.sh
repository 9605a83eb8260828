# machine: plain arm64
# what: leases of one file share its hold until the last ends; kill -9 of a holder ends its own
# quick: stable
# processors: 2
f=$(iop 1)
bind "$f"
dev=/dev/$(block_of "$f")
for fs in ext4 xfs; do
  make_fs $fs "$dev"
  mount_dax "$dev" $mnt
  noise $mnt/file 65536
  noise $mnt/free 65536
  sleep 1000 | /vm/lease hold "$dev" $mnt/file >/tmp/held1 &
  wait_for 5 grep -q inode= /tmp/held1 || fail "$fs: no first lease"
  sleep 1000 | /vm/lease hold "$dev" $mnt/file >/tmp/held2 &
  wait_for 5 grep -q inode= /tmp/held2 || fail "$fs: no second lease"
  /vm/lease query "$dev" | grep -q 'leases=2' || fail "$fs: not two leases"
  same "$fs: a file without a lease" OK "$(/vm/file attempt write $mnt/free)"
  set -- $(pidof lease)
  kill -9 "$1"
  wait_for 5 sh -c "/vm/lease query $dev | grep -q leases=1" || fail "$fs: killed, still held"
  same "$fs: write with one lease left" ETXTBSY "$(/vm/file attempt write $mnt/file)"
  kill -9 "$2"
  wait_for 5 sh -c "/vm/lease query $dev | grep -q leases=0" || fail "$fs: killed, still held"
  same "$fs: write after the last" OK "$(/vm/file attempt write $mnt/file)"
  same "$fs: truncate after the last" OK "$(/vm/file attempt truncate $mnt/file)"
  same "$fs: unlink after the last" OK "$(/vm/file attempt unlink $mnt/file)"
  killall sleep
  /real/umount $mnt || fail "$fs: unmount after kill -9"
done
moved "two holders a file, both killed with SIGKILL"
