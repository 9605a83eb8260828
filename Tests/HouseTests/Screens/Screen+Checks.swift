extension Screen {
  /// What check says of captured machines.
  static let checks = [
    Screen("check", "iopmem check --sysroot iopmem-switch iopmem0"),
    Screen("check-one", "iopmem check --sysroot iopmem-switch --for 0000:05:00.0 iopmem0"),
    Screen(
      "check-host", "iopmem check --sysroot iopmem-iommu --for 02:00.0 --for nvme0n1 iopmem0"),
    Screen("check-all", "iopmem check --sysroot iopmem-switch --all-clients iopmem0"),
    Screen("check-off", "iopmem check --sysroot iopmem-decoding-off --all-clients iopmem0"),
    Screen("check-several", "iopmem check --sysroot iopmem-ambiguous iopmem0"),
    Screen("check-tree", "iopmem check --sysroot iopmem-switch --all-clients --tree iopmem0"),
    Screen(
      "check-tree-colors",
      "iopmem check --sysroot iopmem-switch --for 05:00.0 --for 04:00.0 --tree iopmem0",
      hasColors: true),
    Screen(
      "check-tree-ascii", "iopmem check --sysroot iopmem-switch --for 05:00.0 --tree iopmem0",
      locale: "C"),
    Screen("check-alone", "iopmem check --sysroot alone --all-clients iopmem0", after: alone),
    Screen(
      "check-tree-alone", "iopmem check --sysroot alone --all-clients --tree iopmem0",
      after: alone),
    Screen(
      "check-tree-off", "iopmem check --sysroot iopmem-decoding-off --for nvme0n1 --tree iopmem0"),
    Screen(
      "check-tree-host", "iopmem check --sysroot iopmem-iommu --for nvme0n1 --tree iopmem0"),
    Screen(
      "check-tree-iommu", "iopmem check --sysroot blocked --for nvme0n1 --tree iopmem0",
      after: iommu),
    Screen(
      "check-tree-acs",
      "iopmem check --sysroot redirecting --for 05:00.0 --for 04:00.0 --tree iopmem0",
      after: acs),
    Screen(
      "check-tree-bridge", "iopmem check --sysroot silent --for 05:00.0 --tree iopmem0",
      after: bridge),
    Screen(
      "check-tree-unseen", "iopmem check --sysroot gap --for 05:00.0 --tree iopmem0",
      after: gap),
    Screen(
      "check-tree-nobody", "iopmem check --sysroot iopmem-switch --for 0e:00.0 --tree iopmem0"),
    Screen("check-dot", "iopmem check --sysroot iopmem-switch --all-clients --dot iopmem0"),
    Screen("check-svg", "iopmem check --sysroot iopmem-switch --all-clients --svg iopmem0"),
    Screen(
      "check-dot-acs",
      "iopmem check --sysroot redirecting --for 05:00.0 --for 04:00.0 --dot iopmem0",
      after: acs),
    Screen(
      "check-svg-acs",
      "iopmem check --sysroot redirecting --for 05:00.0 --for 04:00.0 --svg iopmem0",
      after: acs),
  ]

  /// A machine of no more functions than the device needs.
  private static let alone = """
    cp -a iopmem-switch/. alone
    cd alone/sys/bus/pci/devices; rm 0000:00:02.0 0000:00:1f.* 0000:0[45]:* 0000:02:0[12]*
    """
  /// The host bridge is one that passes requests on, and the client's IOMMU lets nothing through.
  private static let iommu = """
    cp -a iopmem-iommu/. blocked; cd blocked/sys
    echo 0x2020 >devices/pci0000:00/0000:00:00.0/device; echo blocked >kernel/iommu_groups/9/type
    """
  /// A port of the switch redirects: in place of another extended capability.
  private static let acs = """
    cp -a iopmem-switch/. redirecting; cd redirecting/sys/bus/pci/devices/0000:02:02.0
    printf '\\015' | dd of=config bs=1 seek=256 conv=notrunc status=none
    printf '\\014' | dd of=config bs=1 seek=262 conv=notrunc status=none
    """
  /// The bridge above the provider has memory decoding off.
  private static let bridge = """
    cp -a iopmem-switch/. silent; cd silent/sys/bus/pci/devices/0000:02:00.0
    printf '\\004' | dd of=config bs=1 seek=4 conv=notrunc status=none
    """
  /// A bridge between the two cannot be read.
  private static let gap = "cp -a iopmem-switch/. gap; rm gap/sys/bus/pci/devices/0000:02:02.0"
}
