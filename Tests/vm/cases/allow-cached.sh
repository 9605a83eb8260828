# machine: arm64
# what: no function is bound where the CPU may cache its BAR, unless the driver is told to
# quick: none
f=$(iop 1)
parameter=/sys/module/iopmem/parameters/allow_cached
echo N >$parameter
refused "a BAR that may be cached" bind "$f"
driver_said "$f: the CPU may cache the BAR here, and miss what others write to it: not bound"
refused "a claim of the BAR by what is not bound" grep iopmem /proc/iomem
echo Y >$parameter
bind "$f" || fail "not bound with the parameter"
driver_said "$f: the CPU may cache the BAR, as allow_cached lets it"
# Nobody can tell here what the page tables have.
same "memory_type" unknown "$(attribute "$f" memory_type)"
same "mmap_type" unknown "$(attribute "$f" mmap_type)"
moved "$(attribute "$f" length) bytes of $f refused without allow_cached, bound with it"
