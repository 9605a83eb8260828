# machine: topology
# what: a program finds files as dma-bufs, hands them to a driver, and the engine moves their bytes
# quick: newest
# needs: toolkit
. /vm/topology.sh
f=$(at 00/03.0/00.0/00.0/00.0)
engine=$(at 00/03.0/00.0/01.0/00.0)
dev=$(iopmem bind "$f")
fresh ext4 "$dev" $mnt
noise /tmp/from 8192
noise /tmp/odd 5000
iopmem place --quiet /tmp/from /tmp/odd $mnt
iopmem place --quiet --size 8K $mnt/to
if [ ! -e /modules/importer.ko ]; then
  ends 2 "older than 7.1" iopmem export $mnt/from -- true
  moved "nothing: this kernel has no dma-bufs of peers' memory that can be taken back"
  exit 0
fi
[ -e /dev/importer ] || insmod /modules/importer.ko
truncate -s 8192 $mnt/hole
ends 2 "holes" iopmem export $mnt/hole -- true
ends 2 "whole pages" iopmem export $mnt/odd -- true
ends 0 "" iopmem export --length 4096 $mnt/odd -- true
ends 2 "has 4096 bytes there, not 8192" iopmem export --offset 4096 --length 8192 $mnt/from -- true
ends 1 "cannot run" iopmem export $mnt/from -- /no/such/program
ends 2 "whole pages" iopmem export --offset 1 --length 4096 $mnt/from -- true
wait_for 5 sh -c "/vm/lease query $dev | grep -q leases=0" || fail "a lease is left of what was refused"

# A driver's part is the importer's: it is handed the descriptors, and tells what it was given.
cat >/tmp/program <<'END'
[ "$LISTEN_FDS" = 2 ] && [ "$LISTEN_PID" = $$ ] || exit 9
exec 5<>/dev/importer 6<>/dev/importer
echo "3 $1" >&5
echo "4 $1" >&6
exec 3>&- 4>&-
{ head -n 1 <&5; head -n 1 <&6; } >/tmp/given.part
mv /tmp/given.part /tmp/given
read -r unused
END
drive "$engine"
rm -f /tmp/go
mkfifo /tmp/go
iopmem export $mnt/from $mnt/to -- sh /tmp/program "$engine" </tmp/go &
exec 7>/tmp/go
wait_for 10 test -s /tmp/given || fail "the program was given nothing"
{ read -r from bytes && read -r to _; } </tmp/given
same "the length" 8192 "$bytes"
same "the address" "$(address $mnt/from)" "$from"
for part in 0 2048 4096 6144; do
  /vm/edu "$engine" $((from + part)) $((to + part)) 2048 as-is >/dev/null
done
same "what the engine moved" "$(sum /tmp/from)" "$(sum $mnt/to)"
refused "truncation under a dma-buf" truncate -s 0 $mnt/to
exec 7>&-
wait
wait_for 5 sh -c "/vm/lease query $dev | grep -q leases=0" || fail "the leases outlive the program"
moved "8192 bytes by $engine from $from to $to, of two dma-bufs that a program was given"
