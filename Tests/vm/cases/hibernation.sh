# machine: plain
# what: no hibernation while the device is open, and the device goes on after one that comes to nothing
# quick: stable
f=$(iop 1)
bind "$f"
dev=/dev/$(block_of "$f")
make_fs ext4 "$dev"
mount_dax "$dev" $mnt
noise $mnt/file 1048576
sum=$(sum $mnt/file)
refused "hibernation with a file system mounted" sh -c 'echo disk >/sys/power/state'
driver_said 'is open: it would not survive hibernation'
same "the file after the refusal" "$sum" "$(sum $mnt/file)"
/real/umount $mnt
# Nothing is open; there is no swap to write the image to, and so all devices come back.
from_now without swap
refused "hibernation without swap" sh -c 'echo disk >/sys/power/state'
refused "this time the driver's refusal" kernel_said 'would not survive'
mount_dax "$dev" $mnt
same "the file after it" "$sum" "$(sum $mnt/file)"
noise $mnt/after 65536
moved "1048576 bytes there after hibernation was refused, and after one without swap"
