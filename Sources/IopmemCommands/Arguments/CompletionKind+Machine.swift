internal import ArgumentParser

/// What shells complete by looking at the machine: commands that bash, zsh and fish read alike, so that
/// no program of ours starts.
///
/// bash expands the words once more, so that only those of plain characters pass.
extension CompletionKind {
  /// The PCI functions, by address.
  static let functions = shellCommand("ls /sys/bus/pci/devices 2>/dev/null")

  /// What can be a client: functions, and what they drive. `ls` names the folders too, with a slash.
  /// A colon would end the command for zsh, and is in the range from 0 to Z.
  static let clients = shellCommand(
    "ls /sys/bus/pci/devices /sys/class/nvme /sys/class/infiniband /sys/class/net 2>/dev/null"
      + " | LC_ALL=C grep -xE '[-._0-Za-z]*[A-Za-z0-9]'")

  /// The block devices.
  static let devices = shellCommand(
    "ls /sys/class/block 2>/dev/null | grep -xE '[A-Za-z0-9_-]+' | sed 's|^|/dev/|'")

  /// The block devices, to which `scripts/completions` adds files: it knows them by the commas.
  static let devicesAndFiles = shellCommand(
    "ls /sys/class/block 2>/dev/null | grep -xE '[A-Za-z0-9_-]+' | sed 's,^,/dev/,'")

  /// The NVMe controllers.
  static let controllers = shellCommand("ls /sys/class/nvme 2>/dev/null")
}
