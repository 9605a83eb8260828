# machine: plain iommu
# what: the library's addresses move bytes, every change is found out, and a revoked lease hangs up
# kernels: stable
# quick: stable@plain
# needs: toolkit library
# weight: 3
f=$(iop 1)
engine=$(edu)
# What the driver's mapping gives: addresses of the engine's own domain, or the CPU-physical ones.
case $(value "$pci/devices/$engine/iommu_group/type") in
DMA*) kind=2 ;;
*) kind=1 ;;
esac
noise /tmp/file 16384

# watch FD ARGUMENT...: a program that keeps a file open, and is asked through this descriptor.
watch() {
  local fd=$1
  shift
  rm -f "/tmp/ask.$fd" "/tmp/told.$fd"
  mkfifo "/tmp/ask.$fd"
  /vm/watch "$@" <"/tmp/ask.$fd" >"/tmp/told.$fd" 2>&1 &
  eval "exec $fd>/tmp/ask.$fd"
  wait_for 10 grep -q ^0x "/tmp/told.$fd" || fail "not opened: $(cat "/tmp/told.$fd")"
}

# told FD PATTERN: what it answers now.
told() {
  local lines
  lines=$(wc -l <"/tmp/told.$1")
  echo >&"$1"
  wait_for 5 sh -c "[ \$(wc -l </tmp/told.$1) -gt $lines ]" || fail "no answer"
  # shellcheck disable=SC2254 # a pattern
  case $(tail -n 1 "/tmp/told.$1") in
  $2) ;;
  *) fail "$fs: expected $2, was told $(tail -n 1 "/tmp/told.$1")" ;;
  esac
}

forget() { eval "exec $1>&-"; }

for fs in ext4 xfs; do
  dev=$(iopmem bind "$f")
  fresh $fs "$dev" $mnt
  iopmem place --quiet /tmp/file $mnt
  iopmem place --quiet --size 16K $mnt/to

  # Held by nobody: what moves the file, or takes the memory away, is told.
  watch 8 $mnt/file
  grep -q "^$(address $mnt/file) 16384 kind 0 of $f bar 2 1-" /tmp/told.8 ||
    fail "$fs: $(cat /tmp/told.8)"
  told 8 "0 holds"
  same "$fs: append" OK "$(/vm/file attempt append $mnt/file)"
  told 8 "1 $mnt/file: is * bytes long, was 16384"
  forget 8
  rm $mnt/file
  iopmem place --quiet /tmp/file $mnt
  watch 8 $mnt/file
  /real/setpci -s "$f" COMMAND=0:2
  told 8 "1 $mnt/file: */config says otherwise than it did"
  /real/setpci -s "$f" COMMAND=2:2
  told 8 "0 holds"

  # Held by the driver, and mapped for the engine.
  watch 6 -l -F -f "$engine" -a 64 $mnt/file
  watch 7 -l -F -f "$engine" -a 64 $mnt/to
  grep -q " 16384 kind $kind of $f bar 2 1-" /tmp/told.6 || fail "$fs: $(cat /tmp/told.6)"
  from=$(cut -d ' ' -f 1 /tmp/told.6)
  to=$(cut -d ' ' -f 1 /tmp/told.7)
  /vm/edu "$engine" "$from" "$to" 16384
  cmp /tmp/file $mnt/to || fail "$fs: the library's addresses did not move the bytes"
  host_sees $mnt/to "$(sum /tmp/file)"
  same "$fs: write under the lease" ETXTBSY "$(/vm/file attempt write $mnt/to)"
  told 6 "0 holds"
  forget 7
  wait_for 5 sh -c "/vm/lease query $dev | grep -q 'leases=1 maps=1'" || fail "$fs: still leased"
  same "$fs: write after the lease" OK "$(/vm/file attempt write $mnt/to)"

  unbind "$f"
  told 6 "1 hung up: $mnt/file: its lease was revoked*"
  told 8 "1 $mnt/file: its device is gone*"
  forget 6
  forget 8
  wait_for 5 sh -c "! pidof watch >/dev/null" || fail "$fs: a program hangs"
  wait_for 5 /real/umount $mnt || fail "$fs: no unmount of the dead filesystem"
  moved "$fs: 16384 bytes by $engine from $from to $to, 4 changes told"
done
