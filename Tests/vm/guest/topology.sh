# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# What the cases on topologies are written with: one row of TOPOLOGIES.md after the other is tried,
# and held against the table.
. /vm/lib.sh

piece=2048

# at PLACE: the function at a place of the machine's drawing, from the root bus down: 00/03.0/00.0.
at() {
  local found=/sys/devices/pci0000:${1%%/*} step
  for step in $(echo "${1#*/}" | tr / ' '); do
    found=$(echo "$found"/*:"$step")
  done
  basename "$found"
}

# furnish NUMBER PLACE: a filesystem on a memory, with a file to read and one to write, and their
# bus addresses as whoever asks nobody would use them.
furnish() {
  local dir=$mnt/$1 function
  function=$(at "$2")
  iopmem bind "$function" >/tmp/device-"$1"
  mkdir -p "$dir"
  mkfs.iopmem --quiet --force --journal none "$(cat /tmp/device-"$1")"
  iopmem mount "$(cat /tmp/device-"$1")" "$dir" >/dev/null
  noise "$dir/from" $piece
  iopmem place --quiet --size 256K "$dir/to"
  iopmem fiemap --json "$dir/from" "$dir/to" | addresses bus_address >"$dir.raw"
}

# drive FUNCTION: lets it do DMA, as a driver would.
drive() {
  echo 1 >"$pci/devices/$1/enable"
  /real/setpci -s "$1" COMMAND=6:6
}

# copy FUNCTION SLOT FROM TO: by the engine as it is.
copy() {
  /vm/edu "$1" "$3" "$(printf 0x%x $(($4 + $2 * piece)))" $piece as-is >/dev/null
}

# addresses KEY: of both files, from a map on standard input.
addresses() {
  grep -o "\"$1\":\"0x[0-9a-f]*\"" | cut -d '"' -f 4
}

# predicted NUMBER FUNCTION [OPTION...]: the answer and the distance.
predicted() {
  local device client=$2
  device=$(cat "/tmp/device-$1")
  shift 2
  iopmem check --for "$client" "$@" "$device" |
    sed -n "s/^$client .*: \([a-z-]*\), distance \([0-9]*\),.*/\1 \2/p"
}

# try SLOT NUMBER FUNCTION [BITS]: has the engine copy from file to file, by the addresses that it
# may use, and by the raw bus addresses where that is none. What became of it is looked up later,
# by `found`: while something is off the processor does not see the memory either.
try() {
  local slot=$1 number=$2 client=$3 bits=${4:-64} dir=$mnt/$2 answer distance status=0
  [ "$bits" = untold ] && bits='' || bits="--address-bits $bits"
  set -- $(predicted "$number" "$client" $bits)
  answer=$1 distance=$2
  iopmem fiemap --json --for "$client" $bits "$dir/from" "$dir/to" >"/tmp/map-$slot" 2>/dev/null || status=$?
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
  *) answer="$answer by check, status $status by fiemap" ;;
  esac
  echo "$distance $answer" >"/tmp/try-$slot"
}

# found SLOT NUMBER: distance, answer, and what really happened.
found() {
  local tried
  tried=$(cat "/tmp/try-$1")
  case $tried in
  *iova-only) echo "$tried, $(outcome "$2" $(($1 + 64))), raw $(outcome "$2" "$1")" ;;
  *) echo "$tried, $(outcome "$2" "$1")" ;;
  esac
}

outcome() { # outcome NUMBER SLOT
  if cmp -s -n $piece "$mnt/$1/from" "$mnt/$1/to" 0 $(($2 * piece)); then echo arrives; else echo lost; fi
}

# cells SECTION: name, distance and this machine's cell of each row that is tried on it.
cells() {
  awk -F ' *[|] *' -v section="## $1" -v machine="$VM_MACHINE" '
    /^#/ { here = $0 == section; column = 0; next }
    !here || NF < 3 { next }
    !column { for (i = 1; i <= NF; i++) if ($i == machine) column = i; next }
    $2 !~ /^-+$/ && $column != "-" { print $2 "|" $3 " " $column }' /vm/TOPOLOGIES.md
}

# row SECTION NAME FOUND: says what was found; it must be what the table has.
row() {
  local expected
  host say "$2: $3"
  expected=$(cells "$1" | sed -n "s/^$2|//p")
  [ -n "$3" ] && [ "$3" = "$expected" ] || echo "$2: expected $expected, found $3" >>/tmp/wrong
  # Whatever the table has: what is predicted to arrive must. The IOMMU of QEMU alone is harsher
  # than real hardware, as it sees what a switch turns below it.
  case $VM_MACHINE:$3 in
  topology-iommu:*bus-address,\ lost) ;;
  *-address,\ lost | *iova-only,\ lost*) echo "$2: predicted to arrive, and lost" >>/tmp/wrong ;;
  esac
  echo "$2" >>/tmp/tried
}

# rows SECTION: all that was tried, by the lines `name|number` of /tmp/rows, one a slot.
rows() {
  local slot=0 name number
  while IFS='|' read -r name number; do
    row "$1" "$name" "$(found $slot "$number")"
    slot=$((slot + 1))
  done </tmp/rows
}

# held SECTION: every row of the table was tried, and is as it says.
held() {
  [ ! -e /tmp/wrong ] || fail "$(wc -l </tmp/wrong) rows: $(head -n 1 /tmp/wrong)"
  same "rows of $1" "$(cells "$1" | cut -d '|' -f 1 | sort)" "$(sort /tmp/tried)"
  moved "$(wc -l </tmp/tried) rows as TOPOLOGIES.md has them"
}

# compare NUMBER: the host looks into the memory itself.
compare() {
  segments "$mnt/$1/to" >/tmp/segment
  set -- "$1" $(cat /tmp/segment)
  host sum "bar$1" $(($4)) "$3" "$(sum "$mnt/$1/to")"
}
