# machine: plain
# what: a layout stands from the moment its pin is reported, whoever was punching holes just then
# quick: none
# needs: toolkit
# processors: 2
dev=$(iopmem bind "$(iop 1)")
for fs in ext4 xfs; do
  fresh $fs "$dev" $mnt
  noise $mnt/file 65536

  # The attribute alone lets those through who looked before it was set.
  /vm/race attribute $mnt/file 20 >/tmp/race || fail "$fs: $(cat /tmp/race)"
  if grep -q ' moved=0 ' /tmp/race; then
    fail "$fs: the workers come too late, nothing is shown: $(cat /tmp/race)"
  fi

  # Who pins must be able to read the layout twice alike, now and then.
  /vm/race work $mnt/file 1500000 >/tmp/worked &
  worker=$!
  pinned=0 refused=0
  read -r now rest </proc/uptime
  began=${now%.*}
  while [ $((${now%.*} - began)) -lt 60 ]; do
    status=0
    iopmem pin $mnt/file >/tmp/pin 2>/tmp/complaint || status=$?
    if [ $status = 0 ]; then
      read -r fingerprint rest </tmp/pin
      usleep 20000
      ends 0 "" iopmem verify --fingerprint "$fingerprint" $mnt/file
      iopmem unpin $mnt/file
      pinned=$((pinned + 1))
    else
      [ $status -le 3 ] || fail "$fs: $(cat /tmp/complaint)"
      refused=$((refused + 1))
    fi
    read -r now rest </proc/uptime
  done
  kill -9 $worker
  wait $worker || true
  [ ! -s /tmp/worked ] || fail "$fs: $(cat /tmp/worked)"
  [ $pinned -ge 3 ] || fail "$fs: only $pinned pins, $refused refused: $(cat /tmp/complaint)"
  /real/umount $mnt
  sound $fs "$dev"
  moved "$fs: by the attribute alone $(cat /tmp/race); 0 of $pinned pins, $refused refused"
done
