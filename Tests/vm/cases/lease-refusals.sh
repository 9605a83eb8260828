# machine: plain arm64
# what: a lease is refused for what it cannot hold, and malformed requests for what they are
# quick: oldest newest
f=$(iop 1)
bind "$f"
dev=/dev/$(block_of "$f")
make_fs ext4 "$dev"
/real/mount -o dax=never "$dev" $mnt
noise $mnt/file 65536
same "a file that is not DAX" EOPNOTSUPP "$(/vm/lease try "$dev" $mnt/file)"
# A real swap file keeps its promise to the swap, not to us.
noise $mnt/swap 4194304
chmod 600 $mnt/swap
/real/mkswap $mnt/swap >/dev/null
/real/swapon $mnt/swap
same "a swap file" ETXTBSY "$(/vm/lease try "$dev" $mnt/swap)"
/real/swapoff $mnt/swap
/real/umount $mnt
mount_dax "$dev" $mnt
same "what was a swap file" OK "$(/vm/lease try "$dev" $mnt/swap)"
same "a file open for reading" EBADF "$(/vm/lease try-read "$dev" $mnt/file)"
# The same file through another filesystem.
mkdir -p $mnt/up $mnt/work /tmp/over
/real/mount -t overlay overlay -o "lowerdir=/tmp,upperdir=$mnt/up,workdir=$mnt/work" /tmp/over
echo x >/tmp/over/y
same "a file of overlayfs" EXDEV "$(/vm/lease try "$dev" /tmp/over/y)"
/real/umount /tmp/over
/vm/lease abuse "$dev" $mnt/file >/tmp/abuse || fail "$(grep fail: /tmp/abuse | sed 's/fail: //')"
# A device-mapper disk between: the file is not on this disk, and its blocks are elsewhere.
wait_for 5 sh -c "/vm/lease query $dev | grep -q leases=0"
/real/umount $mnt
echo "0 $(($(value /sys/block/$(basename "$dev")/size) - 2048)) linear $dev 2048" | /real/dmsetup create shifted --noudevsync
/real/dmsetup mknodes
make_fs ext4 /dev/mapper/shifted
mount_dax /dev/mapper/shifted $mnt
noise $mnt/file 65536
same "a file behind device-mapper" EXDEV "$(/vm/lease try "$dev" $mnt/file)"
/real/umount $mnt
/real/dmsetup remove --noudevsync shifted
moved "$(wc -l </tmp/abuse) malformed requests refused, and a swap file, overlay and device-mapper"
