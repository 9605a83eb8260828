# machine: topology topology-iommu
# what: the library lets a client use the address that fiemap does, by as many address bits
# kernels: stable
# quick: stable@iommu
# needs: toolkit library
. /vm/topology.sh

furnish 0:00/03.0/00.0/00.0/00.0
set -- "$(at 00/03.0/00.0/01.0/00.0)" "$(at 00/07.0/00.0)"
drive "$@"
statuses=
for client in "$@"; do
  for bits in '' 32 64; do
    status=0 answered=0
    iopmem fiemap --json --for "$client" ${bits:+--address-bits $bits} $mnt/0/from \
      >/tmp/map 2>/tmp/complaint || status=$?
    /vm/watch -f "$client" ${bits:+-a $bits} $mnt/0/from </dev/null >/tmp/answer 2>&1 ||
      answered=$?
    same "$client, ${bits:-untold} bits: $(cat /tmp/complaint /tmp/answer)" $status $answered
    [ $status != 0 ] ||
      same "address for $client" "$(addresses client_address </tmp/map)" \
        "$(cut -d ' ' -f 1 /tmp/answer)"
    statuses="$statuses $status"
  done
done
case $VM_MACHINE in
topology) same "what the bits decide" " 3 2 0 3 2 0" "$statuses" ;;
*) same "what an IOMMU leaves to leases" " 2 2 2 2 2 2" "$statuses" ;;
esac
moved "nothing: the two say alike to 6 questions"
