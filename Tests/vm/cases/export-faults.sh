# machine: topology
# what: each call that may fail while a dma-buf is made and attached is made to fail: nothing is left of it
# kernels: newest
# quick: newest
# weight: 2
. /vm/topology.sh
[ -e /dev/importer ] || insmod /modules/importer.ko
f=$(at 00/03.0/00.0/00.0/00.0)
engine=$(at 00/03.0/00.0/01.0/00.0)
bind "$f"
dev=/dev/$(block_of "$f")
make_fs ext4 "$dev"
mount_dax "$dev" $mnt
# More pieces than there is room for at first.
/vm/file scatter $mnt/file $((20 * 4096)) 4096
buffers() { # buffers: dma-bufs that there are
  sed -n 's/^Total \([0-9]*\) objects.*/\1/p' /sys/kernel/debug/dma_buf/bufinfo
}
base=$(buffers)
# After the driver, whose calls it looks for.
insmod /modules/faults.ko
for round in 1 2; do
  /vm/buffer faults "$dev" $mnt/file 0 $((20 * 4096)) "$engine" >/tmp/faults || fail "$(tail -n 1 /tmp/faults)"
  cat /tmp/faults
  # Each as often as it is called, and how the request ended by it.
  sort /tmp/faults | uniq -c | awk '{ print $1, $2, $3, $4 }' >/tmp/found
  cat >/tmp/expected <<'END'
2 __kmalloc_cache_noprof export ENOMEM
1 __kvmalloc_node_noprof attach ENOMEM
1 dma_buf_attach_revocable attach EOPNOTSUPP
1 dma_buf_export export ENOMEM
20 dma_buf_phys_vec_to_sgt attach ENOMEM
1 get_unused_fd_flags export EMFILE
2 kvrealloc_node_align_noprof export ENOMEM
1 none attach OK
1 pcim_p2pdma_provider export EOPNOTSUPP
1 pin_user_pages_fast export ENOMEM
1 sg_alloc_table attach ENOMEM
1 vm_mmap export ENOMEM
END
  same "calls that were failed" "$(sort -k 2 /tmp/expected)" "$(sort -k 2 /tmp/found)"
  same "leases left" 0 "$(/vm/lease query "$dev" | sed 's/.*leases=\([0-9]*\).*/\1/')"
  same "dma-bufs left" "$base" "$(buffers)"
  same "the layout afterwards" OK "$(/vm/file attempt extend $mnt/file)"
done
rmmod faults
# What a path of failure still held would keep the driver from going.
same "all of it, with nothing failing" OK "$(/vm/buffer try "$dev" $mnt/file 0 $((20 * 4096)))"
/real/umount $mnt
unbind "$f"
rmmod iopmem || fail "the driver is still held"
moved "nothing: $(($(wc -l </tmp/faults) - 1)) calls failed, twice, each as it should"
