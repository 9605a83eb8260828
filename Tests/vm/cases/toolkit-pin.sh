# machine: plain
# what: a pinned file stays where it is, across mounts too, and verify tells when one does not
# quick: stable
# needs: toolkit
# weight: 2
f=$(iop 1)
dev=$(iopmem bind "$f")

attack() { # attack EXPECTED OP...
  local expected=$1 op
  shift
  for op in "$@"; do
    same "$fs: $op $state" "$expected" "$(/vm/file attempt "$op" $mnt/file $mnt/other)"
  done
}
changed() { # changed WORDS: what verify says of the map
  local status=0
  iopmem verify --map /tmp/map >/tmp/said || status=$?
  same "$fs: verify $state" 1 $status
  grep -q "$1" /tmp/said || fail "$fs: verify $state says: $(cat /tmp/said)"
}

for fs in ext4 xfs; do
  fresh $fs "$dev" $mnt
  noise /tmp/file 1048576
  iopmem place --quiet --pin /tmp/file $mnt
  noise $mnt/other 1048576
  iopmem fiemap --require-pin --json $mnt/file >/tmp/map
  same "$fs: verify" "$mnt/file: holds" "$(iopmem verify --map /tmp/map)"

  # Its cells are capitals.
  iopmem map "$dev" >/tmp/picture
  same "$fs: the pinned file's state" "pinned" \
    "$(awk -v file=$mnt/file '$NF == file && $1 ~ /^[A-Z]$/ { print $5 }' /tmp/picture)"
  state="under a pin"
  attack EPERM truncate extend open-truncate write append fallocate punch zero collapse insert \
    mmap-write unlink rename rename-over defragment clone-onto
  ends 2 "is immutable" iopmem place --force /tmp/file $mnt
  ends 2 "is immutable" iopmem lease $mnt/file
  same "$fs: the bytes" "$(md5sum </tmp/file)" "$(md5sum <$mnt/file)"
  /real/umount $mnt
  state="unmounted"
  changed "is gone"
  iopmem mount "$dev" $mnt >/dev/null
  same "$fs: verify after a mount" "$mnt/file: holds" "$(iopmem verify --map /tmp/map)"
  iopmem fiemap --require-pin --json $mnt/file | cmp - /tmp/map || fail "$fs: the map changed"

  # Not DAX any more: the blocks are there, and the page cache lies between.
  /real/umount $mnt
  /real/mount -t $fs -o dax=never "$dev" $mnt
  state="without DAX"
  changed "is not DAX"
  /real/umount $mnt
  iopmem mount "$dev" $mnt >/dev/null

  # Who has the file open for writing could still move it.
  iopmem unpin $mnt/file
  ends 2 "is not pinned" iopmem fiemap --require-pin $mnt/file
  exec 3<>$mnt/file
  ends 2 "is open for writing" iopmem pin $mnt/file
  exec 3>&-
  iopmem pin $mnt/file >/tmp/said
  grep -q "\"fingerprint\":\"$(cut -d ' ' -f 1 /tmp/said)\"" /tmp/map || fail "$fs: $(cat /tmp/said)"
  iopmem unpin $mnt/file

  # Free, and attacked: each time something else is told.
  state="when free"
  attack OK append
  changed "is 1048577 bytes long, was 1048576"
  attack OK punch
  changed "bytes 0 to 4095 lie at BAR offset nothing"
  attack OK rename-over
  changed "is another file"
  attack OK unlink
  changed "is gone"
  /real/umount $mnt
  moved "$fs: 1048576 bytes held under 17 attacks and a mount, and 6 changes told"
done
