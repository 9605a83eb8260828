# machine: plain
# what: a file on xfs's realtime device is on another device than the map would say: refused by all
# quick: stable
# needs: toolkit
dev=$(iopmem bind "$(iop 1)")
other=$(iopmem bind "$(iop 2)")
/real/mkfs.xfs -q -f -m reflink=0,rmapbt=0 -r rtdev="$other" "$dev"
/real/mount -o dax=always,rtdev="$other" "$dev" $mnt || fail "no mount with a realtime device"
/real/xfs_io -f -c 'chattr +r' -c 'pwrite -b 1m 0 1m' -c fsync $mnt/there >/dev/null
noise $mnt/here 65536
/vm/file dax $mnt/there || fail "the realtime file is not DAX: the refusal would prove nothing"
iopmem fiemap $mnt/here >/dev/null || fail "no addresses of a file beside it"
ends 2 "lies on the realtime device" iopmem fiemap $mnt/there
ends 2 "realtime device" iopmem lease $mnt/there
same "the driver's answer" EXDEV "$(/vm/lease try "$dev" $mnt/there)"
same "the other device's driver's answer" EXDEV "$(/vm/lease try "$other" $mnt/there)"
mkdir $mnt/realtime
/real/xfs_io -c 'chattr +t' $mnt/realtime
ends 2 "would lie on the realtime device" iopmem place --size 64K $mnt/realtime/new
[ -z "$(ls -A $mnt/realtime)" ] || fail "something is left: $(ls -A $mnt/realtime)"
moved "a file on $other refused by fiemap, lease, place and driver"
