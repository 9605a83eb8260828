# machine: topology
# what: a file of a thousand pieces as a dma-buf, of a hundred thousand where there is time: each in place
# kernels: newest
# quick: newest
# weight: 2
. /vm/topology.sh
[ -e /dev/importer ] || insmod /modules/importer.ko
engine=$(at 00/07.0/00.0)
drive "$engine"

# pieces FUNCTION COUNT: a file of so many pages on it, no two of which lie side by side; all of it as one
# dma-buf, whose list is held against the filesystem's, and DMA by the addresses of its ends.
pieces() {
  bind "$1"
  dev=/dev/$(block_of "$1")
  at_bus=$(($(attribute "$1" bus_address)))
  make_fs ext4 "$dev" -O ^has_journal
  mount_dax "$dev" $mnt
  /vm/file scatter $mnt/many $(($2 * 4096)) 4096
  noise $mnt/to 4096
  # In two halves, as busybox prints no more than 32 bits.
  /vm/file extents $mnt/many | awk -v at="$at_bus" '{
    printf "0x%x%04x %d\n", int((at + $2) / 65536), (at + $2) % 65536, $3 }' >/tmp/extents
  # Here and there the filesystem finds two side by side all the same.
  count=$(wc -l </tmp/extents)
  [ "$count" -gt $(($2 - $2 / 100)) ] || fail "the file has $count extents, not $2"
  rm -f /tmp/in /tmp/out
  mkfifo /tmp/in
  /vm/buffer hold "$dev" $mnt/many 0 $(($2 * 4096)) "$engine" </tmp/in >/tmp/out 2>&1 &
  holder=$!
  exec 7>/tmp/in
  wait_for 60 grep -q end /tmp/out || fail "no import of $2 pieces: $(tail -n 1 /tmp/out)"
  sed '$d' /tmp/out >/tmp/given
  cmp /tmp/extents /tmp/given || fail "of $2 pieces the first elsewhere: $(diff -U 0 /tmp/extents /tmp/given | head -n 4 | tail -n 2 | xargs)"
  to=$(bus_of "$1" $mnt/to)
  # The last page ends the last piece, which may be of several.
  read -r from length <<END
$(tail -n 1 /tmp/given)
END
  last=$((from + length - 4096))
  for page in 0 $(($2 - 1)); do
    from=$last
    [ $page -gt 0 ] || from=$(sed -n '1s/ .*//p' /tmp/given)
    for part in 0 2048; do
      /vm/edu "$engine" $((from + part)) $((to + part)) 2048 as-is >/dev/null
    done
    same "page $page by DMA" "$(dd if=$mnt/many bs=4096 skip=$page count=1 2>/dev/null | md5sum)" "$(md5sum <$mnt/to)"
  done
  same "truncation meanwhile" ETXTBSY "$(/vm/file attempt truncate $mnt/many)"
  # Taken back and given again, all of them.
  echo 1 >"$(readlink -f "$pci/devices/$1")/../reset_subordinate"
  echo again >&7
  wait_for 60 sh -c '[ "$(grep -c end /tmp/out)" = 2 ]' || fail "$2 pieces are not mapped again"
  same "pieces after a reset" "$count" "$(sed '1,/end/d' /tmp/out | grep -c 0x)"
  kill -9 $holder
  exec 7>&-
  wait $holder || true
  wait_for 10 sh -c "/vm/lease query $dev | grep -q leases=0" || fail "a lease is left of $2 pieces"
  /real/umount $mnt
  unbind "$1"
}
pieces "$(at 00/03.0/00.0/00.0/00.0)" 1000
all=$count
if [ -z "$VM_QUICK" ]; then
  host monitor object_add memory-backend-ram,id=large,size=1G,share=on
  host monitor device_add ivshmem-plain,id=large0,memdev=large,bus=free
  came() {
    [ -e "$pci/devices/$(at 00/0d.0/00.0)" ]
  }
  wait_for 10 came || echo 1 >$pci/rescan
  wait_for 10 came || fail "the memory did not come"
  pieces "$(at 00/0d.0/00.0)" 100000
  all="$all and $count"
fi
moved "$all pieces of a file each, in place, and 16384 bytes by $engine from their ends"
