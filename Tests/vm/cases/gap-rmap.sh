# machine: plain
# what: a gap of the kernel: xfs with reverse mapping hears that its device goes, and counts 2^32 pages of a file
# kernels: newest
# quick: none
if [ "$VM_PHASE" -gt 1 ]; then
  moved "nothing: of a file of 1024 pages 4294967 thousand are looked for, and no signal ends it"
  exit 0
fi
insmod /modules/notice.ko
f=$(iop 1)
bind "$f"
dev=/dev/$(block_of "$f")
/real/mkfs.xfs -q -f -m rmapbt=1,reflink=0 -d agcount=2 "$dev"
mount_dax "$dev" $mnt
noise $mnt/file 4194304
mkdir -p /tmp/trace
mount -t tracefs trace /tmp/trace
# Its third argument.
echo 'p:pages mf_dax_kill_procs count=%dx:u64' >/tmp/trace/kprobe_events
echo 1 >/tmp/trace/events/kprobes/enable
echo "$dev" >/dev/notice &
noticed=$!
counted() {
  grep -q count= /tmp/trace/trace
}
wait_for 10 counted || fail "the notice asks for no pages"
sleep 5
kill -9 $noticed
sleep 2
count=$(sed -n 's/.*count=//p' /tmp/trace/trace | tail -n 1)
state=$(sed -n 's/^State:.\(.\).*/\1/p' /proc/$noticed/status)
case $state:$count in
R:4294967*) ;;
*) fail "the gap is closed, of which driver/README.md tells: $count pages of a file of 1024, state $state" ;;
esac
# There is no other end.
host powercut
sleep 100
