public import Linux
public import SystemPackage

/// The names of makers and devices, as the file `pci.ids` lists them: pci.ids(5).
///
/// A line `VVVV  NAME` is a maker, a line of a tab and `DDDD  NAME` below it one of its devices.
/// What the file does not say, or not in this form, has no name.
public struct DeviceNames: Sendable {
  private let bytes: [UInt8]

  /// Where distributions keep the file.
  public static let places: [FilePath] = ["/usr/share/hwdata/pci.ids", "/usr/share/misc/pci.ids"]

  /// The names that a machine's own list has: a captured one that was given none goes by that of the
  /// machine that runs the program.
  public init(of root: SystemRoot) {
    self.init(places: Self.places.map(root.absolute) + Self.places)
  }

  /// The names of a file's bytes.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The first of several files that can be read; no names where none can.
  /// - Parameter limit: the most bytes that a sane file has; one that is longer is not believed.
  public init(places: [FilePath] = places, limit: Int = 16 << 20) {
    let root = SystemRoot()
    bytes = places.lazy.compactMap { try? root.bytes($0, limit: limit) }.first ?? []
  }

  /// The names of the maker and of its device; nil for each that the file does not name.
  public func names(of identity: FunctionIdentity) -> (vendor: String?, device: String?) {
    let wanted = (Self.digits(identity.vendor), Self.digits(identity.device))
    var vendor: String?
    var isInside = false
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      defer { start = end + 1 }
      // Most lines are neither a maker's nor below the one that is looked for.
      let isMaker = Hex.value(of: bytes[start]) != nil
      guard isInside || isMaker else { continue }
      if isMaker {
        if isInside { break }
        guard bytes[start..<end].starts(with: wanted.0) else { continue }
        vendor = Self.name(bytes[start..<end], after: wanted.0)
        isInside = vendor != nil
      } else if bytes[start..<end].first == UInt8(ascii: "\t"),
        bytes[start..<end].dropFirst().starts(with: wanted.1)
      {
        return (vendor, Self.name(bytes[start..<end].dropFirst(), after: wanted.1))
      }
    }
    return (vendor, nil)
  }

  private static func digits(_ number: UInt16) -> [UInt8] { Array(Hex.text(number, width: 4).utf8) }

  /// The name on a line after its number and two spaces; nil for a line of another form.
  private static func name(_ line: ArraySlice<UInt8>, after digits: [UInt8]) -> String? {
    let rest = line.dropFirst(digits.count)
    guard rest.starts(with: "  ".utf8), rest.count > 2 else { return nil }
    return String(validating: rest.dropFirst(2), as: UTF8.self)
  }
}
