# machine: plain arm64
# what: functions are taken by an id that was written to new_id, and left alone once it is removed
# quick: oldest newest
echo "1af4 1110" >$pci/drivers/iopmem/new_id
n=$(functions_of_driver iopmem | wc -l)
same "functions bound" 2 "$n"
f=$(iop 1)
unbind "$f"
echo "1af4 1110" >$pci/drivers/iopmem/remove_id
echo "$f" >$pci/drivers_probe
[ ! -e "$pci/devices/$f/driver" ] || fail "bound although the id was removed"
moved "$n functions bound by id 1af4:1110"
