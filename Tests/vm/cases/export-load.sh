# machine: topology topology-iommu
# what: once a dma-buf is taken back from an engine that moves data, no byte of it arrives any more
# kernels: newest
# quick: newest@topology
# weight: 3
# processors: 2
. /vm/engine.sh
bind "$f"
dev=/dev/$(block_of "$f")
make_fs ext4 "$dev"
mount_dax "$dev" $mnt
noise $mnt/load 4096
there=$(bar_offset $mnt/load)
written=$(piece $mnt/load 0 2048)
drive "$engine"

# hold WORD...: the file with an importer, until `let_go`.
hold() {
  rm -f /tmp/in /tmp/out
  mkfifo /tmp/in
  /vm/buffer hold "$dev" $mnt/load 0 4096 "$engine" moves "$@" </tmp/in >/tmp/out 2>&1 &
  holder=$!
  exec 7>/tmp/in
  wait_for 5 grep -q end /tmp/out || fail "no import: $(cat /tmp/out)"
}
let_go() {
  kill -9 "$holder"
  exec 7>&-
  wait "$holder" || true
}
# stays_empty WHAT: ten times as long as the engine takes for a round.
stays_empty() {
  wipe
  sleep 2
  same "$1" "$nothing" "$(target)"
  host sum bar0 "$((there + 2048))+2048" "$nothing"
}
reset() {
  echo 1 >"$(readlink -f "$pci/devices/$f")/../reset_subordinate"
}

hold
moves "attached"
reset
same "after a reset" revoked "$(answers query)"
stays_empty "what arrives after a reset"
case $(answers again) in 0x*) ;; *) fail "not mapped after a reset" ;; esac
moves "mapped again"
# Again and again, with the engine at another point of its round each time.
for pause in 0 50000 110000 170000 230000; do
  usleep $pause
  reset
  wipe
  same "after another reset" revoked "$(answers query)"
  answers again >/dev/null
done
moves "after all the resets"
reset
stays_empty "what arrives after the last reset"
let_go

# That it would be seen: nobody stops such an engine but an IOMMU.
hold deaf
moves "a deaf importer's engine"
reset
same "what a deaf importer has" revoked "$(answers query)"
case $VM_MACHINE in
topology-iommu) stays_empty "what arrives through the IOMMU after a reset that the importer did not hear of" ;;
*) moves "after a reset that its importer did not hear of" ;;
esac
let_go
stays_empty "what arrives when the engine is stopped"

# The function is unbound, in several ways, and comes back.
for way in unbind remove silence; do
  hold
  moves "before $way"
  case $way in
  unbind) unbind "$f" ;;
  remove) echo 1 >"$pci/devices/$f/remove" ;;
  silence)
    # Its port leads nowhere any more: the function does not answer.
    port=$(basename "$(dirname "$(readlink -f "$pci/devices/$f")")")
    buses="SECONDARY_BUS=$(/real/setpci -s "$port" SECONDARY_BUS) SUBORDINATE_BUS=$(/real/setpci -s "$port" SUBORDINATE_BUS)"
    window="PREF_MEMORY_BASE=$(/real/setpci -s "$port" PREF_MEMORY_BASE) PREF_MEMORY_LIMIT=$(/real/setpci -s "$port" PREF_MEMORY_LIMIT)"
    /real/setpci -s "$port" SECONDARY_BUS=f0 SUBORDINATE_BUS=f0
    /real/setpci -s "$port" PREF_MEMORY_BASE=fff1 PREF_MEMORY_LIMIT=0001
    unbind "$f"
    /real/setpci -s "$port" $window
    /real/setpci -s "$port" $buses
    ;;
  esac
  same "after $way" revoked "$(answers query)"
  same "mapped again after $way" revoked "$(answers again)"
  grep -q ENODEV /tmp/out || fail "mapped again after $way"
  /real/umount $mnt
  if [ $way = remove ]; then
    echo 1 >$pci/rescan
    f=$(at $place)
  fi
  bind "$f" || fail "not bound after $way"
  dev=/dev/$(block_of "$f")
  stays_empty "what arrives after $way"
  let_go
  mount_dax "$dev" $mnt
  same "the file after $way" "$written" "$(piece $mnt/load 0 2048)"
done
/real/umount $mnt
moved "2048 bytes by $engine, again and again, and none after 7 resets, an unbinding, a removal and a silence"
