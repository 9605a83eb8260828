internal import TestSupport

/// A folder in which every verb has something to do without privileges.
struct VerbExamples {
  let folder: TemporaryFolder
  /// An ext4 image that holds `/file`.
  let image: String
  /// A map of that file, which holds.
  private let map: String

  init() async throws {
    folder = try TemporaryFolder()
    image = folder("bar.img")
    try folder.write([UInt8](repeating: 7, count: 5000), to: "file")
    try await Tool.require("truncate", ["-s", "64M", image])
    try await Tool.require("mke2fs", ["-q", "-t", "ext4", "-b", "4096", image])
    try await Tool.require("debugfs", ["-w", "-R", "write \(folder("file")) file", image])
    let saved = try await Tool.iopmem(["fiemap", "--json", "--image", image, "/file"])
    map = try folder.write(saved.output, to: "map.json")
  }

  /// Verbs that only the driver or root can let succeed: `Tests/vm` and `SystemTests` run them.
  static let needPrivileges: Set = ["mount", "lease", "export", "pin", "unpin", "apply"]

  /// Arguments with which a verb succeeds, once; nil for a verb that nobody told of here.
  func arguments(of verb: String) -> [String]? {
    switch verb {
    case "list": ["list", "--sysroot", machine]
    case "map": ["map", image]
    case "check":
      [
        "check", "--sysroot", Project.folder + "/fixtures/sysroots/iopmem-switch", "--for",
        "0000:05:00.0", "iopmem0",
      ]
    case "mkfs": ["mkfs", "--force", "--size", "64M", folder("new.img")]
    case "place": ["place", "--force", "--image", image, folder("file"), "/placed"]
    case "fiemap": ["fiemap", "--image", image, "--base", "0xc0000000", "/file"]
    case "verify": ["verify", "--map", map]
    case "monitor": ["monitor", "--once", "--sysroot", machine]
    case "bind": ["bind", "--dry-run", "--sysroot", machine, "0000:00:04.0"]
    case "unbind": ["unbind", "--dry-run", "--sysroot", machine, "0000:00:03.0"]
    default: nil
    }
  }

  /// Arguments with which a verb fails; nil for a verb that nobody told of here.
  func failing(_ verb: String) -> [String]? {
    let missing = folder("missing")
    return switch verb {
    case "list", "check", "map", "fiemap", "lease", "pin", "unpin", "apply", "monitor":
      [verb, missing]
    case "mkfs": ["mkfs", "/dev/null"]
    case "export": ["export", missing, "--", "true"]
    case "place": ["place", missing, folder("placed")]
    case "verify": ["verify", "--map", missing]
    case "bind", "unbind": [verb, "--dry-run", "--sysroot", machine, "0000:ee:00.0"]
    case "mount": ["mount", missing, folder.path]
    default: nil
    }
  }

  private var machine: String { Project.folder + "/fixtures/sysroots/iopmem" }

