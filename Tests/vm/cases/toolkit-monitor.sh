# machine: plain
# what: the monitor tells of bindings, mounts, leases, pins, resets and the end of a map, as they happen
# quick: stable
# needs: toolkit
# weight: 2
f=$(iop 1)

# told EVENT: or the case has failed; from the lines that came since the last one that was looked for.
seen=0
told() {
  # shellcheck disable=SC2016
  wait_for 5 sh -c 'tail -n +$(($1 + 1)) /tmp/events | grep -q "\"event\":\"$2\""' sh "$seen" "$1" ||
    fail "no event $1: $(cat /tmp/events /tmp/errors)"
  seen=$((seen + $(tail -n +$((seen + 1)) /tmp/events | grep -n "\"event\":\"$1\"" | head -n 1 | cut -d : -f 1)))
  count=$((${count:-0} + 1))
}

iopmem bind "$f" >/dev/null
iopmem unbind "$f"
# Nothing is there; the kernel's events alone are fast enough for this interval.
iopmem monitor --json --interval 3600 >/tmp/events 2>/tmp/errors &
monitor=$!
told watching
dev=$(iopmem bind "$f")
told added
fresh ext4 "$dev" $mnt
told mounted
echo 1 >"$pci/devices/$f/reset"
told reset
/real/umount $mnt
told unmounted
iopmem unbind "$f"
told removed
kill $monitor
wait $monitor || fail "ended by a signal with $?: $(cat /tmp/errors)"

# Leases, pins and layouts, which are looked at, and a saved map, whose end ends it.
dev=$(iopmem bind "$f")
/real/mount -o dax=always "$dev" $mnt
noise $mnt/file 1048576
iopmem fiemap --json $mnt/file >/tmp/map
seen=0
iopmem monitor --json --exit "$dev" $mnt/file /tmp/map >/tmp/events 2>/tmp/errors &
monitor=$!
told watching
iopmem lease $mnt/file -- sleep 1000 &
holder=$!
told leases
kill $holder
told leases
iopmem pin $mnt/file >/dev/null
told pinned
iopmem unpin $mnt/file >/dev/null
told unpinned
rm $mnt/file
told unmapped
told ended
status=0
wait $monitor || status=$?
same "the status at the end of a map" 1 $status
moved "$count events told"
