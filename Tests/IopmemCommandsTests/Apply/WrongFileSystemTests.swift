import Testing

@testable import IopmemCommands

/// File systems in a manifest that make no sense.
@Suite struct WrongFileSystemTests {
  /// The fields, the field that is wrong, and what is said of it.
  static let rows: [(fields: String, field: String, words: String)] = [
    (#""mount": {"at": "/m"}"#, "", "lacks the field on"),
    (#""on": {"device": "/d"}"#, "", "lacks the field mount"),
    (
      #""on": {}, "mount": {"at": "/m"}"#, ".on", "one of the fields device, function, match, image"
    ),
    (
      #""on": {"device": "/d", "function": "0000:03:00.0"}, "mount": {"at": "/m"}"#, ".on",
      "one of the fields device, function, match, image"
    ),
    (#""on": {"function": "03:00.0"}, "mount": {"at": "/m"}"#, ".on.function", "with its domain"),
    (#""on": {"device": "/d"}, "type": "btrfs", "mount": {"at": "/m"}"#, ".type", "ext4 or xfs"),
    (#""on": {"device": "/d"}, "label": "x", "mount": {"at": "/m"}"#, ".label", "needs the field"),
    (
      #""on": {"device": "/d"}, "type": "xfs", "label": "0123456789abc", "mount": {"at": "/m"}"#,
      ".label", "keeps 1 to 12"
    ),
    (
      #""on": {"device": "/d"}, "type": "ext4", "uuid": "1-2", "mount": {"at": "/m"}"#, ".uuid",
      "must be a UUID"
    ),
    (
      #""on": {"device": "/d"}, "type": "ext4", "journal": true, "mount": {"at": "/m"}"#,
      ".journal", "none or a number"
    ),
    (
      #""on": {"device": "/d"}, "type": "xfs", "journal": "none", "mount": {"at": "/m"}"#,
      ".journal", "has its log always"
    ),
    (
      #""on":{"device":"/d"},"mount":{"at":"/m"},"reach":[{}]"#, ".reach[0]",
      "lacks the field client"
    ),
    (
      #""on":{"device":"/d"},"mount":{"at":"/m"},"reach":[{"client":"x y"}]"#, ".reach[0].client",
      "a PCI function"
    ),
    (
      #""on":{"device":"/d"},"mount":{"at":"/m"},"reach":[{"client":"0:4:0.0"}]"#,
      ".reach[0].client", "a PCI function"
    ),
    (
      #""on":{"device":"/d"},"mount":{"at":"/m"},"reach":[{"client":"0000:04:00.0","address":"x"}]"#,
      ".reach[0].address", "bus-address, cpu-address"
    ),
    (
      #""on":{"device":"/d"},"mount":{"at":"/m"},"reach":[{"client":"0000:04:00.0","address_bits":31}]"#,
      ".reach[0].address_bits", "from 32 to 64"
    ),
    (
      #""on":{"device":"/d"},"no_bar":true,"mount":{"at":"/m"},"reach":[{"client":"0000:04:00.0"}]"#,
      ".reach[0]", "excludes no_bar"
    ),
    (#""on": "/d", "mount": {"at": "/m"}"#, ".on", "must be a group of fields"),
    (#""on": {"device": "d"}, "mount": {"at": "/m"}"#, ".on.device", "an absolute path"),
    (#""on": {"device": "/d", "base": "c"}, "mount": {"at": "/m"}"#, ".on.base", "an address"),
    (
      #""on": {"device": "/d", "base": "0x1000"}, "no_bar": true, "mount": {"at": "/m"}"#,
      ".on.base", "excludes no_bar"
    ),
    (#""on": {"device": "/d"}, "mount": {}"#, ".mount", "lacks the field at"),
    (#""on": {"device": "/d"}, "mount": {"at": "m"}"#, ".mount.at", "an absolute path"),
    (
      #""on": {"device": "/d"}, "mount": {"at": "/m", "options": ["noatime", "ro"]}"#,
      ".mount.options[1]", "one of nosuid, nodev"
    ),
    (#""on": {"device": "/d"}, "no_bar": 1, "mount": {"at": "/m"}"#, ".no_bar", "true or false"),
    (
      #""on": {"device": "/d"}, "no_dax_check": "no", "mount": {"at": "/m"}"#, ".no_dax_check",
      "true or false"
    ),
    (#""on": {"device": "/d"}, "mount": {"at": "/m"}, "files": {}"#, ".files", "must be a list"),
    (
      #""on": {"device": "/d"}, "mount": {"at": "/m"}, "files": ["a"]"#, ".files[0]",
      "must be a group of fields"
    ),
    (
      #""on":{"device":"/d"},"mount":{"at":"/m"},"files":[{"path":"a","size":1},{"path":"a","size":2}]"#,
      ".files[1].path", "declared already"
    ),
    (
      #""on":{"device":"/d"},"mount":{"at":"/m"},"files":[{"path":"a","size":1},{"path":"a/b","size":2}]"#,
      ".files[1].path", "in what is declared already"
    ),
    (
      #""on":{"device":"/d"},"mount":{"at":"/m"},"files":[{"path":"a/b/c","size":1},{"path":"a","size":2}]"#,
      ".files[1].path", "the folder of another"
    ),
    (
      #""on":{"device":"/d"},"no_bar":true,"mount":{"at":"/m"},"files":[{"path":"a","size":1,"pinned":true}]"#,
      ".files[0].pinned", "excludes no_bar"
    ),
    (#""on": {"device": "/d", "size": 1}, "mount": {"at": "/m"}"#, ".on.size", "is of an image"),
    (
      #""on": {"device": "/d"}, "inodes": 5, "mount": {"at": "/m"}"#, ".inodes",
      "needs the field type"
    ),
    (
      #""on": {"device": "/d"}, "type": "xfs", "inodes": 5, "mount": {"at": "/m"}"#, ".inodes",
      "is of ext4"
    ),
    (
      #""on": {"device": "/d"}, "type": "ext4", "inodes": 0, "mount": {"at": "/m"}"#, ".inodes",
      "a whole number from 1"
    ),
    (#""on": {"device": "/d"}, "mount": {"at": "/m"}, "reach": 1"#, ".reach", "must be a list"),
    (#""on": {"device": "/d"}, "mount": {"at": "/m"}, "maps": 1"#, ".maps", "must be a list"),
    (#""on": {"match": "x"}, "mount": {"at": "/m"}"#, ".on.match", "VENDOR:DEVICE"),
    (#""on": {"device": "/d"}, "mount": 1"#, ".mount", "must be a group"),
  ]

  static var manifests: [WrongManifest] {
    rows.map { row in
      WrongManifest(
        WrongManifest.fileSystem(row.fields), "filesystems[0]" + row.field, line: 3, row.words)
    }
  }

  @Test(arguments: manifests) func wrongFileSystem(_ manifest: WrongManifest) { manifest.check() }
}
