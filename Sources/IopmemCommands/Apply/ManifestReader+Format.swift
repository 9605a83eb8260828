internal import Iopmem

extension ManifestReader {
  /// What is made on a blank device; nil where no type is declared.
  static func format(
    _ fields: ManifestFields, _ mistakes: ManifestMistakes
  ) throws(ManifestMistake) -> DeployedFileSystem.Format? {
    guard let type = fields["type"] else {
      for name in ["label", "uuid", "journal", "inodes"] {
        if let value = fields[name] { throw value.mistake("needs the field type") }
      }
      return nil
    }
    var format = DeployedFileSystem.Format(
      try type.parsed("ext4 or xfs") { FormatRequest.FileSystemType(rawValue: $0) })
    mistakes.reading { () throws(ManifestMistake) in
      if let label = fields["label"] {
        let bytes = Array(try label.text().utf8)
        let limit = format.type.labelLimit
        guard (1...limit).contains(bytes.count), !bytes.contains(0) else {
          throw label.mistake("has \(bytes.count) bytes, and \(format.type) keeps 1 to \(limit)")
        }
        format.label = bytes
      }
    }
    mistakes.reading { () throws(ManifestMistake) in
      format.uuid = try fields["uuid"]?.parsed("a UUID") { VolumeUUID($0) }
    }
    mistakes.reading { () throws(ManifestMistake) in
      if let journal = fields["journal"] {
        format.journal = try journal.parsed("none or a number of bytes") {
          JournalArgument(argument: $0)?.journal
        }
        if format.type == .xfs, format.journal == FormatRequest.Journal.none {
          throw journal.mistake("cannot be none: xfs has its log always")
        }
      }
    }
    mistakes.reading { () throws(ManifestMistake) in
      if let inodes = fields["inodes"] {
        guard format.type == .ext4 else { throw inodes.mistake("is of ext4") }
        format.inodes = try inodes.number(1...UInt64(UInt32.max))
      }
    }
    return format
  }
}
