# machine: topology topology-pt topology-iommu topology-intel
# what: a memory and an engine that come at run time are judged as they are, and not once they are gone
# needs: toolkit
. /vm/topology.sh

far=$(at 00/07.0/00.0)
drive "$far"
furnish 1 00/05.0/00.0
# The first function of a slot comes last: only then does the slot's port look.
host monitor object_add memory-backend-ram,id=late,size=32M,share=on
host monitor device_add edu,id=late1,bus=free,addr=0.1,dma_mask=0xffffffffffffffff
host monitor device_add ivshmem-plain,id=late0,memdev=late,bus=free,addr=0.0,multifunction=on
wait_for 30 test -e "$pci/devices/$(at 00/0d.0/00.1)" || fail "the functions did not come"
late=$(at 00/0d.0/00.1)

slot=0
now() { # now NAME NUMBER FUNCTION
  try $slot "$2" "$3"
  echo "$1|$2" >>/tmp/rows
  slot=$((slot + 1))
}
/real/setpci -s "$late" COMMAND=2:2
now "an engine that came, as it is" 1 "$late"
drive "$late"
now "an engine that came, enabled" 1 "$late"
furnish 6 00/0d.0/00.0
now "a memory that came, and the engine beside it" 6 "$late"
now "a memory that came, and another root port" 6 "$far"
rows Hot-plug
/real/umount $mnt/6
iopmem unbind "$(at 00/0d.0/00.0)"
host monitor device_del late0
wait_for 30 sh -c "[ ! -e $pci/devices/$late ]" || fail "the functions did not go"
ends 1 "no such PCI function" iopmem check --for "$late" "$(cat /tmp/device-1)"
compare 1
held Hot-plug
