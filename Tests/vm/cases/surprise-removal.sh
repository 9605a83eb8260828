# machine: plain
# what: removed while it does not answer, with a filesystem mounted: no crash, no hang, and back
# quick: stable
# processors: 2
f=$(iop 1)
port=$(basename "$(dirname "$(readlink -f "$pci/devices/$f")")")
for fs in ext4 xfs; do
  bind "$f"
  dev=/dev/$(block_of "$f")
  make_fs $fs "$dev"
  mount_dax "$dev" $mnt
  noise $mnt/file 1048576
  bus=$(/real/setpci -s "$port" SECONDARY_BUS)
  sub=$(/real/setpci -s "$port" SUBORDINATE_BUS)
  base=$(/real/setpci -s "$port" PREF_MEMORY_BASE)
  limit=$(/real/setpci -s "$port" PREF_MEMORY_LIMIT)
  /real/setpci -s "$port" SECONDARY_BUS=40 SUBORDINATE_BUS=40
  /real/setpci -s "$port" PREF_MEMORY_BASE=fff1 PREF_MEMORY_LIMIT=0001
  unbind "$f"
  refused "$fs: a read of what is gone" sh -c "cat $mnt/file >/dev/null"
  wait_for 5 /real/umount $mnt || fail "$fs: no unmount of the dead filesystem"
  refused "binding a function that does not answer" bind "$f"
  /real/setpci -s "$port" PREF_MEMORY_BASE="$base" PREF_MEMORY_LIMIT="$limit"
  /real/setpci -s "$port" SECONDARY_BUS="$bus" SUBORDINATE_BUS="$sub"
  bind "$f" || fail "$fs: no bind once it answers"
  unbind "$f"
done
moved "two filesystems lost with the function, which was bound again"
