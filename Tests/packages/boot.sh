# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # sourced by run, for $here, $cache, $scratch and $tree
# A machine whose disk is the tree with the packages, with systemd and a kernel of Debian stable's, and
# three functions whose memory outlives its power: one is bound by iopmem-bind@ and mounted by
# fstab(5) as the ext4 that it is, one is formatted and mounted by fstab(5) as of type iopmem, and one is
# what a manifest has.

# make_disk: the tree, enabled as an administrator would, on a layer of its own.
make_disk() {
  local guest=$here/guest below=$scratch/upper:$cache/base tree=$scratch/booted
  mkdir "$tree" "$scratch/booted-upper" "$scratch/booted-work"
  mount -t overlay iopmem "$tree" \
    -o "lowerdir=$below,upperdir=$scratch/booted-upper,workdir=$scratch/booted-work"
  install -m 755 "$guest/trial" "$tree/trial"
  install -m 644 "$guest/trial.service" "$tree/etc/systemd/system/"
  install -m 644 "$guest/manifest.yaml" "$tree/etc/iopmem/manifest.yaml"
  mkdir -p "$tree/srv/bar" "$tree/mnt/bar" "$tree/mnt/made"
  cat >"$tree/etc/fstab" <<'FSTAB'
/dev/vda / ext4 defaults 0 1
UUID=6f0d2c1e-8a53-4b7f-9c11-3d5e7a9b1c2d /mnt/bar ext4 dax=always,nofail,x-systemd.requires=iopmem-bind@0000:00:10.0.service 0 0
/dev/disk/by-path/pci-0000:00:12.0 /mnt/made iopmem nofail,x-systemd.makefs,x-systemd.requires=iopmem-bind@0000:00:12.0.service 0 0
FSTAB
  # Emulated firmware has memory above 4 GiB cached.
  echo "options iopmem allow_cached=1" >"$tree/etc/modprobe.d/trial.conf"
  inside "$tree" systemctl enable trial.service iopmem-apply.service \
    iopmem-bind@0000:00:10.0.service iopmem-bind@0000:00:12.0.service
  truncate -s 4G "$scratch/disk"
  mke2fs -q -t ext4 -d "$tree" "$scratch/disk"
  umount "$tree"
  truncate -s 64M "$scratch/bar0" "$scratch/bar1" "$scratch/bar2"
}

# boots NUMBER: until the machine has said what it found; then its power is cut. Where an emulated
# processor fails the kernel before systemd runs, the machine is booted anew.
boots() {
  local try=1
  until boot_once "$1"; do
    if [ $try = 3 ] || grep -q 'Run /init' "$scratch/console-$1"; then
      cat "$scratch/talk-$1"
      tail -n 40 "$scratch/console-$1"
      return 1
    fi
    try=$((try + 1))
  done
}

# The kernel is told to do without cmpxchg16b: QEMU's leaves wrong flags behind now and then.
boot_once() {
  local talk=$scratch/talk-$1 pid waited=0
  : >"$talk"
  qemu-system-x86_64 -accel tcg,thread=multi -machine q35 -smp 2 -cpu max -m 1G -nodefaults \
    -no-reboot -display none -kernel "$tree"/boot/vmlinuz-* -initrd "$tree"/boot/initrd.img-* \
    -append "root=/dev/vda console=ttyS0 panic=-1 no_timer_check mitigations=off \
      init_on_alloc=0 cryptomgr.notests clearcpuid=cx16 systemd.default_timeout_start_sec=600 \
      systemd.default_device_timeout_sec=600 systemd.mask=getty.target" \
    -serial "file:$scratch/console-$1" -serial "file:$talk" \
    -drive "file=$scratch/disk,if=none,id=disk,format=raw" -device virtio-blk-pci,drive=disk \
    -object "memory-backend-file,id=bar0,mem-path=$scratch/bar0,size=64M,share=on" \
    -device ivshmem-plain,memdev=bar0,bus=pcie.0,addr=0x10 \
    -object "memory-backend-file,id=bar1,mem-path=$scratch/bar1,size=64M,share=on" \
    -device ivshmem-plain,memdev=bar1,bus=pcie.0,addr=0x11 \
    -object "memory-backend-file,id=bar2,mem-path=$scratch/bar2,size=64M,share=on" \
    -device ivshmem-plain,memdev=bar2,bus=pcie.0,addr=0x12 &
  pid=$!
  # shellcheck disable=SC2064 # this one
  trap "kill -9 $pid 2>/dev/null || true" EXIT
  trap 'exit 130' TERM
  while kill -0 $pid && [ $waited -lt 900 ] && ! grep -q '^trial: ' "$talk"; do
    sleep 1
    waited=$((waited + 1))
  done
  kill -9 $pid || true
  wait $pid || true
  tr -d '\r' <"$talk" >"$talk.lines"
  mv "$talk.lines" "$talk"
  grep -q '^trial: done' "$talk"
}

# same_facts: inodes, sizes, modes and addresses are what they were before the power was cut.
same_facts() {
  grep '^fact: ' "$scratch/talk-1" >"$scratch/facts"
  [ "$(wc -l <"$scratch/facts")" = 4 ]
  grep '^fact: ' "$scratch/talk-2" | diff "$scratch/facts" -
}
