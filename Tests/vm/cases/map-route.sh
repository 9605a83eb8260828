# machine: plain switch topology
# what: no mapping for a client that has no way to the memory, unless forced; below one bridge the bus address
# quick: stable@switch
. /vm/topology.sh
case $VM_MACHINE in
topology)
  # Both below ports of one switch, which let peers' requests pass.
  f=$(at 00/03.0/00.0/00.0/00.0)
  near=$(at 00/03.0/00.0/01.0/00.0)
  far=
  ;;
switch)
  f=$(iop 1)
  near=$(functions_of_driver nvme | head -n 1)
  far=$(edu)
  ;;
*)
  f=$(iop 1)
  near=
  far=$(edu)
  ;;
esac
bind "$f"
dev=/dev/$(block_of "$f")
bus=$(printf '0x%x' $(($(attribute "$f" bus_address))))
cpu=$(printf '0x%x' $(($(attribute "$f" cpu_address))))
# The host bridge of QEMU is on no kernel's list, nor is the processor of these two machines.
answer=OK
if grep -qx CONFIG_PCI_P2PDMA=y "/boot/config-$(uname -r)"; then answer=EHOSTUNREACH; fi

mapped() { # mapped [-f] map DEVICE FUNCTION [BITS]: the address that it gets
  /vm/lease "$@" </dev/null | sed -n 's/.*address=\(0x[0-9a-f]*\).*/\1/p'
}
if [ -n "$near" ]; then
  bits=64
  # What has a driver has told its bits.
  [ ! -e "$pci/devices/$near/driver" ] || bits=
  same "below one bridge" "$bus" "$(mapped map "$dev" "$near" $bits)"
  same "below one bridge, forced" "$bus" "$(mapped -f map "$dev" "$near" $bits)"
fi
if [ -n "$far" ]; then
  same "by the host bridge" $answer "$(/vm/lease try-map "$dev" "$far" 64)"
  same "by the host bridge, forced" "$cpu" "$(mapped -f map "$dev" "$far" 64)"
  # Who was forced in lets no other in.
  sleep 1000 | /vm/lease -f map "$dev" "$far" 64 >/tmp/forced &
  wait_for 5 grep -q address= /tmp/forced || fail "not forced: $(cat /tmp/forced)"
  same "beside one that was forced" $answer "$(/vm/lease try-map "$dev" "$far" 64)"
fi
moved "nothing: ${near:+$near reaches $f below a bridge, }the host bridge: $answer"
