# machine: topology topology-iommu
# what: unplugged, a memory is taken from the importers of its dma-bufs, and what is plugged in there is safe
# kernels: newest
# quick: none
# weight: 4
# processors: 2
. /vm/engine.sh
# Who looks after the slot: ACPI, or the port's own driver.
port=$(basename "$(dirname "$(readlink -f "$pci/devices/$f")")")
keeper=acpiphp
for service in /sys/bus/pci_express/drivers/pciehp/"$port":*; do
  [ ! -e "$service" ] || keeper=pciehp
done
buffers() { # buffers: dma-bufs that there are
  sed -n 's/^Total \([0-9]*\) objects.*/\1/p' /sys/kernel/debug/dma_buf/bufinfo
}
none_left() {
  [ "$(buffers)" = "$base" ]
}
base=$(buffers)

# furnish: a file on the memory that is plugged in now.
furnish() {
  make_fs ext4 "$dev" -O ^has_journal
  mount_dax "$dev" $mnt
  noise $mnt/load 4096
  written=$(piece $mnt/load 0 2048)
  there=$(bar_offset $mnt/load)
  { dd if=$mnt/load bs=2048 count=1 && head -c 2048 /dev/zero; } 2>/dev/null >/tmp/load
}
bind_it() {
  bind "$f"
  dev=/dev/$(block_of "$f")
  address=$(attribute "$f" bus_address)
}
# hold WORD...: the file as a dma-buf, of one process, with an importer, of another, until let_go.
hold() {
  rm -f /tmp/in /tmp/keep /tmp/socket /tmp/lease /tmp/exporter /tmp/out
  mkfifo /tmp/in /tmp/keep
  /vm/lease hold "$dev" $mnt/load </tmp/keep >/tmp/lease &
  lease=$!
  exec 6>/tmp/keep
  wait_for 5 grep -q leases=1 /tmp/lease || fail "no lease"
  /vm/buffer pass "$dev" $mnt/load 0 4096 /tmp/socket >/tmp/exporter 2>&1 &
  exporter=$!
  wait_for 5 grep -q ready /tmp/exporter || fail "no export: $(cat /tmp/exporter)"
  /vm/buffer receive /tmp/socket "$engine" "$@" </tmp/in >/tmp/out 2>&1 &
  importer=$!
  exec 7>/tmp/in
  wait_for 5 grep -q end /tmp/out || fail "no import: $(cat /tmp/out)"
}
let_go() {
  kill -9 "$importer" "$exporter" "$lease"
  exec 6>&- 7>&-
  wait "$importer" "$exporter" "$lease" || true
}
# stays_empty WHEN: ten times as long as the engine takes for a round.
stays_empty() {
  wipe
  sleep 2
  same "$1: what arrives" "$nothing" "$(target)"
}
drive "$engine"
bind_it
for way in slow moves 'moves deaf'; do
  furnish
  # shellcheck disable=SC2086 # words
  hold $way
  case $way in moves*) moves "$way, before" ;; esac
  before=$address
  from_now "$way"
  began=$(cut -d . -f 1 /proc/uptime)
  unplug iop0 "$f" || fail "$way: the function did not go"
  took=$(($(cut -d . -f 1 /proc/uptime) - began))
  same "$way: what the importer has" revoked "$(answers query)"
  same "$way: what it has when it asks again" revoked "$(answers again)"
  grep -q ENODEV /tmp/out || fail "$way: mapped again of what is gone"
  same "$way: a sync of what is gone" ENODEV "$(/vm/buffer sync /tmp/socket)"
  /vm/buffer receive /tmp/socket "$engine" </dev/null >/tmp/late 2>&1 || true
  grep -q 'No such device' /tmp/late || fail "$way: an import of what is gone: $(cat /tmp/late)"
  echo >&6
  wait_for 5 grep -q 'revoked hangup' /tmp/lease || fail "$way: the lease was not ended: $(tail -n 1 /tmp/lease)"
  wait_for 5 /real/umount $mnt || fail "$way: the dead filesystem is held"
  [ ! -e "$dev" ] || fail "$way: $dev is still there"

  # Another memory, where that one was: the old dma-buf is open still, and leads nowhere.
  sleep 1
  plug iop0 "$f" "after-$(echo "$way" | tr ' ' -)" a0 32M || fail "$way: no function comes"
  bind_it
  same "$way: where the new memory is" "$before" "$address"
  # What the engine would copy.
  dd if=/tmp/load of="$dev" bs=4096 seek=$((there / 4096)) conv=notrunc,fsync 2>/dev/null
  same "$way: mapped again of another memory" revoked "$(answers again)"
  case $VM_MACHINE:$way in
  # That it would be seen: nobody stops such an engine but an IOMMU.
  topology:*deaf) moves "$way, into a memory that is not its own" ;;
  *) stays_empty "$way" ;;
  esac
  let_go
  wait_for 5 none_left || fail "$way: a dma-buf is left of those who were killed"
  waited="${waited:+$waited, }$took s"
done
stays_empty "with the engine stopped"
unbind "$f"
rmmod iopmem || fail "the driver is still held"
moved "2048 bytes by $engine, again and again, and none after it was unplugged, by $keeper, which took $waited"
