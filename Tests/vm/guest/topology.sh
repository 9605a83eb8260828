# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# What the cases on topologies are written with. They try the rows of a section of TOPOLOGIES.md:
# predict, have the engine copy, look up what arrived, and hold all of it against the table.
. /vm/lib.sh

piece=2048
slots=0

# at PLACE: the function at a place of the machine's drawing, from the root bus down: 00/03.0/00.0.
at() {
  local IFS=/ found
  set -- $1
  found=/sys/devices/pci0000:$1
  while shift && [ $# -gt 0 ]; do
    # The first of the names that match, there being one.
    for found in "$found"/*:"$1"; do break; done
  done
  echo "${found##*/}"
}

# furnish NUMBER:PLACE...: a filesystem on each memory, with a file to read and one to write, and
# the addresses that nobody was asked about, where they are in the BAR plus where that is.
furnish() {
  local memory
  for memory in "$@"; do
    bind "$(at "${memory#*:}")"
  done
  for memory in "$@"; do
    furnish_one "${memory%%:*}" "$(at "${memory#*:}")" &
  done
  wait
  for memory in "$@"; do
    [ -s "$mnt/${memory%%:*}.raw" ] || fail "memory ${memory%%:*} is not furnished"
  done
}

furnish_one() {
  local dir=$mnt/$1 device
  device=/dev/$(block_of "$2")
  make_fs ext4 "$device" -O ^has_journal
  mkdir -p "$dir"
  /real/mount -o dax=always "$device" "$dir"
  noise "$dir/from" $piece
  noise "$dir/to" 262144
  echo "$device" >"$dir.device"
  echo "$(bus_of "$2" "$dir/from") $(bus_of "$2" "$dir/to")" >"$dir.raw"
}

# addresses KEY: of both files, from a map on standard input.
addresses() {
  grep -o "\"$1\":\"0x[0-9a-f]*\"" | cut -d '"' -f 4
}

# drive FUNCTION...: lets them do DMA, as their drivers would.
drive() {
  local function
  for function in "$@"; do
    echo 1 >"$pci/devices/$function/enable"
  done
  for function in "$@"; do
    shift
    set -- "$@" -s "$function" COMMAND=6:6
  done
  /real/setpci "$@"
}

# predict NUMBER OPTION...: a line a client: the client, the distance, the answer.
predict() {
  local device
  device=$(cat "$mnt/$1.device")
  shift
  iopmem check "$@" "$device" |
    sed -n "s/^\([0-9a-f:.]*\) .*: \([a-z-]*\), distance \([0-9]*\),.*/\1 \3 \2/p"
}

# copy FUNCTION SLOT FROM TO: by the engine as it is.
copy() {
  /vm/edu "$1" "$3" "$(printf 0x%x $(($4 + $2 * piece)))" $piece as-is >/dev/null
}

# try NAME SLOT NUMBER BITS FUNCTION DISTANCE ANSWER: has the engine copy from file to file of the
# memory, by the addresses that it may use, and by the raw bus addresses where that is none.
try() {
  local name=$1 slot=$2 number=$3 bits="--address-bits $4" client=$5 told="$6 $7" answer=$7
  local dir=$mnt/$3 status=0
  [ "$4" != untold ] || bits=
  iopmem fiemap --json --for "$client" $bits "$dir/from" "$dir/to" \
    >"/tmp/map-$slot" 2>/dev/null || status=$?
  case $answer:$status in
  bus-address:0 | cpu-address:0)
    copy "$client" "$slot" $(addresses client_address <"/tmp/map-$slot")
    ;;
  iova-only:2)
    copy "$client" "$slot" $(cat "$dir.raw")
    iopmem lease --for "$client" $bits "$dir/from" "$dir/to" -- \
      sh -euc ". /vm/topology.sh; copy $client $((slot + 64)) \$(addresses client_address)"
    ;;
  not-supported:2 | unknown:3) copy "$client" "$slot" $(cat "$dir.raw") ;;
  *) told="$told by check, status $status by fiemap" ;;
  esac
  echo "$name|$number|$slot|$told" >>/tmp/tried
}

# now NAME NUMBER FUNCTION [BITS]: predicts and tries a row.
now() {
  local bits="--address-bits ${4:-64}"
  [ "${4:-}" != untold ] || bits=
  try "$1" $slots "$2" "${4:-64}" $(predict "$2" --for "$3" $bits)
  slots=$((slots + 1))
}

# found: name, distance, answer, and what really happened, of all that was tried. It is looked up
# last: while something on the way is off, the processor does not see the memory either.
found() {
  local number
  for number in $(cut -d '|' -f 2 /tmp/tried | sort -u); do
    /vm/file pieces "$mnt/$number/from" "$mnt/$number/to" >"/tmp/pieces-$number"
  done
  awk -F '|' '
    FILENAME != "/tmp/tried" { split(FILENAME, name, "-"); piece[name[2], FNR - 1] = $0; next }
    { happened = piece[$2, $3] }
    $4 ~ /iova-only$/ { happened = piece[$2, $3 + 64] ", raw " happened }
    { print $1 "|" $4 ", " happened }' /tmp/pieces-* /tmp/tried
}

# expected SECTION: the same of the table, for this machine.
expected() {
  awk -F ' *[|] *' -v section="## $1" -v machine="$VM_MACHINE" '
    /^#/ { here = $0 == section; column = 0; next }
    !here || NF < 3 { next }
    !column { for (i = 1; i <= NF; i++) if ($i == machine) column = i; next }
    $2 !~ /^-+$/ && $column != "-" { print $2 "|" $3 " " $column }' /vm/TOPOLOGIES.md
}

# hold SECTION NUMBER...: what was found is what the table says, no more and no less, and the host
# sees the same in the memories.
hold() {
  local section=$1 number wrong
  shift
  [ -e /tmp/found ] || found >/tmp/found
  while IFS='|' read -r name told; do
    host say "$name: $told"
  done </tmp/found
  # Whatever the table has: what is predicted to arrive must. The IOMMU of QEMU alone is harsher
  # than real hardware: it sees what a switch would turn below it.
  case $VM_MACHINE in topology-iommu) wrong='cpu-address, lost|only, lost' ;; *) wrong='address, lost|only, lost' ;; esac
  wrong=$(grep -E "$wrong" /tmp/found || true)
  [ -z "$wrong" ] || fail "predicted to arrive: $(echo "$wrong" | head -n 1)"
  sort /tmp/found >/tmp/found.sorted
  expected "$section" | sort >/tmp/expected.sorted
  wrong=$(diff -U 0 /tmp/expected.sorted /tmp/found.sorted | grep '^[-+][^-+]' || true)
  [ -z "$wrong" ] || fail "not as TOPOLOGIES.md has it: $(echo "$wrong" | tr '\n' ' ')"
  for number in "$@"; do
    host sum "bar$number" "$(bar_offset "$mnt/$number/to")+262144" "$(sum "$mnt/$number/to")"
  done
  moved "$(wc -l </tmp/found) rows of $piece bytes as TOPOLOGIES.md has them"
}
