# machine: plain switch
# what: placed by the toolkit, files are reached by engine and SSD at the addresses that it prints
# quick: stable@plain
# needs: toolkit
# weight: 4
dev=$(iopmem bind "$(iop 1)")
large=67108864
[ -z "$VM_QUICK" ] || large=16777216
ssd=/dev/nvme0n1
for bytes in 1 4096 2097152 $large; do noise /tmp/of-$bytes $bytes; done
mkdir -p /tmp/tree/below/deep
for n in 1 2 3; do
  noise /tmp/tree/of-$n $((n * 5001))
  noise /tmp/tree/below/deep/of-$n $((n * 1300017))
done
files="of-1 of-4096 of-2097152 of-$large tree/of-1 tree/of-3 tree/below/deep/of-3"
for file in $files; do
  sum /tmp/$file >/tmp/$file.sum
done
for fs in ext4 xfs; do
  fresh $fs "$dev" $mnt
  iopmem place --quiet /tmp/of-1 /tmp/of-4096 /tmp/of-2097152 /tmp/of-$large /tmp/tree $mnt || fail "$fs: not placed"
  noise /tmp/in 256
  iopmem place --quiet /tmp/in $mnt
  iopmem place --quiet --size 256 $mnt/out
  iopmem place --quiet --size $large $mnt/receive
  in=$(address $mnt/in)
  out=$(address $mnt/out)
  for file in $files; do
    /vm/file equal /tmp/$file $mnt/$file || fail "$fs: $file is not its source"
    host_sees $mnt/$file "$(cat /tmp/$file.sum)"
  done
  for file in of-2097152 of-$large receive; do
    same "$fs: $file in 2 MiB" 0 $(($(address $mnt/$file) % 2097152))
  done
  # Through the SSD and back, by its own DMA: every byte.
  /vm/file write-direct $ssd 0 $mnt/of-$large $large
  /vm/file read-direct $ssd 0 $mnt/receive $large
  /vm/file equal /tmp/of-$large $mnt/receive || fail "$fs: $large bytes through the SSD are others"
  host_sees $mnt/receive "$(cat /tmp/of-$large.sum)"
  probed=0
  for file in of-1 of-4096 of-$large tree/below/deep/of-3; do
    probe $mnt/$file "$in" "$out"
  done
  # Aligned files are mapped by entries of 2 MiB; NOPAGE is such a fault's success.
  trace=/sys/kernel/debug/tracing
  echo >$trace/trace
  echo 1 >$trace/events/fs_dax/dax_pmd_fault_done/enable
  /vm/file hold-mapping $mnt/receive >/dev/null
  echo 0 >$trace/events/fs_dax/dax_pmd_fault_done/enable
  big=$(grep dax_pmd_fault_done $trace/trace | grep -c NOPAGE || true)
  [ "$big" -ge $((large / 2097152)) ] || fail "$fs: only $big of $((large / 2097152)) faults were served by 2 MiB"
  moved "$fs: $probed bytes by $(edu) at 4 files' starts, middles and ends; $large bytes out and in by $(functions_of_driver nvme | head -n 1) to $(address $mnt/receive), mapped by $big entries of 2 MiB"
  /real/umount $mnt
done
