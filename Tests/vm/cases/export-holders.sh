# machine: topology
# what: a dma-buf in another process is as good, outlives who exported it, and keeps the file in place
# kernels: newest
# quick: newest
# weight: 2
# processors: 2
. /vm/topology.sh
[ -e /dev/importer ] || insmod /modules/importer.ko
f=$(at 00/03.0/00.0/00.0/00.0)
engine=$(at 00/03.0/00.0/01.0/00.0)
beside=$(at 00/03.0/00.0/00.0/00.1)
bind "$f"
dev=/dev/$(block_of "$f")
make_fs ext4 "$dev"
mount_dax "$dev" $mnt
noise $mnt/from 8192
noise $mnt/to 8192
address=$(bus_of "$f" $mnt/from)
buffers() { # buffers: dma-bufs that there are
  sed -n 's/^Total \([0-9]*\) objects.*/\1/p' /sys/kernel/debug/dma_buf/bufinfo
}
# import NUMBER FUNCTION: another process with the dma-buf, its input a pipe.
import() {
  rm -f "/tmp/in$1"
  mkfifo "/tmp/in$1"
  /vm/buffer receive /tmp/socket "$2" <"/tmp/in$1" >"/tmp/out$1" 2>&1 &
  echo $! >"/tmp/pid$1"
  # Whoever opens it later would wait.
  sleep 1000 >"/tmp/in$1" &
  wait_for 5 grep -q end "/tmp/out$1" || fail "no import: $(cat "/tmp/out$1")"
  same "what process $1 has for $2" "$address 8192" "$(head -n 1 "/tmp/out$1")"
}
# answers NUMBER WORD: the importer's next answer.
answers() {
  local before
  before=$(grep -c end "/tmp/out$1")
  echo "$2" >"/tmp/in$1"
  wait_for 5 sh -c "[ \$(grep -c end /tmp/out$1) -gt $before ]" || fail "no answer of $1 to $2"
  tail -n 2 "/tmp/out$1" | head -n 1
}
immovable() { # immovable WHEN
  same "the layout $1" ETXTBSY "$(/vm/file attempt truncate $mnt/from)"
  same "the unlinking $1" EPERM "$(/vm/file attempt unlink $mnt/from)"
  refused "unmounting $1" /real/umount $mnt
}
base=$(buffers)
/vm/buffer pass "$dev" $mnt/from 0 8192 /tmp/socket >/tmp/exporter 2>&1 &
exporter=$!
wait_for 5 grep -q ready /tmp/exporter || fail "no export: $(cat /tmp/exporter)"
import 1 "$engine"
import 2 "$beside"
same "dma-bufs" 1 $(($(buffers) - base))
same "leases" 1 "$(/vm/lease query "$dev" | sed 's/.*leases=\([0-9]*\).*/\1/')"
immovable "under three processes"
# Who has written through his own mapping says so, and the driver waits until it has arrived.
writes() {
  awk '{ print $5 }' "/sys/block/$(block_of "$f")/stat"
}
before=$(writes)
same "a sync" OK "$(/vm/buffer sync /tmp/socket)"
[ "$(writes)" -gt "$before" ] || fail "nothing is flushed by a sync"
{
  kill -9 $exporter
  wait $exporter || true
} 2>/dev/null
immovable "with the exporter killed"
same "what 1 has with the exporter killed" "$address 8192" "$(answers 1 query)"

# It is good for DMA, too.
drive "$engine"
to=$(bus_of "$f" $mnt/to)
for part in 0 2048 4096 6144; do
  /vm/edu "$engine" $((address + part)) $((to + part)) 2048 as-is >/dev/null
done
same "what $engine moved" "$(sum $mnt/from)" "$(sum $mnt/to)"

# A reset takes it from both.
echo 1 >"$(readlink -f "$pci/devices/$f")/../reset_subordinate"
same "what 1 has after a reset" revoked "$(answers 1 query)"
same "what 2 has after a reset" revoked "$(answers 2 query)"
immovable "with nobody mapped"
same "what 2 has when it asks again" "$address 8192" "$(answers 2 again)"
kill -9 "$(cat /tmp/pid1)"
immovable "with one importer killed"
kill -9 "$(cat /tmp/pid2)"
wait_for 5 sh -c "/vm/lease query $dev | grep -q leases=0" || fail "a lease is left of those who were killed"
none_left() {
  [ "$(buffers)" = "$base" ]
}
wait_for 5 none_left || fail "a dma-buf is left of those who were killed"
same "truncation when all are killed" OK "$(/vm/file attempt truncate $mnt/from)"
same "unlinking when all are killed" OK "$(/vm/file attempt unlink $mnt/from)"

# Who is passed it when it is dead already gets nothing.
rm -f /tmp/socket /tmp/exporter
noise $mnt/from 8192
/vm/buffer pass "$dev" $mnt/from 0 8192 /tmp/socket >/tmp/exporter 2>&1 &
wait_for 5 grep -q ready /tmp/exporter || fail "no second export: $(cat /tmp/exporter)"
unbind "$f"
same "a sync of what is gone" ENODEV "$(/vm/buffer sync /tmp/socket)"
/vm/buffer receive /tmp/socket "$engine" </dev/null >/tmp/out3 2>&1 || true
grep -q 'No such device' /tmp/out3 || fail "an import of what is gone: $(cat /tmp/out3)"
wait_for 5 /real/umount $mnt || fail "the dead filesystem is held"
moved "8192 bytes by $engine of a dma-buf that two processes were passed and whose exporter was killed"
