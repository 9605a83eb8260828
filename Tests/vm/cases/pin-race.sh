# machine: plain
# what: a layout stands from the moment its pin is reported, whoever was punching holes just then
# needs: toolkit
dev=$(iopmem bind "$(iop 1)")
layout() {
  /vm/file extents $mnt/file
}
work() { # work PAUSE: six workers, until `stop`
  /vm/race work $mnt/file "$1" >/tmp/worked &
  worker=$!
}
stop() {
  kill -9 $worker
  wait $worker || true
  [ ! -s /tmp/worked ] || fail "$fs: $(cat /tmp/worked)"
}
for fs in ext4 xfs; do
  fresh $fs "$dev" $mnt
  noise $mnt/file 65536

  # The attribute alone lets those through who looked before it was set.
  work 0
  moved=0
  for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    /real/chattr +i $mnt/file
    layout >/tmp/before
    usleep 20000
    layout | cmp -s - /tmp/before || moved=$((moved + 1))
    /real/chattr -i $mnt/file
    usleep 20000
  done
  stop
  [ $moved -gt 0 ] || fail "$fs: the workers came too late $round times: nothing is shown"

  work 30000
  pinned=0 refused=0
  read -r now rest </proc/uptime
  began=${now%.*}
  while [ $((${now%.*} - began)) -lt 60 ]; do
    status=0
    iopmem pin $mnt/file >/tmp/pin 2>/tmp/complaint || status=$?
    if [ $status = 0 ]; then
      read -r fingerprint rest </tmp/pin
      layout >/tmp/before
      usleep 20000
      layout | cmp -s - /tmp/before || fail "$fs: the layout moved under a pin"
      ends 0 "" iopmem verify --fingerprint "$fingerprint" $mnt/file
      iopmem unpin $mnt/file
      pinned=$((pinned + 1))
    else
      [ $status -le 2 ] || fail "$fs: $(cat /tmp/complaint)"
      refused=$((refused + 1))
    fi
    read -r now rest </proc/uptime
  done
  stop
  [ $pinned -ge 3 ] || fail "$fs: only $pinned pins, $refused refused: $(cat /tmp/complaint)"
  /real/umount $mnt
  sound $fs "$dev"
  moved "$fs: by the attribute alone $moved of 30 moved; 0 of $pinned pins, $refused refused"
done
