# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# What the cases are written with in which an SSD is driven by a program of ours, with descriptors
# that the toolkit prints; and those that attack a file meanwhile.
. /vm/lib.sh

# take_ssd DIR: from the kernel; its queues and lists will be two files in DIR, on the BAR.
take_ssd() {
  ssd=$(functions_of_driver nvme | head -n 1)
  ssd_files=$1
  unbind "$ssd"
  iopmem place --quiet --size 64K "$1/queues"
  iopmem place --quiet --size 64K "$1/lists"
}

# find_lists: where these are, for the SSD; after hold_for. Sets lists, an address, and ssd_program,
# what drives it: helpers/nvme.c.
find_lists() {
  lists=$(address "$ssd_files/lists")
  ssd_program="/vm/nvme $ssd $ssd_files/queues $(address "$ssd_files/queues") $ssd_files/lists $lists"
}

# lay_out FS DEVICE BYTES: files for the SSD to move, one in a piece and one in many, held for it.
lay_out() {
  fresh "$1" "$2" $mnt
  iopmem place --quiet --size "$3" $mnt/whole
  /vm/file scatter $mnt/pieces "$3" 8192
  take_ssd $mnt
  hold_for "$ssd" $mnt/whole $mnt/pieces
  find_lists
}

# return_ssd: to the kernel.
return_ssd() {
  echo "$ssd" >$pci/drivers/nvme/bind
  wait_for 10 test -b /dev/nvme0n1 || fail "the kernel does not find the SSD again"
}

# describe KIND FILE [AT [OPTION...]]: the descriptors of a file's bytes, for a list that begins AT
# this byte of the lists' file.
describe() {
  local kind=$1 file=$2 base
  base=$(printf '0x%x' $((lists + ${3:-0})))
  shift $(($# < 3 ? 2 : 3))
  iopmem fiemap --format "nvme-$kind" --list-base "$base" $window "$@" "$file" ||
    fail "no descriptors of $file"
}

# drive LINE...: have the SSD do what the program reads in these lines.
drive() {
  printf '%s\n' "$@" >/tmp/lines
  $ssd_program </tmp/lines >/tmp/rounds || fail "$(sed -n 's/^fail: //p' /tmp/rounds)"
}

# drive_on LINE...: the same again and again, until stop_driving. It stops by itself for a byte that
# is not as it should be.
drive_on() {
  printf '%s\n' "$@" >/tmp/lines
  : >/tmp/rounds
  $ssd_program forever </tmp/lines >/tmp/rounds &
  driver=$!
  drives_on
}

# drives_on: two more rounds end well, of which one began after this.
drives_on() {
  local seen
  seen=$(wc -l </tmp/rounds)
  wait_for 20 sh -c "grep -q fail: /tmp/rounds || test \$(wc -l </tmp/rounds) -ge $((seen + 2))" ||
    fail "the SSD does no more rounds after $seen"
  if grep -q fail: /tmp/rounds; then fail "$(sed -n 's/^fail: //p' /tmp/rounds)"; fi
}

# stop_driving: sets rounds and driven, how often all was done, and how many bytes went.
stop_driving() {
  kill "$driver"
  wait "$driver" || fail "$(sed -n 's/^fail: //p' /tmp/rounds)"
  read -r rounds driven <<END
$(tail -n 1 /tmp/rounds)
END
}

# fill_ssd BYTES: the files /tmp/a and /tmp/b, and both on the SSD: at its beginning, and at its
# block 8192.
fill_ssd() {
  noise /tmp/a "$1"
  noise /tmp/b "$1"
  dd if=/tmp/a of=/dev/nvme0n1 bs=64K conv=fsync 2>/dev/null
  dd if=/tmp/b of=/dev/nvme0n1 bs=64K seek=64 conv=fsync 2>/dev/null
}

# mix_files: after fill_ssd, what b is with two ranges of it as a begins: at an odd place, and of whole
# blocks that are no whole pages.
mix_files() {
  cp /tmp/b /tmp/with-odd
  dd if=/tmp/a of=/tmp/with-odd bs=516 seek=41 count=512 conv=notrunc 2>/dev/null
  cp /tmp/with-odd /tmp/with-part
  dd if=/tmp/a of=/tmp/with-part bs=512 seek=41 count=2049 conv=notrunc 2>/dev/null
}

# stage TYPE DEVICE BYTES: a filesystem with a file in pieces, which is to be attacked, and another
# one, for the SSD to be taken from the kernel. Sets other, its sum.
stage() {
  # Clones are what xfs has to lose; mkfs.iopmem makes it without.
  REFLINK=1 make_fs "$1" "$2"
  iopmem mount "$2" $mnt >/dev/null
  /vm/file scatter $mnt/file "$3" 4096
  noise $mnt/other "$3"
  other=$(sum $mnt/other)
  attacks=0
  take_ssd $mnt
}

# drive_in_and_out: the file is read from the SSD and written to it, by the descriptors in /tmp/prp
# and /tmp/sgl, until stop_driving.
drive_in_and_out() {
  drive_on "read 0 /tmp/prp" "equal $mnt/file /tmp/a" "write 16384 /tmp/sgl" \
    "read 8192 /tmp/sgl" "equal $mnt/file /tmp/b" "read 16384 /tmp/prp" "equal $mnt/file /tmp/a"
}

# attack EXPECTED OP...: each while data move, which then move on, and right.
attack() {
  local expected=$1 op
  shift
  for op in "$@"; do
    same "$fs: $op" "$expected" "$(/vm/file attempt "$op" $mnt/file $mnt/other)"
    drives_on
    attacks=$((attacks + 1))
  done
}
