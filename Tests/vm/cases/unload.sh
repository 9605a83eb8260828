# machine: plain arm64
# what: the module stays while anything of it is open, and can go and come back
# quick: oldest newest
# processors: 2
f=$(iop 1)
bind "$f"
dev=/dev/$(block_of "$f")
make_fs ext4 "$dev"
mount_dax "$dev" $mnt
noise $mnt/file 65536
refused "unloading under a mounted filesystem" rmmod iopmem
sleep 1000 | /vm/lease hold "$dev" $mnt/file >/tmp/held &
wait_for 5 grep -q inode= /tmp/held
unbind "$f"
/real/umount $mnt || fail "no unmount after the lease was ended"
refused "unloading under a lease's descriptor" rmmod iopmem
kill -9 $(pidof lease)
killall sleep
wait_for 5 rmmod iopmem || fail "the module does not go"
[ ! -e "$dev" ] || fail "$dev is still there"
for n in 1 2 3 4 5; do
  fresh_driver
  bind "$f"
  [ -b "$dev" ] || fail "no $dev at load $n"
  rmmod iopmem
done
fresh_driver
bind "$f"
mount_dax "$dev" $mnt
[ -s $mnt/file ] || fail "the file is gone"
moved "unloaded and loaded 6 times; 65536 bytes still on $dev"
