# machine: plain
# what: 98 % of what mkfs.iopmem says is free is placed into the mounted file system, whatever was there before
# quick: none
# needs: toolkit
dev=$(iopmem bind "$(iop 1)")
for fs in ext4 xfs; do
  promise=$(mkfs.iopmem --force --json --type $fs "$dev" | tr ',{}' '\n' |
    sed -n '/"largest_aligned_run"/,$ s/^"length":\([0-9]*\)$/\1/p' | head -n 1)
  [ "${promise:-0}" -gt 0 ] || fail "$fs: nothing is promised"
  iopmem mount "$dev" $mnt >/dev/null || fail "$fs is not mounted for DAX"
  large=$((promise * 98 / 100))
  for round in 1 2; do
    iopmem place --quiet --size $large $mnt/large || fail "$fs: no $large bytes in round $round"
    same "$fs: the large file in 2 MiB" 0 $(($(address $mnt/large) % 2097152))
    rm $mnt/large
  done
  for n in 1 2 3 4 5 6 7 8 9; do
    iopmem place --quiet --size $((promise / 10)) $mnt/$n || fail "$fs: no tenth $n"
  done
  rm $mnt/4
  iopmem place --quiet --size $((promise / 10)) $mnt/4 || fail "$fs: not into its own hole"
  rm $mnt/[1-9]
  iopmem place --quiet --size 3 $mnt/placed || fail "$fs: no small file"
  echo x >$mnt/written
  iopmem place --quiet --size $((promise * 95 / 100)) $mnt/large || fail "$fs: split by small files"
  moved "$fs: $large of $promise bytes placed, twice, and nine tenths and a hole between"
  /real/umount $mnt
done
