internal import Linux
internal import SystemPackage

/// Reads a folder of sysfs, whose files hold one value each; failures name the file.
struct SysfsFolder {
  private let root: SystemRoot
  private let folder: FilePath

  init(_ folder: FilePath, in root: SystemRoot) {
    self.folder = folder
    self.root = root
  }

  /// Whether there is such a file.
  /// - Throws: `unknown` where that cannot be seen.
  func exists(_ name: String) throws(Failure) -> Bool {
    let file = folder.appending(name)
    do { return try root.exists(file) } catch {
      throw Failure(.unknown, root.absolute(file), "cannot be looked up", cause: error)
    }
  }

  /// The names in a folder inside; none where there is no such folder, as in captured machines
  /// that git has kept.
  func names(in name: String) throws(Failure) -> [String] {
    let inside = folder.appending(name)
    do { return try root.names(in: inside) } catch {
      if error == .noSuchFileOrDirectory { return [] }
      throw Failure(.unknown, root.absolute(inside), "cannot be read", cause: error)
    }
  }

  /// Checks that files were read to their ends, which the kernel marks by a line feed: half a number
  /// is a number too.
  /// - Throws: `unknown` for one that was not.
  func checkWhole(_ names: [String]) throws(Failure) {
    for name in names {
      let file = folder.appending(name)
      guard (try? root.bytes(file))?.last == UInt8(ascii: "\n") else {
        throw Failure(.unknown, root.absolute(file), "is cut off")
      }
    }
  }

  /// A decimal number.
  func decimal(_ name: String) throws(Failure) -> UInt64 {
    try value(name, SysfsNumber.decimal)
  }

  /// The block device whose folder it is; nil where the folder does not say.
  func device() throws(Failure) -> DeviceNumber? {
    try exists("dev") ? try value("dev") { DeviceNumber($0) } : nil
  }

  /// A hex number after `0x`.
  func hex(_ name: String) throws(Failure) -> UInt64 { try value(name, SysfsNumber.hex) }

  /// A length in sectors, which are 512 bytes to the kernel whatever they are to the device.
  func sectors(_ name: String) throws(Failure) -> ByteCount {
    try value(name) { text in
      let bytes = SysfsNumber.decimal(text)?.multipliedReportingOverflow(by: 512)
      return bytes.flatMap { $0.overflow ? nil : ByteCount($0.partialValue) }
    }
  }

  /// - Throws: `unknown` when the file cannot be read, or does not hold such a value.
  private func value<T>(_ name: String, _ parse: (String) -> T?) throws(Failure) -> T {
    let file = folder.appending(name)
    let subject = root.absolute(file)
    let text: String
    do { text = try root.text(file) } catch {
      throw Failure(
        .unknown, subject, "cannot be read",
        remedy: error == .permissionDenied ? "it needs root" : nil, cause: error)
    }
    guard let value = parse(text) else {
      throw Failure(.unknown, subject, "is malformed")
    }
    return value
  }
}
