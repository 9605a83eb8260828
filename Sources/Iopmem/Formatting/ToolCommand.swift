internal import Linux
internal import SystemPackage

/// A command line of one of the tools that make file systems.
public struct ToolCommand: Hashable, Sendable {
  /// The program's name, looked for where `locate` says.
  public var program: String
  /// The Debian package that has it.
  public var package: String
  /// Variables that are set for it, sorted by name; it gets no others but `PATH`.
  public var environment: [Variable]
  /// What follows the program's name, as bytes.
  public var arguments: [[UInt8]]

  /// A variable of the environment.
  public struct Variable: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Its value.
    public var value: String
  }

  init(_ program: String, package: String, environment: [Variable] = []) {
    self.program = program
    self.package = package
    self.environment = [Variable(name: "LC_ALL", value: "C")] + environment
    arguments = []
  }

  mutating func add(_ texts: String...) { arguments += texts.map { Array($0.utf8) } }
  mutating func add(_ option: String, _ value: [UInt8]) {
    arguments += [Array(option.utf8), value]
  }

  /// Adds the device, which is never an option.
  mutating func end(_ device: FilePath) {
    let device = device.bytes
    arguments.append(device.first == UInt8(ascii: "-") ? Array("./".utf8) + device : device)
  }
}
