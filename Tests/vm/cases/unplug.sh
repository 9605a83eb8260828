# machine: plain
# what: the function is unplugged while mounted, mapped, leased and in use by an SSD; a new one works
# quick: stable
# weight: 2
# processors: 2
f=$(iop 1)
reads=0
for fs in ext4 xfs; do
  bind "$f"
  dev=/dev/$(block_of "$f")
  make_fs $fs "$dev"
  mount_dax "$dev" $mnt
  noise $mnt/file 4194304
  noise $mnt/received 4194304
  rm -f /tmp/map /tmp/go
  mkfifo /tmp/map /tmp/go
  /vm/file hold-mapping $mnt/file </tmp/map >/tmp/touched &
  exec 6>/tmp/map
  wait_for 10 grep -q touched /tmp/touched
  /vm/lease -f hold-for "$dev" $mnt/file "$(edu)" 64 </tmp/go >/tmp/held &
  exec 5>/tmp/go
  wait_for 5 grep -q address= /tmp/held || fail "$fs: no mapping"
  # Into a file of its own: under a lease no writable mapping is made.
  (while /vm/file read-direct /dev/nvme0n1 0 $mnt/received 4194304; do echo read; done) >/tmp/ssd 2>&1 &
  wait_for 10 grep -q '^read$' /tmp/ssd || fail "$fs: the SSD is not at work: $(cat /tmp/ssd)"
  unplug iop0 "$f" || fail "$fs: the function did not go"
  echo >&6
  wait_for 5 grep -q SIGBUS /tmp/touched || fail "$fs: the mapping still shows the BAR"
  echo >&5
  wait_for 5 grep -q 'revoked hangup' /tmp/held || fail "$fs: the mapping was not ended"
  exec 5>&-
  exec 6>&-
  wait_for 5 sh -c "! pidof file" >/dev/null || fail "$fs: the SSD's reader hangs"
  reads=$((reads + $(grep -c '^read$' /tmp/ssd)))
  wait_for 5 /real/umount $mnt || fail "$fs: no unmount of the dead filesystem"
  [ ! -e "$dev" ] || fail "$fs: $dev is still there"
  sleep 1
  plug iop0 "$f" "for-$fs" || fail "$fs: the function did not come"
done
bind "$f"
dev=/dev/$(block_of "$f")
make_fs ext4 "$dev"
mount_dax "$dev" $mnt
noise $mnt/file 8192
noise $mnt/to 8192
/vm/edu "$(edu)" "$(bus_of "$f" $mnt/file)" "$(bus_of "$f" $mnt/to)" 8192
cmp $mnt/file $mnt/to || fail "the new function does not work"
moved "unplugged twice after $reads reads of the SSD; then 8192 bytes by $(edu) to $(bus_of "$f" $mnt/to)"
