# machine: plain iommu switch
# what: a mapping ends with its client's driver, its client, its holder and its memory
# quick: stable@switch stable@iommu
f=$(iop 1)
bind "$f"
dev=/dev/$(block_of "$f")
nvme=$(functions_of_driver nvme | head -n 1)
engine=$(edu)

held() { # held COMMAND...: runs in the background, its words in /tmp/held
  rm -f /tmp/go
  mkfifo /tmp/go
  "$@" </tmp/go >/tmp/held &
  exec 5>/tmp/go
  wait_for 5 grep -q address= /tmp/held || fail "no mapping: $(cat /tmp/held)"
}
revoked() {
  echo >&5
  wait_for 5 grep -q 'revoked hangup' /tmp/held || fail "$1: not told: $(tail -n 1 /tmp/held)"
  /vm/lease query "$dev" 2>/dev/null | grep -q maps=0 || fail "$1: still mapped"
  exec 5>&-
}

same "bits for a function with a driver" EBUSY "$(/vm/lease -f try-map "$dev" "$nvme" 64)"
same "a bridge as client" EINVAL "$(/vm/lease -f try-map "$dev" "$(functions 1b36 000c | head -n 1)")"
# A function that was left at 32 bits must not be given what it cannot reach.
case $(value "$pci/devices/$engine/iommu_group/type"):$(($(attribute "$f" cpu_address) >> 32)) in
DMA*) ;;
*:0) ;;
*) same "an address beyond the mask" ERANGE "$(/vm/lease -f try-map "$dev" "$engine")" ;;
esac
mask=$(value "$pci/devices/$engine/dma_mask_bits")
same "the mask lent" OK "$(/vm/lease -f try-map "$dev" "$engine" 48)"
same "the mask given back" "$mask" "$(value "$pci/devices/$engine/dma_mask_bits")"
# One mask for all mappings of a function, over all providers, until the last of them ends.
bind "$(iop 2)"
sleep 1000 | /vm/lease -f map "$dev" "$engine" 48 >/tmp/first &
first=$!
wait_for 5 grep -q address= /tmp/first || fail "no first mapping: $(cat /tmp/first)"
sleep 1000 | /vm/lease -f map "/dev/$(block_of "$(iop 2)")" "$engine" 48 >/tmp/second &
wait_for 5 grep -q address= /tmp/second || fail "no second mapping: $(cat /tmp/second)"
sleep 1000 | /vm/lease -f map "$dev" "$engine" 48 >/tmp/third &
wait_for 5 grep -q address= /tmp/third || fail "no third mapping: $(cat /tmp/third)"
base=$(sed -n 's/.*address=\(0x[0-9a-f]*\).*/\1/p' /tmp/third)
grep -q "address=$base" /tmp/first || fail "one memory has two places: $(cat /tmp/first /tmp/third)"
same "another mask" EALREADY "$(/vm/lease -f try-map "$dev" "$engine" 64)"
kill -9 $first
wait_for 5 sh -c "/vm/lease query $dev | grep -q maps=1" || fail "the first mapping stays"
same "the mask after the first" 48 "$(value "$pci/devices/$engine/dma_mask_bits")"
noise /tmp/sent 2048
dd if=/tmp/sent of="$dev" bs=2048 conv=fsync 2>/dev/null
/vm/edu "$engine" "$base" "$(printf 0x%x $((base + 1048576)))" 2048
dd if="$dev" of=/tmp/came bs=2048 skip=512 count=1 iflag=direct 2>/dev/null
cmp /tmp/sent /tmp/came || fail "the third mapping ended with the first"
kill -9 $(pidof lease)
killall sleep
wait_for 5 grep -qx "$mask" "$pci/devices/$engine/dma_mask_bits" || fail "the mask was not given back"

# It ends when it is closed, not when the IOMMU is next told.
case $(value "$pci/devices/$engine/iommu_group/type") in
DMA*)
  echo DMA-FQ >"$pci/devices/$engine/iommu_group/type"
  same "the type of the engine's group" DMA-FQ "$(value "$pci/devices/$engine/iommu_group/type")"
  late=$(/vm/edu "$engine" late "$dev" 2097152) || fail "$(echo "$late" | sed 's/fail: //')"
  moved "$late writes of the engine came after their mapping, and did not arrive"
  ;;
esac

held /vm/lease -f map "$dev" "$nvme"
unbind "$nvme"
revoked "unbinding the client"
same "unbound client" OK "$(/vm/lease -f try-map "$dev" "$nvme")"
held /vm/lease -f map "$dev" "$nvme"
echo "$nvme" >$pci/drivers/nvme/bind
revoked "binding the client"

held /vm/lease -f map "$dev" "$engine" 64
echo 1 >"$pci/devices/$engine/remove"
revoked "removing the client"
echo 1 >$pci/rescan
wait_for 5 test -e "$pci/devices/$engine" || fail "the engine did not come back"

held /vm/lease -f map "$dev" "$engine" 64
kill -9 $(pidof lease)
wait_for 5 sh -c "/vm/lease query $dev | grep -q maps=0" || fail "killed, still mapped"
exec 5>&-

held /vm/lease -f map "$dev" "$engine" 64
unbind "$f"
echo >&5
wait_for 5 grep -q 'revoked hangup' /tmp/held || fail "unbinding the memory: not told"
exec 5>&-
bind "$f"
# Its number may be another, while somebody still has the old one open.
dev=/dev/$(block_of "$f")
same "mapping after all that" OK "$(/vm/lease -f try-map "$dev" "$engine" 64)"
moved "mappings for $nvme and $engine ended by unbind, bind, remove, SIGKILL and the memory's unbind"
