# machine: plain switch topology topology-iommu
# what: a file as a dma-buf is where its importer's DMA finds it, and is taken back when the memory goes
# quick: newest@topology
# weight: 2
. /vm/topology.sh
f=$(iop 1) systems='ext4 xfs' engines='' barred=''
case $VM_MACHINE in
topology)
  f=$(at 00/03.0/00.0/00.0/00.0)
  engines="$(at 00/03.0/00.0/01.0/00.0) $(at 00/07.0/00.0)"
  systems=ext4
  ;;
topology-iommu)
  f=$(at 00/03.0/00.0/00.0/00.0)
  engines=$(at 00/07.0/00.0)
  systems=ext4
  ;;
switch) client=$(functions_of_driver nvme | head -n 1) ;;
*)
  # Its host bridge is on no kernel's list.
  barred=$(edu)
  client=$barred
  ;;
esac
client=${client:-${engines##* }}

tries() { # tries FILE OFFSET LENGTH: how an export ends
  /vm/buffer try "$dev" "$mnt/$1" "$2" "$3"
}
imported() { # imported FILE FUNCTION WORD...: what an importer is given, or why not
  local file=$1
  shift
  /vm/buffer hold "$dev" "$mnt/$file" 0 8192 "$@" </dev/null 2>&1
}
hold() { # hold NAME FUNCTION WORD...: the file of that name as a dma-buf, until `let_go NAME`
  local name=$1
  shift
  # What the last one said is not this one's.
  rm -f "/tmp/$name.in" "/tmp/$name.out"
  mkfifo "/tmp/$name.in"
  /vm/buffer hold "$dev" "$mnt/$name" 0 8192 "$@" <"/tmp/$name.in" >"/tmp/$name.out" 2>&1 &
  echo $! >"/tmp/$name.pid"
  # Whoever opens it later would wait.
  sleep 1000 >"/tmp/$name.in" &
  wait_for 5 grep -q end "/tmp/$name.out" || fail "$name: no import: $(cat "/tmp/$name.out")"
}
say() { # say NAME WORD: and the importer's next answer
  local before
  before=$(grep -c end "/tmp/$1.out")
  echo "$2" >"/tmp/$1.in"
  wait_for 5 sh -c "[ \$(grep -c end /tmp/$1.out) -gt $before ]" || fail "$1: no answer to $2"
  tail -n 2 "/tmp/$1.out" | head -n 1
}
let_go() {
  kill -9 "$(cat "/tmp/$1.pid")"
}
no_leases() {
  wait_for 5 sh -c "/vm/lease query $dev | grep -q leases=0"
}

# What is not there, or not yet, is never handed out.
refusals() {
  noise $mnt/odd 5000
  truncate -s 8192 $mnt/hole
  /real/fallocate -l 8192 $mnt/unwritten
  noise $mnt/half 4096
  truncate -s 8192 $mnt/half
  same "$fs: all of a file" OK "$(tries from 0 8192)"
  same "$fs: a part of it" OK "$(tries from 4096 4096)"
  same "$fs: past the end" ENODATA "$(tries from 4096 8192)"
  same "$fs: a last block that is not the file's" ENODATA "$(tries odd 0 8192)"
  same "$fs: the block before it" OK "$(tries odd 0 4096)"
  same "$fs: a hole" ENODATA "$(tries hole 0 8192)"
  same "$fs: what was never written" ENODATA "$(tries unwritten 0 8192)"
  same "$fs: a hole behind data" ENODATA "$(tries half 0 8192)"
  same "$fs: the hole is one still" 0 "$(stat -c %b $mnt/hole)"
  no_leases || fail "$fs: a lease is left of what was refused"
  for kind in host pinned; do
    case $(imported from "$client" $kind) in
    *'not supported'*) ;;
    *) fail "$fs: attached by an importer that is $kind" ;;
    esac
  done
}

