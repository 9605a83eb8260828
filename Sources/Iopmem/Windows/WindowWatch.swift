internal import Linux
internal import PCI
internal import SystemPackage

/// Holds open the files that a window was read from: to check it again costs one read for each.
struct WindowWatch: Sendable {
  private let files: [(file: HeldFile, path: FilePath)]

  /// Opens what the window of a block device rests on.
  /// - Throws: `unknown` when the window changed meanwhile.
  init(_ window: Window, of number: DeviceNumber, _ windows: WindowSource) throws(Failure) {
    let device = try BlockDevice(number, in: windows.root)
    var files: [(file: HeldFile, path: FilePath)] = []
    for watched in Self.watchedFiles(window, device, windows.root) {
      let path = windows.root.absolute(watched.file)
      do { files.append((try HeldFile(path, watched.bytes), path)) } catch {
        // What is not there, or is for others to read, the window was read without.
        if error == .noSuchFileOrDirectory || error == .permissionDenied { continue }
        throw Failure(.unknown, path, "cannot be watched", cause: error)
      }
    }
    self.files = files
    // Now that all is held: the window that was read before, and none in between.
    guard try windows.window(of: number) == window, try change() == nil else {
      throw Failure(
        .unknown, device.path, "its window changed while it was looked at",
        remedy: "try again when the device is at rest")
    }
  }

  /// The first change found; nil if nothing changed.
  /// - Throws: `unknown` when it cannot be read.
  func change() throws(Failure) -> String? {
    for held in files {
      do {
        if try !held.file.saysTheSame() { return "\(held.path) says otherwise than it did" }
      } catch .operationNotSupportedByDevice {
        return "its device is gone, or was given to another driver"
      } catch { throw Failure(.unknown, held.path, "cannot read", cause: error) }
    }
    return nil
  }

  /// The files that a window is read from, and which of their bytes.
  private static func watchedFiles(
    _ window: Window, _ device: BlockDevice, _ root: SystemRoot
  ) -> [(file: FilePath, bytes: Range<UInt64>?)] {
    let link = BlockDevice.link(device.number)
    var names = [device.disk.folder.appending("size")]
    if device.isPartition { names += [link.appending("start"), link.appending("size")] }
    let attributes = device.disk.folder.appending("iopmem")
    names += DriverAttributes.names.map { attributes.appending($0) }
    if window.source == .pmem, let namespace = device.disk.device {
      names += [namespace.appending("resource"), namespace.appending("size")]
    }
    return names.map { ($0, nil) }
      + (window.function.map { Function.barFiles(of: $0, in: root) } ?? [])
  }
}
