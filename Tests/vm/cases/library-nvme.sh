# machine: plain iommu
# what: an SSD moves a file by the PRP lists and SGLs that the library writes where the SSD reads them
# kernels: stable
# quick: stable@iommu
# needs: toolkit library
# weight: 4
. /vm/ssd.sh

dev=$(iopmem bind "$(iop 1)")
bytes=2359296
blocks=$((bytes / 512))

# command_of FILE KIND AT OFFSET LENGTH: by the library, into the lists' file from byte AT on.
command_of() {
  /vm/command "$ssd" "$1" "$2" $mnt/lists "$lists" "$3" "$4" "$5" 2>/tmp/complaint ||
    fail "$1 as $2 from $4: $(cat /tmp/complaint)"
}

# moves FILE KIND REGION: in and out, all of it in one command, and two parts. The SSD's blocks from
# REGION on are written, and then hold a, b, and the two parts.
moves() {
  local file=$1 kind=$2 at=$3
  # Three lists side by side. The first page of the first has room for a few entries only.
  command_of "$file" "$kind" 4032 0 $bytes >/tmp/all
  command_of "$file" "$kind" 24576 21156 264192 >/tmp/odd
  command_of "$file" "$kind" 40960 20992 1049088 >/tmp/part
  drive "read 0 /tmp/all 4032 there" "equal $file /tmp/a" "write $at /tmp/all 4032 there" \
    "read 8192 /tmp/all 4032 there" "equal $file /tmp/b" "write $((at + blocks)) /tmp/all 4032 there" \
    "read 0 /tmp/odd 24576 there" "equal $file /tmp/with-odd" \
    "write $((at + 2 * blocks)) /tmp/odd 24576 there" \
    "read 0 /tmp/part 40960 there" "equal $file /tmp/with-part" \
    "write $((at + 2 * blocks + 516)) /tmp/part 40960 there"
  read -r rounds driven </tmp/rounds
  driven_in_all=$((driven_in_all + driven))
  lists_seen="$lists_seen $kind $(($(stat -c %s /tmp/all) - 64))"
  host sum nvme "$((at * 512))+$((2 * bytes + 264192 + 1049088))" "$written"
}

fill_ssd $bytes
mix_files
written=$( (cat /tmp/a /tmp/b && head -c 264192 /tmp/a && head -c 1049088 /tmp/a) | md5sum | cut -c 1-32)

case $VM_MACHINE in iommu) fs=xfs ;; *) fs=ext4 ;; esac
lay_out $fs "$dev" $bytes
pieces=$(segments $mnt/pieces | wc -l)
[ "$pieces" -gt 256 ] || fail "only $pieces segments"
driven_in_all=0
lists_seen=
moves $mnt/whole prp 16384
moves $mnt/whole sgl 40960
moves $mnt/pieces prp 65536
moves $mnt/pieces sgl 90112
host_sees $mnt/pieces "$(sum /tmp/with-part)"
# That it is the library's list which the SSD reads: one of its bytes is changed.
printf '\377' | dd of=$mnt/lists bs=1 seek=$((4032 + 16)) conv=notrunc 2>/dev/null
refused "a list that was changed" sh -c "echo read 0 /tmp/all 4032 there | $ssd_program" >/tmp/said
grep -q 'another list is there' /tmp/said || fail "a list that was changed: $(cat /tmp/said)"
let_go
return_ssd
moved "$fs: $driven_in_all bytes in and out by $ssd, files of 1 segment and $pieces, lists of$lists_seen bytes written by the library"
