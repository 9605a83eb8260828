public import Linux
public import PCI
internal import SystemPackage

/// What verdicts go by of a machine as a whole, read once and handed on: its kernel, its processors.
public struct MachineFacts: Sendable {
  /// The kernel's version, by which its list of host bridges is known; nil when the machine does not
  /// tell.
  public let kernel: KernelVersion?
  /// The kernel's release in full, by which its files are named; nil when the machine does not tell.
  public let release: String?
  /// The processors; nil when the machine does not tell.
  public let processor: Processor?

  /// Reads a machine: `proc/version` and `proc/cpuinfo`.
  public init(of root: SystemRoot) {
    let version = try? root.text("proc/version")
    kernel = version.flatMap { KernelVersion($0) }
    release = version.flatMap { KernelVersion.release(in: $0) }
    processor = Processor(of: root)
  }
}
