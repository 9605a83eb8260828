# machine: plain switch
# what: two BARs are two devices, and the engine moves a file from one to the other
a=$(iop 1)
b=$(iop 2)
bind "$a"
bind "$b"
refused "one name for two" test "$(block_of "$a")" = "$(block_of "$b")"
make_fs ext4 "/dev/$(block_of "$a")"
make_fs ext4 "/dev/$(block_of "$b")" -O ^has_journal
mount_dax "/dev/$(block_of "$a")" $mnt/a
mount_dax "/dev/$(block_of "$b")" $mnt/b
noise $mnt/a/from 16384
noise $mnt/b/to 16384
/vm/edu "$(edu)" "$(bus_of "$a" $mnt/a/from)" "$(bus_of "$b" $mnt/b/to)" 16384
cmp $mnt/a/from $mnt/b/to || fail "the second device's file is not the first's"
same "lease of the other device's file" EXDEV "$(/vm/lease try "/dev/$(block_of "$a")" $mnt/b/to)"
# One goes, the other stays.
/real/umount $mnt/a
unbind "$a"
cmp -s $mnt/b/to /dev/null && fail "the second device lost its file"
moved "16384 bytes by $(edu) from $a to $b at $(bus_of "$b" $mnt/b/to)"
