# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# What the cases are written with. Real tools are called by their full path: busybox has smaller
# ones of the same names.

pci=/sys/bus/pci
mnt=/mnt

# The case has failed: say in one line what was expected and what came.
fail() {
  echo "fail: $*"
  exit 1
}

# What the case moved or saw, for the line that the host prints.
moved() {
  echo "moved: $*"
}

# same WHAT EXPECTED FOUND
same() {
  [ "$2" = "$3" ] || fail "$1: expected $2, found $3"
}

# refused WHAT COMMAND...: the command must fail.
refused() {
  local what=$1
  shift
  if "$@"; then
    fail "$what was not refused"
  fi
}

# wait_for SECONDS COMMAND...: until the command succeeds; a host that is busy is given ten times as
# long, as only a case that fails waits so long.
wait_for() {
  local tries=$(($1 * 100))
  shift
  while ! "$@"; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || return 1
    usleep 100000
  done
}

# kernel_log_since MARK: what the kernel said since a line that ends so, or all that is left if that was
# too long ago.
kernel_log_since() {
  dmesg | awk -v "mark=$1" '
    { lines = lines $0 "\n" }
    substr($0, length($0) - length(mark) + 1) == mark { lines = "" }
    END { printf "%s", lines }'
}

# from_now WORD...: marks the kernel's log, for what it is said to say from here on.
from_now() {
  since="now $*"
  echo "<7>$since" >/dev/kmsg
}
since="case ${VM_CASE:-}"

# kernel_said TEXT: since the case began, or since the last `from_now`.
kernel_said() {
  kernel_log_since "$since" | grep -q "$1"
}

# driver_said TEXT: or the case has failed.
driver_said() {
  kernel_said "$1" || fail "the driver did not say \"$1\": $(dmesg | tail -n 1)"
}

# tell WORD...: to the host, and to who reads the console.
tell() {
  echo "@vm $*" >"$VM_TALK"
  [ "$VM_TALK" = /dev/console ] || echo "@vm $*" >/dev/console
}

# host VERB ARGUMENT...: has the host do it, see README.md; waits for what is not for the future.
host() {
  tell "host $*"
  local expected answer
  case $1 in
  sum) expected=compared ;;
  mirror) expected=mirrored ;;
  *) return 0 ;;
  esac
  read -r answer </dev/console
  same "the host's answer" $expected "$answer"
}

value() {
  cat "$1" 2>/dev/null
}

# functions VENDOR DEVICE: addresses of the PCI functions with these ids.
functions() {
  local f vendor device
  for f in $pci/devices/*; do
    # Without processes, which are what takes time here; a function may be about to go.
    { read -r vendor <"$f/vendor" && read -r device <"$f/device"; } 2>/dev/null || continue
    [ "$vendor:$device" != "0x$1:0x$2" ] || echo "${f##*/}"
  done
}

functions_of_driver() {
  local f
  for f in "$pci/drivers/$1"/*:*; do
    if [ -e "$f" ]; then basename "$f"; fi
  done
}

# The n-th iopmem-like function, by size of its BAR 2: the largest first.
iop() {
  local f
  for f in $(functions 1af4 1110); do
    set -- "$1" $(sed -n 3p "$pci/devices/$f/resource")
    echo "$(($3 - $2 + 1)) $f"
  done | sort -rn | sed -n "$1s/.* //p"
}

edu() {
  functions 1234 11e8 | head -n 1
}

# fresh_driver: with the parameter that the machine cannot do without.
fresh_driver() {
  if ! grep -q '^iopmem ' /proc/modules; then
    insmod /modules/iopmem.ko ${VM_DRIVER:-}
  fi
}

# bind FUNCTION [BAR]: by driver_override; the BAR, or a whole list, by the module's parameter.
bind() {
  local entry=
  case ${2:-} in
  *=*) entry=$2 ;;
  ?*) entry=$1=$2 ;;
  esac
  echo "$entry" >/sys/module/iopmem/parameters/bar
  echo iopmem >"$pci/devices/$1/driver_override"
  echo "$1" >$pci/drivers_probe
  [ "$(basename "$(readlink "$pci/devices/$1/driver")")" = iopmem ] || return 1
  # What has just been plugged in may be bound by the kernel at the same moment.
  wait_for 5 test -d "$pci/devices/$1/block"
}

unbind() {
  if [ -e "$pci/devices/$1/driver" ]; then
    echo "$1" >"$pci/devices/$1/driver/unbind"
  fi
}

forget_overrides() {
  local f
  for f in $pci/devices/*; do
    case $(value "$f/driver_override") in
    iopmem | vfio-pci) echo >"$f/driver_override" ;;
    esac
  done
}

# block_of FUNCTION: the name of its block device.
block_of() {
  basename "$pci/devices/$1/block"/*
}

# attribute FUNCTION NAME: what the driver publishes.
attribute() {
  value "$pci/devices/$1/block/$(block_of "$1")/iopmem/$2"
}

# blank DEVICE: rid of what a case before has left in the same memory: at its start and, of a partition
# table, its end.
blank() {
  local place
  for place in 0 $(($(cat "/sys/block/${1##*/}/size") / 2048 - 1)); do
    dd if=/dev/zero of="$1" bs=1M count=1 seek=$place conv=fsync,notrunc 2>/dev/null
  done
}

