# machine: topology topology-iommu
# what: what is switched off, redirected or too narrow on the way counts, and only as long as it is so
# kernels: stable
# quick: none
# needs: toolkit
# weight: 3
. /vm/topology.sh

furnish 0:00/03.0/00.0/00.0/00.0 1:00/05.0/00.0
client=$(at 00/03.0/00.0/01.0/00.0)
beside=$(at 00/05.0/00.1)
far=$(at 00/07.0/00.0)
narrow=$(at 00/08.0/00.0)
drive "$client" "$beside" "$far" "$narrow"
port=$(at 00/03.0/00.0/01.0)
memory_port=$(at 00/03.0/00.0/00.0)
switch_port=$(at 00/03.0)
acs() { # acs PORT BITS: request redirect is 04, completion redirect 08, upstream forwarding 10
  /real/setpci -s "$1" ECAP_ACS+6.w="$2:1c"
}
state() { # state FUNCTION BITS: memory decoding is 2, bus mastering 4
  /real/setpci -s "$1" COMMAND="$2"
}

acs "$port" 00
acs "$memory_port" 00
now "no redirect at either port" 0 "$client"
acs "$port" 04
now "request redirect at the client's port" 0 "$client"
acs "$port" 00
acs "$memory_port" 08
now "completion redirect at the memory's port" 0 "$client"
acs "$memory_port" 00
acs "$switch_port" 1c
now "redirects at the root port above the switch" 0 "$client"
acs "$port" 1c
acs "$memory_port" 1c
now "redirects everywhere" 0 "$client"
acs "$(at 00/05.0)" 00
now "no redirect at the root port of both" 1 "$beside"
acs "$(at 00/05.0)" 1c
now "redirects at the root port of both" 1 "$beside"
acs "$port" 00
acs "$memory_port" 00
acs "$switch_port" 00
acs "$(at 00/05.0)" 00

state "$client" 0:4
now "bus mastering off at the client" 0 "$client"
state "$client" 4:4
state "$port" 0:4
now "bus mastering off at the client's port" 0 "$client"
state "$port" 4:4
state "$(at 00/03.0/00.0/00.0/00.0)" 0:2
now "decoding off at the memory" 0 "$client"
state "$(at 00/03.0/00.0/00.0/00.0)" 2:2
state "$memory_port" 0:2
now "decoding off at the memory's port" 0 "$client"
state "$memory_port" 2:2
window=$(/real/setpci -s "$memory_port" PREF_MEMORY_BASE PREF_MEMORY_LIMIT)
/real/setpci -s "$memory_port" PREF_MEMORY_BASE=fff1 PREF_MEMORY_LIMIT=0001
now "window closed at the memory's port" 0 "$client"
set -- $window
/real/setpci -s "$memory_port" PREF_MEMORY_BASE="$1" PREF_MEMORY_LIMIT="$2"

now "a client that says 32 bits" 0 "$narrow" 32
now "a client of which nobody says how many bits" 0 "$narrow" untold

if [ "$VM_MACHINE" = topology-iommu ]; then
  # The kernel takes another kind of domain for a function that nobody drives.
  type=$pci/devices/$far/iommu_group/type
  echo identity >"$type"
  now "the client's IOMMU group made identity" 0 "$far"
  echo DMA >"$type"
  now "the client's IOMMU group made translating again" 0 "$far"
fi
hold Settings 0 1
