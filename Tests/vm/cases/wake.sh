# machine: plain
# what: the machine sleeps with a filesystem mounted, but not while an engine was given addresses
# quick: stable
# Named to run behind unplug: after this sleep the machine of QEMU hears of no unplugging any more.
f=$(iop 1)
bind "$f"
dev=/dev/$(block_of "$f")
make_fs ext4 "$dev"
mount_dax "$dev" $mnt
noise $mnt/file 1048576
sum=$(sum $mnt/file)
sleep 1000 | /vm/lease hold "$dev" $mnt/file >/tmp/held &
wait_for 5 grep -q inode= /tmp/held
refused "sleep under a lease" sh -c "/vm/doze"
driver_said 'held, no sleep'
kill -9 $(pidof lease)
killall sleep
wait_for 5 sh -c "/vm/lease query $dev | grep -q leases=0"
/vm/doze || fail "no sleep without a lease: $(dmesg | tail -n 1)"
same "the file after sleep" "$sum" "$(sum $mnt/file)"
noise $mnt/after 65536
moved "1048576 bytes there after suspend; refused while leased"