  /// Command lines of a verb that make no sense.
  static func nonsense(of verb: String) -> [[String]] {
    let missing: [[String]] = ["list", "map", "monitor"].contains(verb) ? [] : [[]]
    let wrong: [[String]] =
      switch verb {
      case "list": [["--all", "/dev/null"], ["-o", "NOPE"], ["-o", ""]]
      case "monitor": [["--interval", "0"], ["--exit"], ["--interval", "x"]]
      case "map": [["--json", "--svg", "x"], ["--html"], ["--svg", "x", "y"]]
      case "check":
        [
          ["--for", "1", "x"], ["--json", "--tree", "--for", "0:1:0.0", "x"], ["--dot", "x"],
          ["--all-clients", "--for", "00:01.0", "x"], ["--svg", "x"],
          ["--dot", "--svg", "--all-clients", "x"], ["--address-bits", "40", "x"],
          ["--address-bits", "31", "--all-clients", "x"],
        ]
      case "mkfs":
        [
          ["--if-blank", "--force", "x"], ["--size", "-1", "x"], ["--type", "vfat", "x"],
          ["--size", "99999999999G", "x"],
        ]
      case "place":
        [
          ["only-one"], ["--size", "1M", "a", "b"], ["--align", "3", "a", "b"],
          ["--no-dax-check", "a", "b"], ["--no-bar", "--pin", "a", "b"],
          ["--no-bar", "--bar", "1", "a", "b"], ["--size", "1\u{DF}", "a"],
          ["--update", "--force", "a", "b"],
        ]
      case "fiemap":
        [
          ["--json", "--csv", "x"], ["--json", "--format", "json", "x"], ["--format", "xml", "x"],
          ["--bar", "6", "x"], ["--allow", "inline", "x"], ["--align", "24", "x"],
          ["--boundary", "0", "x"], ["--max-segment", "511", "--align", "512", "x"],
          ["--address-bits", "65", "x"], ["--for", "1:0.0", "--address-bits", "31", "x"],
          ["--max-segments", "0", "x"], ["--list-base", "0", "x"],
          ["--page-size", "4K", "x"], ["--format", "nvme-prp", "--page-size", "12K", "x"],
          ["--format", "nvme-prp", "--list-base", "4", "x"],
          ["--format", "nvme-sgl", "--list-base", "8", "x"],
          ["--format", "nvme-prp", "x", "y"], ["--format", "nvme-sgl", "-r", "x"],
          ["--format", "nvme-prp", "--stdin0"], ["--format", "xdma", "--list-base", "0", "x"],
          ["--format", "xdma", "--direction", "h2c", "--card-base", "0", "x"],
          ["--format", "xdma", "--direction", "h2c", "--card-base", "0", "--list-base", "16", "x"],
          ["--format", "qdma", "--direction", "up", "--card-base", "0", "x"],
          ["--format", "qdma", "--direction", "c2h", "--card-base", "0", "--list-base", "0", "x"],
          ["--format", "qdma", "--direction", "c2h", "--card-base", "0", "x", "y"],
          ["--format", "sg", "--card-base", "0", "x"],
          ["--format", "sg", "--max-transfer", "4K", "x"],
          ["--format", "nvme-prp", "--max-transfer", "0", "x"],
          ["--format", "qdma", "--direction", "c2h", "--card-base", "0", "--limits", "nvme0", "x"],
          ["--sysroot", "/x", "--limits", "nvme0", "x"],
        ]
      case "bind":
        [["01:00"], ["--bar", "6", "01:00.0"], ["--sysroot", "/x", "01:00.0"]]
      case "unbind": [["no-function"], ["--sysroot", "/x", "01:00.0"]]
      case "mount": [["one"]]
      case "verify":
        [
          ["x"], ["--fingerprint", "1-0", "x"], ["--map", "x", "y"],
          ["--map", "x", "--offset", "1"],
          ["--map", "x", "--no-dax-check"],
          ["--fingerprint", "1-" + String(repeating: "0", count: 32)],
        ]
      case "pin": [["--bar", "6", "x"], ["--base", "1", "--bar", "1", "x"]]
      case "export":
        [
          ["x"], ["--", "true"], ["--length", "0", "x", "--", "true"],
          ["--offset", "-1", "x", "--", "true"],
        ]
      case "lease":
        [
          ["--", "true"], ["--address-bits", "40", "x"], ["--for", "1", "x"],
          ["--for", "01:00.0", "--address-bits", "31", "x"], ["--json", "--format", "csv", "x"],
          ["--format", "nvme-prp", "x", "y", "--", "true"], ["--align", "3", "x"],
        ]
      case "apply": [["--quiet", "--json", "x"], ["x", "y"], ["--wait", "-1", "x"]]
      default: []
      }
    return (missing + wrong + [["--no-such-option"]]).map { [verb] + $0 }
  }
}
