# machine: plain switch iommu
# what: check tells how the kernel was built and the BAR is mapped, and a capture answers the same
# quick: stable@iommu newest@plain
# needs: toolkit
# weight: 3
f=$(iop 1)
dev=$(iopmem bind "$f")
iopmem check --json --all-clients "$dev" >/tmp/live || true
has() { # has TEXT
  grep -qF "$1" /tmp/live || fail "no $1: $(cat /tmp/live)"
}
start=$(attribute "$f" cpu_address)
type=$(sed -n "s/^PAT: \[mem $start-0x[0-9a-f]*\] //p" /sys/kernel/debug/x86/pat_memtype_list | head -n 1)
has "\"cache\":\"$type\""
config=/boot/config-$(uname -r)
for option in ZONE_DEVICE FS_DAX FS_DAX_PMD PCI_P2PDMA DMA_SHARED_BUFFER STRICT_DEVMEM IO_STRICT_DEVMEM; do
  if grep -q "^CONFIG_$option=y" "$config"; then value=true; else value=false; fi
  has "\"$(echo $option | tr '[:upper:]' '[:lower:]')\":$value"
done
# Kernels that have it are told nothing of the kind.
if grep -q '^CONFIG_PCI_P2PDMA=y' "$config"; then
  ! grep -qF '"kernel-no-p2pdma"' /tmp/live || fail "p2pdma is on, and missed: $(cat /tmp/live)"
else
  has '"kernel-no-p2pdma"'
fi
# Where the driver makes dma-bufs it is not said that the kernel is too old for them, nor otherwise.
case $(uname -r) in
[0-6].* | 7.0*) has '"kernel-no-dma-buf"' ;;
*) ! grep -E '"kernel-no-dma-buf"|"dma-buf-unseen"' /tmp/live || fail "7.1 and later have dma-bufs" ;;
esac

sh /vm/capture-machine /tmp/captured
iopmem check --sysroot /tmp/captured --json --all-clients "$(basename "$dev")" >/tmp/replayed || true
cmp /tmp/live /tmp/replayed || fail "the capture answers otherwise: $(cat /tmp/replayed)"
# Compressed, as the kernel itself would have it.
gzip -c "$config" >/tmp/captured/proc/config.gz
rm "/tmp/captured$config"
iopmem check --sysroot /tmp/captured --json --all-clients "$(basename "$dev")" >/tmp/replayed || true
cmp /tmp/live /tmp/replayed || fail "a compressed configuration answers otherwise"
moved "mapped $type; $(grep -o '"answer"' /tmp/live | wc -l) clients judged, and again from a capture"
