# machine: plain
# what: the power goes at two moments of a placement: clean, files whole or not there, no litter
# quick: none
# needs: toolkit
dev=$(iopmem bind "$(iop 1)")
cuts=2
files=$(seq 1 12)

# Two versions of the same tree: all that a file may ever be is one of them.
for version in a b; do
  mkdir -p /tmp/$version/tree
  for n in $files; do
    yes "version $version of file $n" | head -c $((n * n * n * 1031)) >/tmp/$version/tree/$n
  done
done

if [ "$VM_PHASE" = 1 ]; then
  printf 'label: gpt\nstart=2048,size=262144\nsize=700000\n' | /real/sfdisk -q "$dev"
  wait_for 5 test -b "${dev}p2" || fail "no ${dev}p2"
  mkfs.iopmem --force --quiet --type ext4 "${dev}p1"
  mkfs.iopmem --force --quiet --type xfs "${dev}p2"
fi
mkdir -p $mnt/ext4 $mnt/xfs
iopmem mount "${dev}p1" $mnt/ext4
iopmem mount "${dev}p2" $mnt/xfs
mkdir -p $mnt/ext4/tree $mnt/xfs/tree

whole=0
litter=0
for fs in ext4 xfs; do
  for n in $files; do
    file=$mnt/$fs/tree/$n
    if [ -e "$file" ]; then
      cmp -s "$file" /tmp/a/tree/$n || cmp -s "$file" /tmp/b/tree/$n || fail "$fs: half of file $n"
      whole=$((whole + 1))
    fi
  done
  litter=$((litter + $(ls -A $mnt/$fs/tree | grep -c iopmem-place || true)))
done
if [ "$VM_PHASE" -gt 1 ]; then
  [ $whole -gt 0 ] || fail "nothing was placed before the cut"
  for fs in ext4 xfs; do
    iopmem place --quiet --force /tmp/a/tree/* $mnt/$fs/tree || fail "$fs: no placement after the cut"
    same "$fs: litter" "" "$(ls -A $mnt/$fs/tree | grep iopmem-place)"
    /real/umount $mnt/$fs
  done
  /real/e2fsck -fn "${dev}p1" >/tmp/fsck 2>&1 || fail "e2fsck: $(tail -n 1 /tmp/fsck)"
  /real/xfs_repair -n "${dev}p2" >/tmp/fsck 2>&1 || fail "xfs_repair: $(tail -n 1 /tmp/fsck)"
  iopmem mount "${dev}p1" $mnt/ext4
  iopmem mount "${dev}p2" $mnt/xfs
fi
if [ "$VM_PHASE" -le $cuts ]; then
  for fs in ext4 xfs; do
    while iopmem place --quiet --force /tmp/a/tree/* $mnt/$fs/tree; do
      echo round >>/tmp/rounds-$fs
      iopmem place --quiet --force /tmp/b/tree/* $mnt/$fs/tree
    done &
  done
  wait_for 20 test -s /tmp/rounds-ext4 -a -s /tmp/rounds-xfs || fail "no placement came to an end"
  usleep $((VM_PHASE * 170000))
  host powercut
  sleep 100
fi
moved "$cuts cuts during placements on ext4 and xfs; $whole whole files, $litter stale remains removed, both clean"
