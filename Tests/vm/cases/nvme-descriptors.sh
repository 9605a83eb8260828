# machine: plain iommu
# what: an SSD moves files by the PRP lists and SGLs that the toolkit prints, no block layer between
# kernels: stable
# quick: stable@iommu
# needs: toolkit
# weight: 4
. /vm/ssd.sh

dev=$(iopmem bind "$(iop 1)")
bytes=2359296
blocks=$((bytes / 512))
# Two ranges: at an odd place, and of whole blocks of the SSD that are no whole pages.
odd="--offset 21156 --length 264192"
part="--offset 20992 --length 1049088"

# moves FILE KIND REGION: in and out by these descriptors, in each of their forms. The SSD's blocks
# from REGION on are written, and then hold a, b, the two ranges, and b again.
moves() {
  local file=$1 kind=$2 at=$3 script=
  describe "$kind" "$file" >/tmp/all
  describe "$kind" "$file" 0 $odd >/tmp/odd
  describe "$kind" "$file" 0 $part >/tmp/part
  # The first page of this list has room for a few entries only.
  describe "$kind" "$file" 4032 >/tmp/late
  drive "read 0 /tmp/all" "equal $file /tmp/a" "write $at /tmp/all" \
    "read 8192 /tmp/all" "equal $file /tmp/b" "write $((at + blocks)) /tmp/all" \
    "read 0 /tmp/odd" "equal $file /tmp/with-odd" "write $((at + 2 * blocks)) /tmp/odd" \
    "read 0 /tmp/part" "equal $file /tmp/with-part" "write $((at + 2 * blocks + 516)) /tmp/part" \
    "read $at /tmp/late 4032" "equal $file /tmp/a" \
    "read $((at + blocks)) /tmp/late 4032" "equal $file /tmp/b" \
    "write $((at + 2 * blocks + 2565)) /tmp/late 4032"
  read -r rounds driven </tmp/rounds
  driven_in_all=$((driven_in_all + driven))
  lists_seen="$lists_seen $kind $(($(stat -c %s /tmp/all) - 64))"
}

for fs in ext4 xfs; do
  fill_ssd $bytes
  mix_files
  written=$( (cat /tmp/a /tmp/b && head -c 264192 /tmp/a && head -c 1049088 /tmp/a && cat /tmp/b) |
    md5sum | cut -c 1-32)

  lay_out $fs "$dev" $bytes
  driven_in_all=0
  lists_seen=
  same "$fs: segments of a placed file" 1 "$(segments $mnt/whole | wc -l)"
  pieces=$(segments $mnt/pieces | wc -l)
  [ "$pieces" -gt 256 ] || fail "$fs: only $pieces segments"
  moves $mnt/whole prp 16384
  moves $mnt/whole sgl 40960
  moves $mnt/pieces prp 65536
  moves $mnt/pieces sgl 90112
  for region in 16384 40960 65536 90112; do
    host sum nvme "$((region * 512))+$((3 * bytes + 2565 * 512))" "$written"
  done
  host_sees $mnt/pieces "$(sum /tmp/b)"
  # A list that is not where it was said to be is not taken for one.
  refused "$fs: a list at another place" sh -c "echo read 0 /tmp/late | $ssd_program" >/tmp/said
  grep -q 'does not lead to the list\|a link to elsewhere' /tmp/said || fail "$fs: $(cat /tmp/said)"
  # Its program as the command of a lease, which hands it the descriptors.
  for kind in prp sgl; do
    rm -f /tmp/handed
    printf '%s\n' "read 0 /tmp/handed" "equal $mnt/pieces /tmp/a" "read 8192 /tmp/handed" \
      "equal $mnt/pieces /tmp/b" |
      iopmem lease --force --for "$ssd" --address-bits 64 --format nvme-$kind --list-base "$lists" \
        --map /tmp/handed $mnt/pieces -- $ssd_program >/tmp/rounds ||
      fail "$fs: under a lease of its own: $(sed -n 's/^fail: //p' /tmp/rounds)"
    read -r rounds driven </tmp/rounds
    driven_in_all=$((driven_in_all + driven))
  done
  at=$(address $mnt/whole)
  let_go
  return_ssd
  # What the kernel's driver reads.
  dd if=/dev/nvme0n1 bs=64K skip=$((90112 / 128)) count=36 iflag=direct of=/tmp/out 2>/dev/null
  cmp /tmp/a /tmp/out || fail "$fs: the kernel reads others from the SSD"
  moved "$fs: $driven_in_all bytes in and out by $ssd, files of 1 segment at $at and $pieces elsewhere, lists of$lists_seen bytes at $lists"
  /real/umount $mnt
done
