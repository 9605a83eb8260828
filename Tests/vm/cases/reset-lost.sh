# machine: plain
# what: a reset after which the BAR is not back ends leases and mappings; unbound and bound all is well
# quick: oldest newest
f=$(iop 1)
engine=$(edu)
for fs in ext4 xfs; do
  bind "$f"
  dev=/dev/$(block_of "$f")
  make_fs $fs "$dev"
  mount_dax "$dev" $mnt
  noise $mnt/file 65536
  rm -f /tmp/go1 /tmp/go2
  mkfifo /tmp/go1 /tmp/go2
  /vm/lease hold "$dev" $mnt/file </tmp/go1 >/tmp/held &
  exec 5>/tmp/go1
  /vm/lease -f map "$dev" "$engine" 64 </tmp/go2 >/tmp/mapped &
  exec 6>/tmp/go2
  wait_for 5 grep -q inode= /tmp/held || fail "$fs: no lease: $(cat /tmp/held)"
  wait_for 5 grep -q address= /tmp/mapped || fail "$fs: no mapping: $(cat /tmp/mapped)"
  # A reset that all comes back from ends nothing.
  echo 1 >"$pci/devices/$f/reset"
  echo >&5
  wait_for 5 sh -c 'test $(wc -l </tmp/held) = 2' || fail "$fs: no answer"
  if grep -q revoked /tmp/held; then fail "$fs: a reset ended the lease"; fi

  # What the function does before its reset is what it is put back to.
  /real/setpci -s "$f" COMMAND=0:2
  echo 1 >"$pci/devices/$f/reset"
  echo >&5
  echo >&6
  wait_for 5 grep -q 'revoked hangup' /tmp/held || fail "$fs: the lease stands"
  wait_for 5 grep -q 'revoked hangup' /tmp/mapped || fail "$fs: the mapping stands"
  same "$fs: a lease of what is lost" ENODEV "$(/vm/lease try "$dev" $mnt/file)"
  same "$fs: a mapping of what is lost" ENODEV "$(/vm/lease -f try-map "$dev" "$engine" 64)"
  exec 5>&-
  exec 6>&-
  unbind "$f"
  wait_for 5 /real/umount $mnt || fail "$fs: no unmount of the dead filesystem"
done
/real/setpci -s "$f" COMMAND=2:2
bind "$f"
same "mapping after all that" OK "$(/vm/lease -f try-map "/dev/$(block_of "$f")" "$engine" 64)"
moved "2 leases and 2 mappings ended by a reset of $f"
