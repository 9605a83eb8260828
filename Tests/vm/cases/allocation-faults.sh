# machine: iommu
# what: each allocation that the driver makes or causes fails in turn: nothing is left, and all works after it
# kernels: sanitized
# processors: 2
f=$(iop 1)
engine=$(edu)
# Those alone that have a module among their callers, which here the driver is: modules lie above
# (Documentation/arch/x86/x86_64/mm.rst). Not whole pages: of these KASAN takes thousands for a window.
slab=/sys/kernel/debug/failslab
echo 0xffffffffa0000000 >$slab/require-start
echo 0xffffffffff000000 >$slab/require-end
echo 32 >$slab/stacktrace-depth
# What the kernel does not take back: __add_pages in mm/memory_hotplug.c keeps what it added before it failed,
# and the BAR can be given no pages until the next boot.
sort /proc/kallsyms | awk '$3 == "memremap_pages" { print $1; getline; print $1 }' >/tmp/kept
same "places of memremap_pages" 2 "$(wc -l </tmp/kept)"
echo "0x$(sed -n 1p /tmp/kept)" >$slab/reject-start
echo "0x$(sed -n 2p /tmp/kept)" >$slab/reject-end
# Those that could wait for memory, too.
echo N >$slab/ignore-gfp-wait
echo 0 >$slab/verbose
total=0

# each WHAT UNDO COMMAND...: the command as often as it has allocations, each time with another of them
# failing, until none does; UNDO looks at what came of it, by $status and /tmp/said, and takes it back.
each() {
  local what=$1 undo=$2 n=1
  shift 2
  while :; do
    status=0
    /vm/failing $n /tmp/left "$@" >/tmp/said 2>&1 || status=$?
    case=$what/$n
    "$undo"
    [ "$(cat /tmp/left)" = 0 ] || break
    n=$((n + 1))
    [ $n -lt 2000 ] || fail "$what has no end of allocations"
  done
  [ $status -eq 0 ] || fail "$what without a fault ends with $status: $(cat /tmp/said)"
  [ $n -gt 1 ] || [ -n "${may_be_none:-}" ] || fail "$what had no allocation to fail"
  total=$((total + n - 1))
  host say "$what: $((n - 1)) allocations failed in turn"
}

unloaded() {
  if [ $status -eq 0 ]; then rmmod iopmem || fail "$case: the driver stays"; fi
  [ ! -e /sys/module/iopmem ] || fail "$case: half of the driver is there"
}

unbound() {
  if [ -e "$pci/devices/$f/driver" ]; then
    [ $status -eq 0 ] || fail "$case: bound, and told to have failed"
    dd if="/dev/$(block_of "$f")" of=/dev/null bs=4096 count=1 2>/dev/null || fail "$case: cannot be read"
    unbind "$f"
  fi
  nothing_of_it
}

# The other way round: it must go, whatever fails.
bound() {
  [ ! -e "$pci/devices/$f/driver" ] || fail "$case: is still bound"
  nothing_of_it
  bind "$f" || fail "$case: is not bound again"
}

nothing_of_it() {
  if ls /sys/block | grep -q iopmem; then fail "$case: a block device is left"; fi
  if grep -q iopmem /proc/iomem; then fail "$case: the BAR is still claimed: $(grep iopmem /proc/iomem)"; fi
}

# A request that was refused, or ended, leaves no lease and no mapping, and the file is its owner's.
let_go_of() {
  grep -qE '^(OK|E[A-Z]+|fail: .*|abi=.*)$' /tmp/said || fail "$case: $(cat /tmp/said)"
  same "$case: what is held" "leases=0 maps=0" \
    "$(/vm/lease query "$dev" | grep -o 'leases=[0-9]* maps=[0-9]*')"
  [ ! -e $mnt/file ] || same "$case: the file afterwards" OK "$(/vm/file attempt write $mnt/file)"
}

unmounted() {
  if grep -q " $mnt " /proc/mounts; then /real/umount $mnt || fail "$case: does not unmount"; fi
}

nothing() {
  return 0
}

rmmod iopmem
may_be_none=1
each load unloaded /bin/insmod /modules/iopmem.ko
may_be_none=
fresh_driver
echo iopmem >"$pci/devices/$f/driver_override"
each bind unbound /bin/sh -c "echo $f >$pci/drivers/iopmem/bind"
bind "$f"
may_be_none=1
each unbind bound /bin/sh -c "echo $f >$pci/drivers/iopmem/unbind"
dev=/dev/$(block_of "$f")
for fs in ext4 xfs; do
  make_fs $fs "$dev"
  each "$fs mount" unmounted /real/mount -o dax=always "$dev" $mnt
  mount_dax "$dev" $mnt
  each "$fs write" nothing /vm/file noise $mnt/file 1048576
  noise $mnt/file 1048576
  may_be_none=
  each "$fs lease" let_go_of /vm/lease try "$dev" $mnt/file
  each "$fs lease for a client" let_go_of /vm/lease -f hold-for "$dev" $mnt/file "$engine" 64
  may_be_none=1
  /real/umount $mnt
  sound $fs "$dev"
done
may_be_none=
each "map" let_go_of /vm/lease -f try-map "$dev" "$engine" 64
unbind "$f"
nothing_of_it
rmmod iopmem || fail "the driver is still held"
moved "nothing: $total allocations failed, each in turn"