# make_fs TYPE DEVICE [OPTION...]: a filesystem that can be mounted for DAX.
make_fs() {
  local type=$1 dev=$2
  shift 2
  case $type in
  ext[34]) /real/mke2fs -q -F -t "$type" -b 4096 -E lazy_itable_init=0,lazy_journal_init=0 "$@" "$dev" ;;
  xfs) /real/mkfs.xfs -q -f -m "rmapbt=0,reflink=${REFLINK:-0}" -d su=2m,sw=1,agcount=2 "$@" "$dev" ;;
  esac
}

# mount_dax DEVICE DIR: and proof that DAX is on, not what mount(8) was told.
mount_dax() {
  mkdir -p "$2"
  /real/mount -o dax=always "$1" "$2" || fail "$1 does not mount for DAX"
  echo probe >"$2/.probe"
  /vm/file dax "$2/.probe" || fail "$1 is mounted, but its files are not DAX"
  rm "$2/.probe"
}

# sound TYPE DEVICE: the filesystem, not mounted, is whole.
sound() {
  case $1 in
  ext[34]) /real/e2fsck -fn "$2" >/tmp/fsck 2>&1 || fail "e2fsck: $(tail -n 1 /tmp/fsck)" ;;
  xfs) /real/xfs_repair -n "$2" >/tmp/fsck 2>&1 || fail "xfs_repair: $(tail -n 1 /tmp/fsck)" ;;
  esac
}

# noise FILE BYTES: a file of bytes that nothing else holds, fully written.
noise() {
  /vm/file noise "$1" "$2"
}

# bus_of FUNCTION FILE: the bus address of a file of one extent, in hexadecimal.
bus_of() {
  local one
  one=$(/vm/file extents "$2") || fail "no extents of $2"
  [ "$(echo "$one" | wc -l)" -eq 1 ] || fail "$2 has several extents"
  set -- $1 $one
  printf '0x%x\n' $(($(attribute "$1" bus_address) + $3))
}

# bar_offset FILE: offset of a file of one extent on its block device.
bar_offset() {
  set -- $(/vm/file extents "$1")
  echo "$2"
}

# plug ID FUNCTION MEMORY [SLOT SIZE]: has the host put a function there, with memory of this name: QEMU
# takes none for a second time. It can be bound then: that is not at once when sysfs shows it.
plug() {
  host monitor object_add "memory-backend-ram,id=$3,size=${5:-512M}"
  host monitor device_add "ivshmem-plain,id=$1,memdev=$3,bus=${4:-slot0}"
  wait_for 30 bind "$2" && unbind "$2"
}

# unplug ID FUNCTION: has the host take the function away. QEMU drops the request where the slot is
# busy with what came before; a second one in time for the first would call it back.
unplug() {
  host monitor device_del "$1"
  wait_for 2 sh -c "[ ! -e $pci/devices/$2 ]" && return
  host monitor device_del "$1"
  wait_for 10 sh -c "[ ! -e $pci/devices/$2 ]"
}

