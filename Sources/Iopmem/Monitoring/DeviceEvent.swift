public import Linux

/// What the kernel says of a device in one event: lib/kobject_uevent.c.
///
/// It reads `ACTION@PATH`, a NUL, and `NAME=VALUE` with a NUL each.
public struct DeviceEvent: Sendable, Hashable {
  /// What happened: `add`, `remove`, `change`, `bind` and others.
  public let action: String
  /// What the kernel says of the device.
  public let values: [String: String]

  /// The event of a datagram; nil for one that has another form.
  public init?(_ bytes: [UInt8]) {
    guard bytes.last == 0 else { return nil }
    let lines = bytes.split(separator: 0).map { String(validating: $0, as: UTF8.self) }
    guard let heading = lines.first.flatMap({ $0 }), let at = heading.firstIndex(of: "@") else {
      return nil
    }
    var values: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let line, let equals = line.firstIndex(of: "=") else { return nil }
      values[String(line[..<equals])] = String(line[line.index(after: equals)...])
    }
    action = String(heading[..<at])
    // Said twice, and to be the same.
    guard values["ACTION"] == action,
      values["DEVPATH"] == String(heading[heading.index(after: at)...])
    else { return nil }
    self.values = values
  }

  /// The block device that it is about; nil for another kind of device.
  public var blockDevice: String? { values["SUBSYSTEM"] == "block" ? values["DEVNAME"] : nil }

  /// The PCI function that it is about; nil for another kind of device.
  public var function: String? { values["SUBSYSTEM"] == "pci" ? values["PCI_SLOT_NAME"] : nil }

  /// What interrupted the device, in words; nil where nothing did.
  ///
  /// Of functions the kernel's error recovery says it (`pci_uevent_ers`, drivers/pci/pci-driver.c), of
  /// block devices the iopmem driver: iopmem(4).
  public var interruption: String? {
    switch values[function == nil ? "IOPMEM_EVENT" : "ERROR_EVENT"] {
    case "reset": "was reset"
    case "lost": "did not come back from a reset: every address of it is void"
    case "BEGIN_RECOVERY": "has an error of its link, and is being reset"
    case "SUCCESSFUL_RECOVERY": "is back after an error of its link"
    case "FAILED_RECOVERY": "did not come back after an error of its link"
    default: nil
    }
  }
}

/// What came where the kernel sends its events.
public enum DeviceNotice: Sendable, Hashable {
  /// An event.
  case event(DeviceEvent)
  /// Nothing to believe: somebody else sent it.
  case foreign
  /// Of the kernel, and not to be understood: as good as lost.
  case unreadable

  /// Judges a datagram.
  public init(_ datagram: EventDatagram) {
    if !datagram.isFromKernel {
      self = .foreign
    } else if !datagram.isDamaged, let event = DeviceEvent(datagram.bytes) {
      self = .event(event)
    } else {
      self = .unreadable
    }
  }
}
