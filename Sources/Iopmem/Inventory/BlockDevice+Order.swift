internal import Linux

extension Disk {
  /// The name's letters and the number at its end, so that 10 comes after 9.
  fileprivate var order: (String, UInt64) {
    let stem = name.reversed().drop { $0.isASCII && $0.isNumber }.reversed()
    return (String(stem), UInt64(name.dropFirst(stem.count)) ?? .max)
  }
}

extension BlockDevice {
  /// Whether the device is listed before another: disks by name, each before its partitions.
  func precedes(_ other: BlockDevice) -> Bool {
    if disk.order != other.disk.order { return disk.order < other.disk.order }
    if isPartition != other.isPartition { return other.isPartition }
    return (start, number.minor) < (other.start, other.number.minor)
  }
}
