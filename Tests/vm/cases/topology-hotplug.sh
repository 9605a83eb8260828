# machine: topology topology-iommu
# what: a memory and an engine that come at run time are judged as they are, and not once they are gone
# kernels: stable
# quick: none
# needs: toolkit
# weight: 2
. /vm/topology.sh

far=$(at 00/07.0/00.0)
drive "$far"
furnish 1:00/05.0/00.0
# The first function of a slot comes last: only then does the slot's port look.
host monitor object_add memory-backend-ram,id=late,size=32M,share=on
host monitor device_add edu,id=late1,bus=free,addr=0.1,dma_mask=0xffffffffffffffff
host monitor device_add ivshmem-plain,id=late0,memdev=late,bus=free,addr=0.0,multifunction=on
came() {
  [ -e "$pci/devices/$(at 00/0d.0/00.1)" ]
}
# On a busy host the machine's firmware may miss that they came.
wait_for 10 came || echo 1 >$pci/rescan
wait_for 10 came || fail "the functions did not come"
late=$(at 00/0d.0/00.1)

/real/setpci -s "$late" COMMAND=2:2
now "an engine that came, as it is" 1 "$late"
drive "$late"
now "an engine that came, enabled" 1 "$late"
furnish 6:00/0d.0/00.0
now "a memory that came, and the engine beside it" 6 "$late"
now "a memory that came, and another root port" 6 "$far"
# Looked up while it is there.
found >/tmp/found
/real/umount $mnt/6
unbind "$(at 00/0d.0/00.0)"
host monitor device_del late0
wait_for 30 sh -c "[ ! -e $pci/devices/$late ]" || fail "the functions did not go"
ends 1 "no such PCI function" iopmem check --for "$late" "$(cat $mnt/1.device)"
hold Hot-plug 1