# Each piece of a file of many is where the filesystem says.
in_pieces() {
  noise $mnt/many 262144
  for block in 2 5 9 14 20 27 35; do
    /real/fallocate -c -o $((block * 4096)) -l 4096 $mnt/many
  done
  sync
  /vm/buffer hold "$dev" $mnt/many 0 "$(stat -c %s $mnt/many)" "$client" </dev/null >/tmp/many ||
    fail "$fs: $(cat /tmp/many)"
  grep 0x /tmp/many >/tmp/pieces
  /real/filefrag -b4096 -v $mnt/many | tr -d :. | awk '$1 ~ /^[0-9]+$/ { print $4, $6 }' |
    while read -r block blocks; do
      printf '0x%x %d\n' $((at_bus + block * 4096)) $((blocks * 4096))
    done >/tmp/extents
  [ "$(wc -l </tmp/extents)" -ge 8 ] || fail "$fs: the file has $(wc -l </tmp/extents) extents"
  if [ "$VM_MACHINE" = topology-iommu ]; then
    # In the engine's domain they may lie side by side.
    same "$fs: the bytes of all pieces" "$(stat -c %s $mnt/many)" \
      "$(awk '{ sum += $2 } END { print sum }' /tmp/pieces)"
  else
    same "$fs: the pieces" "$(cat /tmp/extents)" "$(cat /tmp/pieces)"
  fi
  pieces=$((pieces + $(wc -l </tmp/extents)))
  no_leases || fail "$fs: the lease outlives its importer"
}

# Every byte of one file to another, by the addresses that the engine's driver is given.
move() { # move ENGINE
  dd if=/dev/zero of=$mnt/to bs=8192 count=1 conv=notrunc
  hold from "$1"
  hold to "$1"
  drive "$1"
  from=$(head -n 1 /tmp/from.out)
  to=$(head -n 1 /tmp/to.out)
  same "the length for $1" 8192 "${from#* }"
  refused "truncation under $1" truncate -s 0 $mnt/to
  for part in 0 2048 4096 6144; do
    /vm/edu "$1" $((${from% *} + part)) $((${to% *} + part)) 2048 as-is >/dev/null
    bytes=$((bytes + 2048))
  done
  same "what $1 moved" "$(sum $mnt/from)" "$(sum $mnt/to)"
  let_go from
  let_go to
  no_leases || fail "the lease outlives its importer"
}

# le NUMBER BYTES: little-endian.
le() {
  local n
  for n in $(seq 0 $(($2 - 1))); do
    # shellcheck disable=SC2059 # an escape, made anew each time
    printf "\\$(printf %03o $(($1 >> (8 * n) & 255)))"
  done
}
# prps ADDRESS: two pages as an NVMe command's, in the form of iopmem-sg(5).
prps() {
  printf IOPMEMSG
  for field in 1:2 64:2 8:2 2:2 0:8 8192:8 "$(($1)):8" "$(($1 + 4096)):8" 0:8 0:8; do
    le "${field%:*}" "${field#*:}"
  done
}
# The same by an SSD that a program drives: a file to the SSD, and what was there to another.
ssd_moves() {
  noise $mnt/queues 65536
  noise $mnt/lists 65536
  noise /tmp/there 8192
  dd if=/tmp/there of=/dev/nvme0n1 bs=4096 conv=fsync 2>/dev/null
  dd if=/dev/zero of=$mnt/to bs=8192 count=1 2>/dev/null
  unbind "$client"
  hold from "$client"
  hold to "$client"
  for name in from to; do
    read -r address length <"/tmp/$name.out"
    same "the length for $client" 8192 "$length"
    prps "$address" >"/tmp/$name.prps"
  done
  printf '%s\n' "write 32 /tmp/from.prps" "read 0 /tmp/to.prps" |
    /vm/nvme "$client" $mnt/queues "$(bus_of "$f" $mnt/queues)" $mnt/lists "$(bus_of "$f" $mnt/lists)" \
      >/tmp/rounds || fail "$fs: $(sed -n 's/^fail: //p' /tmp/rounds)"
  same "what $client brought" "$(sum /tmp/there)" "$(sum $mnt/to)"
  host sum nvme 16384+8192 "$(sum $mnt/from)"
  bytes=$((bytes + 16384))
  let_go from
  let_go to
  no_leases || fail "the lease outlives its importer"
  echo "$client" >$pci/drivers/nvme/bind
  wait_for 10 test -b /dev/nvme0n1 || fail "the kernel does not find the SSD again"
}

