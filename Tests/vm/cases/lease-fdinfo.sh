# machine: plain
# what: fdinfo tells of a lease and of a mapping what they hold, for whom, since when, and the end of it
# quick: stable
f=$(iop 1)
bind "$f"
block=$(block_of "$f")
dev=/dev/$block
make_fs ext4 "$dev"
mount_dax "$dev" $mnt
mkdir "$mnt/a folder"
noise "$mnt/a folder/file" 65536
inode=$(stat -c %i "$mnt/a folder/file")
engine=$(edu)

# told KEY: its value in the fdinfo of the helper, whose descriptor number does not matter.
told() {
  cat "/proc/$(pidof lease)/fdinfo/"* | sed -n "s/^iopmem-$1:\t//p"
}
began() { # began WORD COMMAND...: runs in the background until `ended`
  local word=$1
  shift
  rm -f /tmp/go
  mkfifo /tmp/go
  earliest=$(date +%s)
  "$@" </tmp/go >/tmp/held &
  exec 5>/tmp/go
  wait_for 10 grep -q "$word" /tmp/held || fail "$*: $(cat /tmp/held)"
  same "device of $*" "$block" "$(told device)"
  same "function of $*" "$f" "$(told function)"
  same "state of $*" held "$(told state)"
  local since
  since=$(told since)
  [ "$since" -ge "$earliest" ] || fail "$*: since $since"
  [ "$since" -le "$(date +%s)" ] || fail "$*: since $since"
}
ended() {
  exec 5>&-
  wait_for 5 sh -c "! pidof lease" >/dev/null || fail "the holder does not end"
}

began inode= /vm/lease hold "$dev" "$mnt/a folder/file"
same "file of a lease" "$mnt/a\\040folder/file" "$(told file)"
same "inode of a lease" "$inode" "$(told inode)"
same "client of a lease" "" "$(told client)"
ended
began address= /vm/lease -f map "$dev" "$engine" 64
same "client of a mapping" "$engine" "$(told client)"
same "file of a mapping" "" "$(told file)"
ended
began address= /vm/lease -f hold-for "$dev" "$mnt/a folder/file" "$engine" 64
same "client of a mapping of a lease" "$engine" "$(told client)"
same "file of a mapping of a lease" "$mnt/a\\040folder/file" "$(told file)"
same "inode of a mapping of a lease" "$inode" "$(told inode)"
# Once its memory is gone it holds no file, and still tells what it was.
unbind "$f"
same "state without its memory" revoked "$(told state)"
same "file without its memory" "" "$(told file)"
same "inode without its memory" "$inode" "$(told inode)"
same "device without its memory" "$block" "$(told device)"
ended
/real/umount $mnt || fail "no unmount"
moved "a lease, a mapping, and both at once of $inode for $engine"
