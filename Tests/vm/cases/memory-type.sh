# machine: plain topology
# what: which memory type the BAR has for the kernel, and for a program that maps a file: as published
# quick: stable@plain newest@topology
# weight: 2
[ -e /dev/pagetables ] || insmod /modules/pagetables.ko
parameters=/sys/module/iopmem/parameters
listed=/sys/kernel/debug/x86/pat_memtype_list
# From 6.15 DAX has no say in how a program maps a page.
case $(uname -r) in
6.[0-9].* | 6.1[0-4].*) follows=1 ;;
*) follows= ;;
esac

# kernel_has TYPE: in its page tables, and in its list of who maps what how, for `start` on.
kernel_has() {
  local types
  echo "physical $start" >/dev/pagetables
  same "the kernel's page tables at $start" "2M $1" "$(cat /dev/pagetables)"
  types=$(sed -n "s/^PAT: \[mem $start-0x[0-9a-f]*\] //p" $listed | sort -u)
  same "what is reserved at $start" "$1" "$types"
}
# uncachable: do the MTRRs have `start` so?
uncachable() {
  sed -n 's/^reg[0-9]*: base=\(0x[0-9a-f]*\) (.*size= *\([0-9]*\)MB, count=1: uncachable$/\1 \2/p' /proc/mtrr |
    { while read -r base size; do
      if [ $((start)) -ge $((base)) ] && [ $((start)) -lt $((base + (size << 20))) ]; then exit 0; fi
    done; exit 1; }
}
# program_has TYPE: a page that was read and then written, of a file of each filesystem.
program_has() {
  local fs
  for fs in $systems; do
    make_fs $fs "/dev/$(block_of "$f")"
    mount_dax "/dev/$(block_of "$f")" $mnt
    noise $mnt/a 4194304
    /vm/file memory-type $mnt/a >/tmp/types
    same "a program's pages of $fs" "$1 $1" "$(cut -d ' ' -f 2 /tmp/types | xargs)"
    sizes="${sizes:-}$(cut -d ' ' -f 1 /tmp/types | xargs) "
    /real/umount $mnt
  done
}
# is KERNEL PROGRAM: the types, as the page tables have them and as they are published.
is() {
  start=$(attribute "$f" cpu_address)
  kernel_has "$1"
  same "memory_type" "${1%-minus}" "$(attribute "$f" memory_type)"
  same "mmap_type" "${2%-minus}" "$(attribute "$f" mmap_type)"
  if [ -n "$follows" ]; then
    program_has "$2"
  else
    [ "$2" = write-back ] || uncachable || fail "nothing makes a program's mapping at $start uncached"
    program_has write-back
  fi
  unbind "$f"
  [ -z "$(sed -n "/mem $start-/p" $listed)" ] || fail "$start is reserved still"
}
combined=uncached-minus
[ -z "$follows" ] || combined=write-combining
f=$(iop 1) systems='ext4 xfs'
[ "$VM_MACHINE$VM_QUICK" = plain ] || systems=ext4
bind "$f"
is write-combining $combined
if [ "$VM_MACHINE" = plain ]; then
  # The same once more, and as one wants it.
  echo N >$parameters/write_combining
  bind "$f"
  is uncached-minus uncached-minus
  echo Y >$parameters/write_combining
  bind "$f"
  is write-combining $combined

  # Whoever mapped it first decides, on kernels that keep to that when the BAR is claimed.
  mkfifo /tmp/hold
  /vm/file hold-mapping "$pci/devices/$f/resource2" </tmp/hold >/tmp/held 2>&1 &
  exec 7>/tmp/hold
  wait_for 5 grep -q touched /tmp/held || fail "resource2 is not mapped: $(cat /tmp/held)"
  bind "$f"
  start=$(attribute "$f" cpu_address)
  case $(attribute "$f" memory_type) in
  uncached) kernel_has uncached-minus ;;
  *) kernel_has write-combining ;;
  esac
  unbind "$f"
  exec 7>&-
  wait

  # What is not prefetchable stays as it is.
  f=$(functions 1b36 0100) systems=ext4
  bind "$f" 0
  is uncached-minus uncached-minus
  moved "write-combining for the kernel and $combined for a program where prefetchable, else uncached; pages of $sizes"
  exit 0
fi

# Firmware that has it cached, as QEMU's has, until the case ends: others run in the same boot.
registers=$(sed -n 's/^reg[0-9]*: base=\(0x[1-9a-f][0-9a-f]*\) (.*size= *\([0-9]*\)MB.*: uncachable$/\1 \2/p' /proc/mtrr)
again() {
  echo "$registers" | while read -r base megabytes; do
    echo "base=$base size=$(printf '0x%x' $((megabytes << 20))) type=uncachable" >/proc/mtrr
  done
}
trap again EXIT
for register in $(sed -n 's/^reg0*\([0-9]*\): base=0x[1-9a-f].*/\1/p' /proc/mtrr); do
  echo "disable=$register" >/proc/mtrr
done
from_now
if [ -n "$follows" ]; then
  bind "$f"
  is write-combining write-combining
  echo N >$parameters/write_combining
fi
refused "a BAR that is cached" bind "$f"
driver_said "$f: the CPU may cache the BAR here, and miss what others write to it: not bound"
refused "a claim of the BAR by what is not bound" grep iopmem /proc/iomem
[ -z "$(sed -n "/mem $start-/p" $listed)" ] || fail "$start is reserved still, though not bound"
echo Y >$parameters/allow_cached
bind "$f"
is write-back write-back
moved "refused where the firmware has the BAR cached${follows:+ and write-combining is not wanted}"
