# machine: plain
# what: functions are bound and unbound by the toolkit, with the reason if not, and nothing left behind
# quick: stable
# needs: toolkit
f=$(iop 1)
q=$(functions 1b36 0100)
nvme=$(functions_of_driver nvme | head -n 1)
bar=/sys/module/iopmem/parameters/bar

ends 1 "No such file" iopmem bind 0000:ee:00.0
ends 2 "is driven by nvme" iopmem bind "$nvme"
ends 2 "is a bridge" iopmem bind "$(functions 1b36 000c | head -n 1)"
ends 2 "has no memory BAR 1" iopmem bind --bar 1 "$f"
ends 0 "" iopmem unbind "$f"
ends 2 "not by iopmem" iopmem unbind "$nvme"

# What the driver does not take is left as it was.
echo "0000:ee:00.0=3" >$bar
ends 1 "the driver did not take it" iopmem bind --bar 0 "$f"
ends 1 "the driver did not take it" iopmem bind "$q"
ends 1 "the driver did not take it" iopmem bind --force "$nvme"
same "other functions' BARs" "0000:ee:00.0=3" "$(value $bar)"
for x in "$f" "$q" "$nvme"; do
  same "the preference of $x" "(null)" "$(value $pci/devices/$x/driver_override)"
done
wait_for 5 test -e "$pci/drivers/nvme/$nvme" || fail "the SSD did not get its driver back"

# A dry run writes nothing, and is a script.
iopmem bind --dry-run --bar 2 "$f" >/tmp/plan
[ ! -e "$pci/devices/$f/driver" ] || fail "bound by a dry run"
sh -eu /tmp/plan
same driver iopmem "$(basename "$(readlink "$pci/devices/$f/driver")")"
same "other functions' BARs after the script" "0000:ee:00.0=3" "$(value $bar)"
iopmem unbind --dry-run "$f" >/tmp/plan
sh -eu /tmp/plan
[ ! -e "$pci/devices/$f/driver" ] || fail "still bound after the script"

dev=$(iopmem bind --bar 2 "$f")
same "the device" "/dev/$(block_of "$f")" "$dev"
same "other functions' BARs after bind" "0000:ee:00.0=3" "$(value $bar)"
same "the device of what was bound" "$dev" "$(iopmem bind "$f")"
same "the same with its BAR" "$dev" "$(iopmem bind --bar 2 "$f")"
ends 2 "is bound with BAR 2, not 4" iopmem bind --bar 4 "$f"
second=$(iopmem bind --bar 1 "$q")

# What is listed is what the driver says.
for x in "$f" "$q"; do
  iopmem list -nro FUNCTION,BAR,BUS-ADDRESS,CPU-ADDRESS,LEASES "/dev/$(block_of "$x")" >/tmp/row
  set -- $(cat /tmp/row)
  same "listed function" "$x" "$1"
  same "listed BAR" "$(attribute "$x" bar)" "$2"
  same "listed bus address" $(($(attribute "$x" bus_address))) $(($3))
  same "listed CPU address" $(($(attribute "$x" cpu_address))) $(($4))
  same "listed leases" 0 "$5"
done

fresh ext4 "$dev" $mnt
ends 2 "is mounted on /mnt" iopmem unbind "$f"
ends 2 "mounted on /mnt" mkfs.iopmem --force "$dev"
noise $mnt/file 65536
iopmem lease $mnt/file >/tmp/held &
holder=$!
wait_for 5 grep -q 0x /tmp/held || fail "no lease"
/real/umount -l $mnt
ends 2 "$(basename "$dev")" iopmem unbind "$f"
kill $holder
wait_for 5 sh -c "/vm/lease query $dev | grep -q leases=0" || fail "still leased"
sleep 1000 | /vm/lease -f map "$dev" "$(edu)" 64 >/tmp/mapped &
mapper=$!
wait_for 5 grep -q address= /tmp/mapped || fail "no mapping: $(cat /tmp/mapped)"
ends 2 "1 client mappings, held by process $mapper" iopmem unbind "$f"
kill -9 $mapper
killall sleep
wait_for 5 iopmem unbind "$f" || fail "not unbound"
iopmem unbind "$q"
same "the preference after unbind" "(null)" "$(value $pci/devices/$f/driver_override)"
moved "$f BAR 2 as $dev, $q BAR 1 as $second; 12 refusals with a reason"
