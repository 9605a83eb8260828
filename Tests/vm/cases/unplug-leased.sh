# machine: plain
# what: unplugged, a function takes its leases with it: the holder is told, and ends with an error
# quick: oldest newest
# needs: toolkit
# processors: 2
f=$(iop 1)
engine=$(edu)
for fs in ext4 xfs; do
  dev=$(iopmem bind "$f")
  fresh $fs "$dev" $mnt
  noise /tmp/file 65536
  iopmem place --quiet /tmp/file $mnt
  (
    status=0
    iopmem lease --force --for "$engine" --address-bits 64 $mnt/file >/tmp/held 2>/tmp/complaint || status=$?
    echo "status $status" >/tmp/ended
  ) &
  wait_for 5 grep -q "window mapped" /tmp/held || fail "$fs: no lease"
  unplug iop0 "$f" || fail "$fs: the function did not go"
  wait_for 5 test -s /tmp/ended || fail "$fs: the lease goes on"
  same "$fs: the end" "status 1" "$(cat /tmp/ended)"
  grep -q revoked /tmp/complaint || fail "$fs: no reason: $(cat /tmp/complaint)"
  wait_for 5 /real/umount $mnt || fail "$fs: no unmount of the dead filesystem"
  rm /tmp/ended /tmp/held
  sleep 1
  plug iop0 "$f" "leased-$fs" || fail "$fs: the function did not come"
done
moved "2 leases of 65536 bytes for $engine ended as $f was unplugged"
