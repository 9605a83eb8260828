# machine: plain
# what: an aligned file is mapped by entries of 2 MiB
f=$(iop 1)
bind "$f"
dev=/dev/$(block_of "$f")
make_fs xfs "$dev"
mount_dax "$dev" $mnt
/real/xfs_io -c "extsize 2m" $mnt 2>/dev/null || true
/real/fallocate -l 8M $mnt/file
dd if=/dev/zero of=$mnt/file bs=2M count=4 conv=notrunc,fsync 2>/dev/null
offset=$(bar_offset $mnt/file)
same "the file's place in 2 MiB" 0 $((offset % 2097152))
trace=/sys/kernel/debug/tracing
echo >$trace/trace
echo 1 >$trace/events/fs_dax/dax_pmd_fault_done/enable
/vm/file hold-mapping $mnt/file >/dev/null
echo 0 >$trace/events/fs_dax/dax_pmd_fault_done/enable
# NOPAGE is the fault's success; FALLBACK would be small pages.
big=$(grep dax_pmd_fault_done $trace/trace | grep -c NOPAGE || true)
[ "$big" -ge 1 ] || fail "no fault was served by 2 MiB: $(grep -c FALLBACK $trace/trace) fell back"
moved "8388608 bytes at BAR offset $offset mapped by $big entries of 2 MiB"
