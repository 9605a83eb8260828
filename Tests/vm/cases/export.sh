# machine: plain topology topology-iommu
# what: a file as a dma-buf is where its importer's DMA finds it, and is taken back when the memory goes
# quick: newest@plain newest@topology
# weight: 2
. /vm/topology.sh
case $VM_MACHINE in
topology)
  f=$(at 00/03.0/00.0/00.0/00.0)
  reaching="$(at 00/03.0/00.0/01.0/00.0) $(at 00/07.0/00.0)"
  barred=
  ;;
topology-iommu)
  f=$(at 00/03.0/00.0/00.0/00.0)
  reaching=$(at 00/07.0/00.0)
  barred=
  ;;
*)
  f=$(iop 1)
  reaching=
  # Its host bridge is on no kernel's list.
  barred=$(edu)
  ;;
esac
client=${reaching##* }
client=${client:-$barred}

tries() { # tries FILE OFFSET LENGTH: how an export ends
  /vm/lease try-export "$dev" "$mnt/$1" "$2" "$3"
}
imported() { # imported FILE FUNCTION WORD...: what an importer is given, or why not
  local file=$1
  shift
  /vm/lease export "$dev" "$mnt/$file" 0 8192 "$@" </dev/null 2>&1
}
hold() { # hold NAME FUNCTION WORD...: the file of that name as a dma-buf, until `let_go NAME`
  local name=$1
  shift
  rm -f "/tmp/$name.in"
  mkfifo "/tmp/$name.in"
  /vm/lease export "$dev" "$mnt/$name" 0 8192 "$@" <"/tmp/$name.in" >"/tmp/$name.out" 2>&1 &
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

bind "$f"
dev=/dev/$(block_of "$f")
make_fs ext4 "$dev"
mount_dax "$dev" $mnt
noise $mnt/from 8192
if [ ! -e /modules/importer.ko ]; then
  same "a dma-buf on this kernel" EOPNOTSUPP "$(tries from 0 8192)"
  moved "nothing: this kernel has no dma-bufs of peers' memory that can be taken back"
  exit 0
fi
[ -e /dev/importer ] || insmod /modules/importer.ko

# What is not there, or not yet, is never handed out.
noise $mnt/odd 5000
truncate -s 8192 $mnt/hole
/real/fallocate -l 8192 $mnt/unwritten
noise $mnt/half 4096
truncate -s 8192 $mnt/half
same "all of a file" OK "$(tries from 0 8192)"
same "a part of it" OK "$(tries from 4096 4096)"
same "past the end" ENODATA "$(tries from 4096 8192)"
same "a last block that is not the file's" ENODATA "$(tries odd 0 8192)"
same "the block before it" OK "$(tries odd 0 4096)"
same "a hole" ENODATA "$(tries hole 0 8192)"
same "what was never written" ENODATA "$(tries unwritten 0 8192)"
same "a hole behind data" ENODATA "$(tries half 0 8192)"
same "the hole is one still" 0 "$(stat -c %b $mnt/hole)"
no_leases || fail "a lease is left of what was refused"
case $(imported from "$client" host) in *EOPNOTSUPP*|*'not supported'*) ;; *) fail "to one that takes no peers' memory" ;; esac
case $(imported from "$client" pinned) in *EOPNOTSUPP*|*'not supported'*) ;; *) fail "to one that cannot let go" ;; esac

if [ -n "$barred" ]; then
  answer=$(imported from "$barred" || true)
  case $answer in *0x*) fail "an address for $barred, across a host bridge on no list: $answer" ;; esac
  moved "nothing to $barred across the host bridge: $answer"
  exit 0
fi

at_bus=$(($(attribute "$f" bus_address)))
case $(imported from "$client" bits=32) in
*0x*) [ "$VM_MACHINE" = topology-iommu ] || fail "addresses beyond 32 bits for an engine of 32" ;;
esac
bytes=0
for client in $reaching; do
  dd if=/dev/zero of=$mnt/to bs=8192 count=1 conv=notrunc 2>/dev/null
  hold from "$client"
  hold to "$client"
  drive "$client"
  from=$(head -n 1 /tmp/from.out)
  to=$(head -n 1 /tmp/to.out)
  same "the length for $client" 8192 "${from#* }"
  if [ "$VM_MACHINE" = topology ]; then
    same "the address for $client" "$(bus_of "$f" $mnt/from)" "${from% *}"
  fi
  refused "truncation under $client" truncate -s 0 $mnt/to
  for part in 0 2048 4096 6144; do
    /vm/edu "$client" $((${from% *} + part)) $((${to% *} + part)) 2048 as-is >/dev/null
    bytes=$((bytes + 2048))
  done
  same "what $client moved" "$(sum $mnt/from)" "$(sum $mnt/to)"
  let_go from
  let_go to
  no_leases || fail "the lease outlives its importer"
done

# A reset takes it back, and gives it again.
hold from "$client"
same "what it has" "$(head -n 1 /tmp/from.out)" "$(say from query)"
echo 1 >"$(readlink -f "$pci/devices/$f")/../reset_subordinate"
same "after a reset" revoked "$(say from query)"
case $(say from again) in 0x*\ 8192) ;; *) fail "not mapped after a reset" ;; esac
let_go from
no_leases

# Unbinding waits for an importer that is slow.
hold from "$client" slow
began=$(cut -d . -f 1 /proc/uptime)
unbind "$f"
[ $(($(cut -d . -f 1 /proc/uptime) - began)) -ge 2 ] || fail "unbound before the importer had let go"
same "after the unbinding" revoked "$(say from query)"
case $(say from again) in revoked) ;; *) fail "mapped again of a function that is not bound" ;; esac
let_go from
/real/umount $mnt
moved "$bytes bytes of dma-bufs by $reaching, taken back by a reset and by an unbinding that waited for it"
