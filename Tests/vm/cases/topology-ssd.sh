# machine: topology topology-pt topology-iommu topology-intel
# what: an SSD and its virtual function, driven by the kernel, do what check predicts of them
# needs: toolkit
. /vm/topology.sh

furnish 0 00/03.0/00.0/00.0/00.0
furnish 1 00/05.0/00.0
ssd=$(at 00/03.0/00.0/03.0/00.0)
echo 0 >"$pci/devices/$ssd/sriov_drivers_autoprobe"
echo 1 >"$pci/devices/$ssd/sriov_numvfs"
/vm/vf /dev/nvme0
virtual=$(basename "$(readlink "$pci/devices/$ssd/virtfn0")")
echo nvme >"$pci/devices/$virtual/driver_override"
echo "$virtual" >$pci/drivers/nvme/bind
wait_for 10 test -b /dev/nvme1n1 || fail "no disk of $virtual"

# now NAME NUMBER FUNCTION DISK: the disk's bytes into the file by the function's DMA, and back.
now() {
  local dir=$mnt/$2 happened=arrives
  set -- "$1" "$4" $(predicted "$2" "$3")
  noise /tmp/noise 65536
  dd if=/tmp/noise of="/dev/$2" bs=64k oflag=direct 2>/dev/null
  /vm/file read-direct "/dev/$2" 0 "$dir/to" 65536
  cmp -s -n 65536 /tmp/noise "$dir/to" || happened=lost
  noise "$dir/from" 65536
  /vm/file write-direct "/dev/$2" 65536 "$dir/from" 65536
  dd if="/dev/$2" bs=64k skip=1 count=1 iflag=direct of=/tmp/back 2>/dev/null
  cmp -s /tmp/back "$dir/from" || happened=lost
  row SSD "$1" "$4 $3, $happened"
}
now "an SSD below the memory's switch" 0 "$ssd" nvme0n1
now "an SSD, and a memory at a root port" 1 "$ssd" nvme0n1
now "its virtual function" 0 "$virtual" nvme1n1
now "its virtual function, and a memory at a root port" 1 "$virtual" nvme1n1
/real/setpci -s "$ssd" CAP_PM+4.b=3:3
now "an SSD asleep" 0 "$ssd" nvme0n1
/real/setpci -s "$ssd" CAP_PM+4.b=0:3
now "an SSD awake again" 0 "$ssd" nvme0n1
compare 0
compare 1
held SSD
# As it was.
unbind "$virtual"
echo 0 >"$pci/devices/$ssd/sriov_numvfs"
