# machine: plain
# what: a device is mounted for DAX with proof, or not at all
# quick: oldest newest
# needs: toolkit
# weight: 2
dev=$(iopmem bind "$(iop 1)")
for fs in ext4 xfs; do
  mkfs.iopmem --force --quiet --type $fs "$dev"
  iopmem mount "$dev" $mnt >/tmp/said
  same "$fs: what it said" "$dev on $mnt type $fs (dax)" "$(cat /tmp/said)"
  # Again: nothing changes, and it is said; mounted otherwise it is refused.
  ends 0 "mounted so already" iopmem mount "$dev" $mnt
  same "$fs: what it said of it again" "$dev on $mnt type $fs (dax)" "$(cat /tmp/said)"
  (cd / && same "$fs: by a relative path" false "$(iopmem mount --json "$dev" "${mnt#/}" 2>/dev/null | grep -o '"changed":[a-z]*' | cut -d: -f2)")
  mkdir -p /tmp/other
  ends 2 "is mounted on $mnt, not on /tmp/other" iopmem mount "$dev" /tmp/other
  mount -o remount,ro $mnt
  ends 2 "read-only" iopmem mount "$dev" $mnt
  mount -o remount,rw $mnt
  same "$fs: mounts" 1 "$(grep -c " $mnt " /proc/mounts)"
  echo probe >$mnt/file
  /vm/file dax $mnt/file || fail "$fs: mounted, but not DAX"
  rm $mnt/file
  same "$fs: files left by the proof" "" "$(ls -A $mnt | grep -v lost+found)"
  ends 2 "mounted on /mnt" mkfs.iopmem --force "$dev"
  /real/umount $mnt
done
# mount(8) and fstab(5) have the type; a second time there is nothing to do.
mkdir -p /sbin
ln -sf /usr/bin/iopmem /sbin/mount.iopmem
echo "$dev $mnt iopmem noatime,nofail,x-systemd.requires=other.service 0 0" >/etc/fstab
for fs in ext4 xfs; do
  mkfs.iopmem --force --quiet --type $fs "$dev"
  /real/mount -v $mnt >/tmp/said 2>&1 || fail "$fs: no mount by fstab: $(cat /tmp/said)"
  grep -q "$dev on $mnt type $fs (dax)" /tmp/said || fail "$fs: it said $(cat /tmp/said)"
  grep -q " $mnt $fs [^ ]*noatime[^ ]*dax=always" /proc/mounts || fail "$fs: $(cat /proc/mounts)"
  /real/mount -a || fail "$fs: fstab cannot be done twice"
  same "$fs: mounts by fstab" 1 "$(grep -c " $mnt " /proc/mounts)"
  /real/umount $mnt
  ends 64 '"ro" is not one of mount.iopmem' /real/mount -t iopmem -o ro "$dev" $mnt
done
rm /etc/fstab
# What a device may be hours in going from under is mounted, and told.
/real/mkfs.xfs -q -f -m reflink=0,rmapbt=1 "$dev"
ends 0 "has rmapbt" iopmem mount "$dev" $mnt
same "what it said of rmapbt" "$dev on $mnt type xfs (dax)" "$(cat /tmp/said)"
iopmem check "$dev" >/tmp/check || true
grep -q "has rmapbt" /tmp/check || fail "check does not tell of rmapbt: $(cat /tmp/check)"
/real/umount $mnt
/real/mkfs.xfs -q -f -m reflink=0,rmapbt=0 "$dev"
ends 0 "" iopmem mount "$dev" $mnt
iopmem check "$dev" >>/tmp/complaint || true
if grep rmapbt /tmp/complaint; then fail "it complains of an rmapbt that is not there"; fi
/real/umount $mnt
# Where there is no DAX: ext4 does not mount, xfs does without a word.
make_fs ext4 /dev/nvme0n1
ends 2 "cannot be mounted for DAX" iopmem mount /dev/nvme0n1 $mnt
truncate -s 320M /tmp/image
loop=$(losetup -f)
losetup "$loop" /tmp/image
/real/mkfs.xfs -q "$loop"
ends 2 "is unmounted again" iopmem mount "$loop" $mnt
if grep -q " $mnt " /proc/mounts; then fail "left mounted without DAX"; fi
dd if=/dev/zero of="$loop" bs=1M count=8 conv=fsync 2>/dev/null
ends 2 "holds no file system" iopmem mount "$loop" $mnt
losetup -d "$loop"
moved "ext4 and xfs on $dev with DAX; ext4 on an SSD and xfs on a loop device refused"
