# machine: plain
# what: which memory type the kernel gave the mapping, as iopmem(4) says it does
f=$(iop 1)
bind "$f"
start=$(attribute "$f" cpu_address)
type=$(sed -n "s/^PAT: \[mem $start-0x[0-9a-f]*\] //p" /sys/kernel/debug/x86/pat_memtype_list | head -n 1)
case $type in
write-back | uncached-minus | uncached) ;;
*) fail "$start is mapped as '$type': $(grep -v loading /sys/kernel/debug/x86/pat_memtype_list | tail -n 3)" ;;
esac
moved "$(attribute "$f" length) bytes at $start are mapped $type"
