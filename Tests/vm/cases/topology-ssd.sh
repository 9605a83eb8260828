# machine: topology topology-iommu
# what: an SSD and its virtual function, driven by the kernel, do what check predicts of them
# kernels: stable
# quick: stable@topology
# needs: toolkit
. /vm/topology.sh

furnish 0:00/03.0/00.0/00.0/00.0 1:00/05.0/00.0
ssd=$(at 00/03.0/00.0/03.0/00.0)
echo 0 >"$pci/devices/$ssd/sriov_drivers_autoprobe"
echo 1 >"$pci/devices/$ssd/sriov_numvfs"
/vm/vf /dev/nvme0
virtual=$(basename "$(readlink "$pci/devices/$ssd/virtfn0")")
echo nvme >"$pci/devices/$virtual/driver_override"
echo "$virtual" >$pci/drivers/nvme/bind
wait_for 10 test -b /dev/nvme1n1 || fail "no disk of $virtual"

# with NAME NUMBER FUNCTION DISK: the disk's bytes into a file by the function's DMA, and back.
with() {
  local dir=$mnt/$2 happened=arrives
  set -- "$1" "$4" $(predict "$2" --for "$3")
  noise /tmp/noise 65536
  dd if=/tmp/noise of="/dev/$2" bs=64k oflag=direct 2>/dev/null
  /vm/file read-direct "/dev/$2" 0 "$dir/to" 65536
  cmp -s -n 65536 /tmp/noise "$dir/to" || happened=lost
  noise "$dir/back" 65536
  /vm/file write-direct "/dev/$2" 65536 "$dir/back" 65536
  dd if="/dev/$2" bs=64k skip=1 count=1 iflag=direct of=/tmp/back 2>/dev/null
  cmp -s /tmp/back "$dir/back" || happened=lost
  echo "$1|$4 $5, $happened" >>/tmp/found
}
with "an SSD below the memory's switch" 0 "$ssd" nvme0n1
with "an SSD, and a memory at a root port" 1 "$ssd" nvme0n1
with "its virtual function" 0 "$virtual" nvme1n1
with "its virtual function, and a memory at a root port" 1 "$virtual" nvme1n1
/real/setpci -s "$ssd" CAP_PM+4.b=3:3
with "an SSD asleep" 0 "$ssd" nvme0n1
/real/setpci -s "$ssd" CAP_PM+4.b=0:3
with "an SSD awake again" 0 "$ssd" nvme0n1
hold SSD 0 1
# As it was.
unbind "$virtual"
echo 0 >"$pci/devices/$ssd/sriov_numvfs"