bind "$f"
dev=/dev/$(block_of "$f")
at_bus=$(($(attribute "$f" bus_address)))
bytes=0 pieces=0
for fs in $systems; do
  make_fs $fs "$dev"
  mount_dax "$dev" $mnt
  noise $mnt/from 8192
  if [ ! -e /modules/importer.ko ]; then
    same "dma_buf" 0 "$(attribute "$f" dma_buf)"
    same "a dma-buf on this kernel" EOPNOTSUPP "$(tries from 0 8192)"
    moved "nothing: this kernel has no dma-bufs of peers' memory that can be taken back"
    exit 0
  fi
  [ -e /dev/importer ] || insmod /modules/importer.ko
  same "dma_buf" 1 "$(attribute "$f" dma_buf)"
  refusals
  if [ -n "$barred" ]; then
    answer=$(imported from "$barred" || true)
    case $answer in *'No route to host'*) ;; *) fail "for $barred, across a host bridge on no list: $answer" ;; esac
  else
    in_pieces
  fi
  for engine in $engines; do move "$engine"; done
  [ "$VM_MACHINE" != switch ] || ssd_moves
  if [ "$VM_MACHINE" = topology ]; then
    case $(imported from "$client" bits=32) in
    *'out of range'*) ;;
    *) fail "for an engine of 32 bits, of memory beyond them" ;;
    esac
  fi
  /real/umount $mnt
done
if [ -n "$barred" ]; then
  REFLINK=1 make_fs xfs "$dev"
  mount_dax "$dev" $mnt
  noise $mnt/from 8192
  same "a filesystem whose files may share blocks" EOPNOTSUPP "$(tries from 0 8192)"
  moved "nothing to $barred across the host bridge; nor where files may share blocks"
  exit 0
fi

# The kernel remembers the way of a pair of functions, and must look again.
if [ "$VM_MACHINE" = topology-iommu ]; then
  mount_dax "$dev" $mnt
  beside=$(at 00/03.0/00.0/01.0/00.0)
  ports="$(at 00/03.0/00.0/00.0) $(at 00/03.0/00.0/01.0)"
  for bits in 0 c 0; do
    for port in $ports; do /real/setpci -s "$port" ECAP_ACS+6.w=$bits:1c; done
    found=$(imported from "$beside" | head -n 1)
    case $bits:$found in
    0:"$(bus_of "$f" $mnt/from) 8192") ;;
    0:* | c:"$(bus_of "$f" $mnt/from) 8192") fail "with redirects $bits $beside is given $found" ;;
    c:0x*) ;;
    *) fail "with redirects $bits $beside is given $found" ;;
    esac
  done
  /real/umount $mnt
fi

# A reset takes it back, and gives it again.
mount_dax "$dev" $mnt
hold from "$client"
same "what it has" "$(head -n 1 /tmp/from.out)" "$(say from query)"
echo 1 >"$(readlink -f "$pci/devices/$f")/../reset_subordinate"
same "after a reset" revoked "$(say from query)"
case $(say from again) in 0x*\ 8192) ;; *) fail "not mapped after a reset" ;; esac
let_go from
no_leases || fail "the lease outlives a reset"

# Unbinding waits for an importer that is slow.
hold from "$client" slow
began=$(cut -d . -f 1 /proc/uptime)
unbind "$f"
[ $(($(cut -d . -f 1 /proc/uptime) - began)) -ge 2 ] || fail "unbound before the importer had let go"
same "after the unbinding" revoked "$(say from query)"
case $(say from again) in revoked) ;; *) fail "mapped again of a function that is not bound" ;; esac
let_go from
/real/umount $mnt
moved "$bytes bytes of dma-bufs by ${engines:-$client}, $pieces pieces of files for $client, taken back by a reset and by an unbinding that waited for it"
