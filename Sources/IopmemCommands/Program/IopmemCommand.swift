internal import ArgumentParser
internal import Iopmem

/// `iopmem`: the verbs.
struct IopmemCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "iopmem",
    abstract: "Files on PCI memory: make, place, and find the bus addresses of their bytes.",
    discussion: """
      An iopmem block device is a PCI Express BAR. Keep files on it, and other PCI functions \
      can read and write them by peer-to-peer DMA. See iopmem(7) for what makes an address \
      valid and what ends it.
      """,
    version: Version.notice,
    subcommands: [
      ListCommand.self, MapCommand.self, MkfsCommand.self, PlaceCommand.self, FiemapCommand.self,
      CheckCommand.self, BindCommand.self, UnbindCommand.self, MountCommand.self, LeaseCommand.self,
      ExportCommand.self, PinCommand.self, UnpinCommand.self, VerifyCommand.self,
      MonitorCommand.self,
      ApplyCommand.self,
    ])
}