kill_all_helpers() {
  local p
  for p in /proc/[0-9]*; do
    case $(readlink "$p/exe" 2>/dev/null) in
    /vm/* | /usr/bin/iopmem) kill -9 "${p#/proc/}" ;;
    esac
  done
  return 0
}

sum() {
  md5sum "$1" | cut -c 1-32
}

# Below: with the toolkit, which must not be told what it should find out.

# fresh TYPE DEVICE DIR: a filesystem made, mounted and proved to be DAX by the toolkit.
fresh() {
  mkdir -p "$3"
  mkfs.iopmem --force --quiet --type "$1" "$2" || fail "$1 is not made on $2"
  iopmem mount "$2" "$3" >/dev/null || fail "$1 on $2 is not mounted for DAX"
}

# What the toolkit has to be told of the window, after `hold_for`.
window=

# segments FILE: what the toolkit prints: file offset, length, BAR offset, bus address a line.
segments() {
  iopmem fiemap --csv $window "$1" >/tmp/segments || fail "no addresses of $1"
  sed 1d /tmp/segments | cut -d , -f 2-5 | tr , ' '
}

# address FILE: the printed bus address of a file that is one segment.
address() {
  segments "$1" >/tmp/address
  same "segments of $1" 1 "$(wc -l </tmp/address)"
  cut -d ' ' -f 4 /tmp/address
}

# piece FILE OFFSET BYTES: the sum of some of a file's bytes.
piece() {
  dd if="$1" bs=1 skip="$2" count="$3" 2>/dev/null | md5sum | cut -c 1-32
}

# probe FILE IN OUT: the engine reads and writes 256 bytes at the start, the middle and the end of
# every segment of the file, at the printed addresses. IN and OUT are the addresses of /mnt/in,
# which holds 256 bytes of noise, and of /mnt/out, for what is read.
probe() {
  local from length bar start n at there engine
  engine=$(edu)
  segments "$1" >/tmp/probed
  while read -r from length bar start; do
    n=256
    [ "$length" -ge 1024 ] || n=$length
    for at in 0 $(((length - n) / 2)) $((length - n)); do
      there=$(printf '0x%x' $((start + at)))
      /vm/edu "$engine" "$there" "$3" "$n"
      same "what the engine read of $1 at $there" "$(piece "$1" $((from + at)) "$n")" \
        "$(piece $mnt/out 0 "$n")"
      /vm/edu "$engine" "$2" "$there" "$n"
      same "what the engine wrote to $1 at $there" "$(piece $mnt/in 0 "$n")" \
        "$(piece "$1" $((from + at)) "$n")"
      probed=$((probed + 2 * n))
      [ "$n" = 256 ] || break
    done
  done </tmp/probed
}

# host_sees FILE SUM: in the segments of the file the host finds bytes of this sum, looking into the
# BAR itself.
host_sees() {
  segments "$1" >/tmp/seen
  host sum bar0 "$(awk '{ printf "%s%s+%s", sep, $3, $2; sep = "," }' /tmp/seen)" "$2"
}

# ends STATUS WORDS COMMAND...: the command ends with this status, and says these words.
ends() {
  local expected=$1 words=$2 found=0
  shift 2
  "$@" >/tmp/said 2>/tmp/complaint || found=$?
  same "status of $* ($(cat /tmp/complaint))" "$expected" "$found"
  [ -z "$words" ] || grep -qF -- "$words" /tmp/said /tmp/complaint ||
    fail "$* did not say \"$words\": $(cat /tmp/said /tmp/complaint)"
}

# hold_for FUNCTION FILE...: leases for a function that we drive, until let_go. What is printed from
# here on are addresses for it: in a window that begins where the lease has that of the first file,
# whose addresses must all be the same.
hold_for() {
  local client=$1 offset leased
  shift
  # What an earlier one told must not be taken for this one's.
  rm -f /tmp/held
  iopmem lease --json --force --for "$client" --address-bits 64 "$@" >/tmp/held 2>/tmp/complaint &
  holder=$!
  wait_for 10 grep -qs ']}]}' /tmp/held || fail "no lease: $(cat /tmp/complaint)"
  grep -q '"window":"mapped"' /tmp/held || fail "not mapped for $client"
  tr '{' , </tmp/held | tr , '\n' |
    sed -n 's/^"bar_offset":\([0-9]*\)$/\1/p; s/^"bus_address":"\(0x[0-9a-f]*\)"$/\1/p' |
    paste -d ' ' - - >/tmp/leased
  read -r offset leased </tmp/leased
  window="--base $(printf '0x%x' $((leased - offset)))"
  segments "$1" | cut -d ' ' -f 3,4 >/tmp/expected-leased
  head -n "$(wc -l </tmp/expected-leased)" /tmp/leased | cmp -s - /tmp/expected-leased ||
    fail "the lease tells other addresses"
}

# let_go: the lease ends.
let_go() {
  kill "$holder"
  wait "$holder" || fail "the lease did not end well: $(cat /tmp/complaint)"
  window=
}
