# machine: plain arm64
# what: unbinding under a mounted filesystem, a mapping and a lease: errors, no crash, and back again
# quick: oldest newest
# weight: 2
# processors: 2
f=$(iop 1)
mount_here() { # mount_here DEVICE: ext3 takes no option for DAX, but files that ask for it
  if [ $fs = ext3 ]; then
    /real/mount -t ext3 "$1" $mnt
    /real/chattr +x $mnt
  else
    mount_dax "$1" $mnt
  fi
}
for fs in ext4 ext3 xfs; do
  bind "$f"
  dev=/dev/$(block_of "$f")
  make_fs $fs "$dev"
  mount_here "$dev"
  noise $mnt/kept 262144
  noise $mnt/mapped 4194304
  /vm/file dax $mnt/mapped || fail "$fs: the file is not DAX"
  kept=$(sum $mnt/kept)
  rm -f /tmp/map /tmp/go
  mkfifo /tmp/map /tmp/go
  /vm/file hold-mapping $mnt/mapped </tmp/map >/tmp/touched &
  exec 6>/tmp/map
  wait_for 10 grep -q touched /tmp/touched || fail "$fs: the mapping was not touched"
  /vm/lease hold "$dev" $mnt/kept </tmp/go >/tmp/held &
  exec 5>/tmp/go
  wait_for 5 grep -q inode= /tmp/held || fail "$fs: no lease"

  unbind "$f"
  echo >&6
  wait_for 5 grep -q SIGBUS /tmp/touched || fail "$fs: the mapping still shows the BAR"
  echo >&5
  wait_for 5 grep -q 'revoked hangup' /tmp/held || fail "$fs: the lease was not ended"
  refused "$fs: a read of what is gone" sh -c "cat $mnt/mapped >/dev/null"
  refused "$fs: a new file on what is gone" sh -c "dd if=/dev/zero of=$mnt/new bs=4096 count=1 conv=fsync"
  # Bound again while the dead filesystem is still mounted and mapped.
  bind "$f"
  dev2=/dev/$(block_of "$f")
  exec 5>&-
  exec 6>&-
  wait_for 5 sh -c "! pidof file lease" >/dev/null || fail "$fs: a holder hangs"
  wait_for 5 /real/umount $mnt || fail "$fs: no unmount of the dead filesystem"
  mount_here "$dev2"
  same "$fs: the file that was synced" "$kept" "$(sum $mnt/kept)"
  /real/umount $mnt
  sound $fs "$dev2"
  unbind "$f"
done
moved "4194304 mapped bytes lost with SIGBUS, 262144 synced bytes there after the next bind"
