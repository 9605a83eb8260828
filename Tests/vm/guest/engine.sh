# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# What the cases are written with in which an engine moves data by the addresses of a dma-buf, again
# and again: the beginning of $mnt/load behind it.
. /vm/topology.sh
[ -e /dev/importer ] || insmod /modules/importer.ko
place=00/03.0/00.0/00.0/00.0
f=$(at $place)
case $VM_MACHINE in
# QEMU's IOMMU sees what a switch would turn below it.
topology-iommu) engine=$(at 00/07.0/00.0) ;;
*) engine=$(at 00/03.0/00.0/01.0/00.0) ;;
esac
# shellcheck disable=SC2034 # for the cases
nothing=$(head -c 2048 /dev/zero | md5sum | cut -c 1-32)

# answers WORD: the importer's next answer, from /tmp/out, to what is said on descriptor 7.
answers() {
  local before
  before=$(grep -c end /tmp/out)
  echo "$1" >&7
  wait_for 5 sh -c "[ \$(grep -c end /tmp/out) -gt $before ]" || fail "no answer to $1"
  tail -n 2 /tmp/out | head -n 1
}

# wipe: what the engine writes to, from byte $there of the BAR on.
wipe() {
  /vm/file wipe "$dev" $((there + 2048)) 2048
}
target() {
  /vm/file peek "$dev" $((there + 2048)) 2048 | md5sum | cut -c 1-32
}
arrived() {
  [ "$(target)" = "$written" ]
}

# moves WHEN: the engine is at it.
moves() {
  wipe
  wait_for 5 arrived || fail "$1: nothing arrives of what the engine moves"
}
