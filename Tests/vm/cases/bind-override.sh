# machine: plain switch iommu iommu-pt arm64
# what: any function is taken by driver_override; the driver says where its memory lies
# quick: stable@iommu
f=$(iop 1)
bind "$f"
same driver iopmem "$(basename "$(readlink $pci/devices/$f/driver)")"
set -- $(sed -n 3p $pci/devices/$f/resource)
same bar 2 "$(attribute "$f" bar)"
same "CPU address" "$1" "$(attribute "$f" cpu_address)"
same length $(($2 - $1 + 1)) "$(attribute "$f" length)"
same "bus address" "0x$(printf %08x $((0x$(/real/setpci -s "$f" BASE_ADDRESS_3))))$(printf %08x $((0x$(/real/setpci -s "$f" BASE_ADDRESS_2) & ~15)))" \
  "$(attribute "$f" bus_address)"
same "data offset" 0 "$(attribute "$f" data_offset)"
same abi 1 "$(attribute "$f" abi)"
same capacity $(($(attribute "$f" length) / 512)) "$(value /sys/block/$(block_of "$f")/size)"
same DAX 1 "$(value /sys/block/$(block_of "$f")/queue/dax)"
moved "$(attribute "$f" length) bytes of $f BAR 2 at bus $(attribute "$f" bus_address)"
