# machine: topology-iommu
# what: a mapping ends with its client's domain, when a neighbour's driver takes that of their group
# quick: none
. /vm/topology.sh
bind "$(at 00/03.0/00.0/00.0/00.0)"
dev=/dev/$(block_of "$(at 00/03.0/00.0/00.0/00.0)")
client=$(at 00/06.0/00.1)
neighbour=$(at 00/06.0/00.0)
stranger=$(at 00/05.0/00.0)
group() {
  basename "$(readlink "$pci/devices/$1/iommu_group")"
}
take() { # take FUNCTION: as for a virtual machine
  echo vfio-pci >"$pci/devices/$1/driver_override"
  echo "$1" >$pci/drivers_probe
  same "driver of $1" vfio-pci "$(basename "$(readlink "$pci/devices/$1/driver")")"
}
same "the neighbour's group" "$(group "$client")" "$(group "$neighbour")"
[ "$(group "$client")" != "$(group "$stranger")" ] || fail "all functions are in one group"

rm -f /tmp/go
mkfifo /tmp/go
/vm/lease map "$dev" "$client" 64 </tmp/go >/tmp/held &
exec 5>/tmp/go
wait_for 5 grep -q address= /tmp/held || fail "no mapping: $(cat /tmp/held)"
take "$stranger"
echo >&5
wait_for 5 sh -c 'test "$(grep -c address= /tmp/held)" = 2' || fail "the holder is silent"
if grep -q revoked /tmp/held; then fail "the mapping ended with a stranger's driver"; fi
take "$neighbour"
echo >&5
wait_for 5 grep -q 'revoked hangup' /tmp/held || fail "not told: $(tail -n 1 /tmp/held)"
/vm/lease query "$dev" | grep -q maps=0 || fail "still mapped"
exec 5>&-
same "a mapping beside such a driver" EBUSY "$(/vm/lease try-map "$dev" "$client" 64)"
same "a mapping for such a driver" EBUSY "$(/vm/lease try-map "$dev" "$neighbour")"
unbind "$neighbour"
same "a mapping after it" OK "$(/vm/lease try-map "$dev" "$client" 64)"
moved "the mapping of $client ended with vfio-pci at $neighbour"
