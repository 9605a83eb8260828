# machine: plain
# what: an SSD tells its limits, and moves a file that one command cannot by the lists that are cut to them
# kernels: stable
# quick: stable
# needs: toolkit
# weight: 3
. /vm/ssd.sh

dev=$(iopmem bind "$(iop 1)")
bytes=$((10 << 20))
fresh ext4 "$dev" $mnt
noise /tmp/a $bytes
dd if=/tmp/a of=/dev/nvme0n1 bs=1M conv=fsync 2>/dev/null
iopmem place --quiet --size $bytes $mnt/file
iopmem place --quiet --size 64K $mnt/lists
iopmem place --quiet --size 64K $mnt/queues
ssd=$(functions_of_driver nvme | head -n 1)
lists=$(address $mnt/lists)

# asked LIMITS OPTION...: the map of the file.
asked() {
  iopmem fiemap --limits "$@" $mnt/file
}
# number FILE OFFSET: four bytes of it.
number() {
  hexdump -s "$2" -n 4 -e '1/4 "%u"' "$1"
}
# split FILE: into /tmp/list.1 and so on, with where each is to lie; sets count.
split() {
  local at=0 end size records
  end=$(stat -c %s "$1")
  count=0 place=0 places=
  while [ $at -lt "$end" ]; do
    records=$(number "$1" $((at + 16)))
    size=$((64 + records * ($(number "$1" $((at + 12))) & 65535)))
    count=$((count + 1))
    tail -c +$((at + 1)) "$1" | head -c $size >/tmp/list.$count
    places="$places $place"
    place=$(((place + size - 64 + 4095) / 4096 * 4096))
    at=$((at + size))
  done
}

# QEMU's mdts=10 is 4 MiB, for pages of 4 KiB; and it takes SGLs of any alignment.
for kind in prp sgl; do
  asked nvme0 --format nvme-$kind --list-base "$lists" >/tmp/$kind
  iopmem fiemap --format nvme-$kind --list-base "$lists" $mnt/file >/tmp/whole-$kind
  split /tmp/$kind
  same "commands of $kind" 3 $count
  same "bytes of each" "4194304 4194304 2097152" \
    "$(number /tmp/list.1 24) $(number /tmp/list.2 24) $(number /tmp/list.3 24)"
done
same "segments for commands of their own" "4194304 4194304 2097152" \
  "$(asked /dev/nvme0 --csv | sed 1d | cut -d , -f 3 | tr '\n' ' ' | sed 's/ $//')"
asked nvme0 --max-transfer 1M --format nvme-prp --list-base "$lists" >/tmp/told
split /tmp/told
same "commands of as many bytes as was told" 10 $count
ends 2 "is $ssd, not 0000:00:00.0" iopmem fiemap --limits nvme0 --for 0000:00:00.0 $mnt/file
ends 3 "cannot ask the controller" iopmem fiemap --limits nvme7 $mnt/file
ends 64 "no NVMe controller" iopmem fiemap --limits nvme0n1 $mnt/file

unbind "$ssd"
ssd_files=$mnt
find_lists
for kind in prp sgl; do
  split /tmp/$kind
  set -- $places
  drive "read 0 /tmp/list.1 $1" "read 8192 /tmp/list.2 $2" "read 16384 /tmp/list.3 $3" \
    "equal $mnt/file /tmp/a" "write 32768 /tmp/list.3 $3" "write 40960 /tmp/list.2 $2" \
    "write 49152 /tmp/list.1 $1"
  host sum nvme "$((32768 * 512))+2097152,$((40960 * 512))+4194304,$((49152 * 512))+4194304" \
    "$( (tail -c 2097152 /tmp/a && head -c 8388608 /tmp/a | tail -c 4194304 && head -c 4194304 /tmp/a) |
      md5sum | cut -c 1-32)"
  # One command cannot.
  refused "$kind: all by one command" sh -c "echo read 0 /tmp/whole-$kind | $ssd_program" >/tmp/said
  grep -q 'too much for one command' /tmp/said || fail "$kind: $(cat /tmp/said)"
done
moved "4 times $bytes bytes in and out by $ssd, 3 commands each, as its limit of 4 MiB has it"
