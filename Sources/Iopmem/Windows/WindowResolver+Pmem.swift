internal import Linux
internal import SystemPackage

extension WindowResolver {
  /// The window of a pmem disk: host memory, which has CPU-physical addresses and no BAR.
  ///
  /// The disk hangs on a namespace itself (raw) or on what claims it. In fsdax mode that is a
  /// `pfn` device, whose `resource` and `size` leave out the page map at the namespace's front
  /// (drivers/nvdimm/pfn_devs.c, `resource_show`), as the disk does. A `btt` moves blocks about.
  func pmem(_ device: BlockDevice) throws(Failure) -> Window {
    guard let folder = device.disk.device,
      root.link("subsystem", in: folder) == .to("nd"),
      let name = folder.lastComponent?.string
    else {
      throw Failure(
        .refused, nil, "hangs on no NVDIMM namespace", remedy: ways("give \(option: .base)"))
    }
    guard name.hasPrefix("namespace") || name.hasPrefix("pfn") else {
      throw Failure(
        .refused, nil, "is in sector mode (\(name)): its blocks have no fixed place",
        remedy: "ndctl create-namespace --mode fsdax")
    }
    let namespace = SysfsFolder(folder, in: root)
    let start = try namespace.hex("resource")
    let length = ByteCount(try namespace.decimal("size"))
    guard start != 0, device.disk.length <= length else {
      throw Failure(
        .refused, nil, "is longer than \(name), on which it hangs, or that has no address")
    }
    let window = try assemble(device, .pmem, BarMapping(length: length, bus: nil, cpu: start))
    try namespace.checkWhole(["resource", "size"])
    try SysfsFolder(device.disk.folder, in: root).checkWhole(["size"])
    return window
  }
}
