internal import Linux
internal import PCI
internal import SystemPackage

extension Readiness {
  /// Findings about kernel options that files on device memory need, and that are off.
  static func kernelFindings(
    _ kernel: KernelConfiguration?, _ processor: Processor?
  ) -> [Finding] {
    // Other architectures' processors have no such line.
    let isOther = processor.map { $0.vendor == nil } ?? false
    let architecture =
      isOther
      ? [
        Finding(
          .otherArchitecture, .warning, nil,
          "the processor is no x86 one: it may cache the BAR, and this was never tried on one")
      ] : []
    guard let kernel else {
      return architecture + [
        Finding(
          .kernelConfigurationUnseen, .note, nil,
          "the machine does not tell how its kernel was built: whether DAX is possible is not known",
          remedy: "modprobe configs, or put its configuration in /boot")
      ]
    }
    return architecture
      + absences.filter { !kernel.has($0.option) }.map {
        Finding($0.code, $0.severity, nil, "the kernel has no \($0.option.rawValue): \($0.why)")
      }
  }

  /// A kernel option, and the finding where it is off.
  private struct Absence {
    let option: KernelConfiguration.Option
    let code: Finding.Code
    let severity: Finding.Severity
    let why: String
  }

  private static let absences = [
    Absence(
      option: .zoneDevice, code: .noDevicePages, severity: .refusal,
      why: "the driver can make no device of a BAR"),
    Absence(
      option: .fileSystemDAX, code: .noFileSystemDAX, severity: .refusal,
      why: "no file system can be mounted for DAX"),
    Absence(
      option: .largePages, code: .noLargePages, severity: .warning,
      why: "files are mapped by small pages"),
    Absence(
      option: .peerDMA, code: .noPeerDMA, severity: .note,
      why: "its own drivers do no DMA between peers, nor by dma-bufs, though programs may"),
    Absence(
      option: .guardedMemory, code: .openMemory, severity: .note,
      why: "a program can write to all memory through /dev/mem"),
    Absence(
      option: .guardedDevices, code: .openMemory, severity: .note,
      why: "a program can write to the BAR below a mounted file system, through /dev/mem"),
  ]

  /// Findings about dma-bufs of files, by what the driver publishes of itself.
  static func bufferFindings(
    of disk: Disk, _ version: KernelVersion?, _ root: SystemRoot
  ) -> [Finding] {
    guard disk.isIopmem else { return [] }
    let told = try? root.text(disk.folder.appending("iopmem/dma_buf"))
    if told == "1" { return [] }
    // Whatever the driver says or does not: it has none there.
    if let version, version < KernelVersion(7, 1) {
      return [
        Finding(
          .noBuffers, .note, disk.function,
          "has no dma-bufs of its files on Linux \(version): they are made from 7.1 on",
          remedy: "lease files instead, see iopmem-lease(8)")
      ]
    }
    if told == "0" {
      return [
        Finding(
          .noBuffers, .note, disk.function,
          "has no dma-bufs of its files: its driver was built for a kernel without them",
          remedy: "build the driver for Linux 7.1 or later with PCI_P2PDMA and DMA_SHARED_BUFFER")
      ]
    }
    return [
      Finding(
        .buffersUnseen, .note, disk.function,
        "may have dma-bufs of its files or not: its driver does not publish dma_buf")
    ]
  }

  /// Findings about how the processor caches memory that peers write to.
  static func cacheFindings(_ mode: CacheMode?, of disk: Disk) -> [Finding] {
    guard let mode else {
      return [
        Finding(
          .cacheUnseen, .note, disk.function,
          "does not tell whether the processor's caches stand before its memory",
          remedy: "mount debugfs, and run as root")
      ]
    }
    guard !mode.isCoherent else { return [] }
    return [
      Finding(
        // The driver asks for it, and has stores arrive before it hands anything out.
        .cached, mode == .writeCombining ? .note : .warning, disk.function,
        "has its memory mapped \(mode.rawValue): processor and peers may see different bytes there",
        remedy: "flush what is shared with a peer, see iopmem(4)")
    ]
  }
}
