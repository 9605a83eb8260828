# machine: topology
# what: the library's dma-bufs are where a driver's engine moves bytes, and hold the layout by themselves
# quick: newest
# needs: toolkit library
. /vm/topology.sh
f=$(at 00/03.0/00.0/00.0/00.0)
engine=$(at 00/03.0/00.0/01.0/00.0)
dev=$(iopmem bind "$f")
fresh ext4 "$dev" $mnt
noise /tmp/from 8192
iopmem place --quiet /tmp/from $mnt
iopmem place --quiet --size 8K $mnt/to
if [ ! -e /modules/importer.ko ]; then
  ends 2 "cannot be exported: the kernel is older than 7.1" /vm/dmabuf $mnt/from "$engine"
  # EOPNOTSUPP.
  same "the kernel's error" 95 "$(cut -d : -f 1 /tmp/complaint)"
  moved "nothing: this kernel has no dma-bufs of peers' memory that can be taken back"
  exit 0
fi
[ -e /dev/importer ] || insmod /modules/importer.ko
noise /tmp/odd 5000
iopmem place --quiet /tmp/odd $mnt
ends 2 "whole pages" /vm/dmabuf $mnt/odd "$engine"
rm -f $mnt/hole
truncate -s 8192 $mnt/hole
ends 2 "has a hole" /vm/dmabuf $mnt/hole "$engine"

# give FILE FD: a program hands the file to the engine's driver, and keeps it until FD is closed.
give() {
  rm -f "/tmp/keep.$2"
  mkfifo "/tmp/keep.$2"
  /vm/dmabuf "$mnt/$1" "$engine" <"/tmp/keep.$2" >"/tmp/given.$1" 2>"/tmp/complaint.$1" &
  eval "exec $2>/tmp/keep.$2"
  wait_for 10 grep -q end "/tmp/given.$1" || fail "no import of $1: $(cat "/tmp/complaint.$1")"
}

drive "$engine"
give from 8
give to 9
read -r from bytes </tmp/given.from
read -r to _ </tmp/given.to
same "the length" 8192 "$bytes"
same "the address" "$(address $mnt/from)" "$from"
for part in 0 2048 4096 6144; do
  /vm/edu "$engine" $((from + part)) $((to + part)) 2048 as-is >/dev/null
done
same "what the engine moved" "$(sum /tmp/from)" "$(sum $mnt/to)"
refused "truncation under a driver's dma-buf" truncate -s 0 $mnt/to
exec 8>&- 9>&-
wait
wait_for 5 sh -c "/vm/lease query $dev | grep -q leases=0" || fail "the leases outlive the programs"
truncate -s 0 $mnt/to
moved "8192 bytes by $engine from $from to $to, of two dma-bufs that the library made"
