/// A command line, and what stands on a terminal after it.
struct Screen: Sendable, CustomStringConvertible {
  /// The name of its goldens.
  let name: String
  /// What the shell runs, with `iopmem` in its path, in a folder of `ScreenFolder`.
  let command: String
  /// What the shell runs before, unseen.
  let preparation: String
  /// Whether it is seen with colours; else NO_COLOR is set.
  let hasColors: Bool
  /// The locale.
  let locale: String
  /// How `tree.img` is mounted on /mnt, where nobody else sees it: for root alone. Nil for not at all.
  let mount: String?

  init(
    _ name: String, _ command: String, after preparation: String = ":", hasColors: Bool = false,
    locale: String = "C.UTF-8", mount: String? = nil
  ) {
    self.name = name
    self.command = command
    self.preparation = preparation
    self.hasColors = hasColors
    self.locale = locale
    self.mount = mount
  }

  var description: String { name }

  /// The verb.
  var verb: Substring {
    let words = command.split(separator: " ")
    return words.count > 1 ? words[1] : ""
  }
}

extension Screen {
  /// Every verb that works, on a captured machine or on an image, and every kind of answer.
  static let answers = [
    Screen("help", "iopmem --help"),
    Screen("list", "iopmem list --sysroot iopmem"),
    Screen("list-partitions", "iopmem list --sysroot iopmem-partitioned"),
    Screen("list-fs", "iopmem list -f --sysroot iopmem-partitioned"),
    Screen("list-columns", "iopmem list --sysroot pmem -o +DRIVER"),
    Screen("list-names", "iopmem list --sysroot iopmem -o NAME,VENDOR,MODEL"),
    Screen("list-bare", "iopmem list -n --sysroot iopmem"),
    Screen("list-bytes", "iopmem list -b --sysroot iopmem"),
    Screen("list-raw", "iopmem list -r --sysroot iopmem-partitioned"),
    Screen("map", "iopmem map bar.img"),
    Screen("map-colors", "iopmem map bar.img", hasColors: true),
    Screen("map-xfs", "iopmem map xfs.img", after: "iopmem mkfs -q --type xfs --size 512M xfs.img"),
    Screen("map-mount", "iopmem map /mnt", mount: "ro"),
    Screen("map-device", "iopmem map device", mount: "ro"),
    Screen("mkfs", "iopmem mkfs --size 64M -L cards new.img"),
    Screen("mkfs-plan", "iopmem mkfs -n --size 64M new.img"),
    Screen("mkfs-kept", "iopmem mkfs --if-blank bar.img"),
    Screen("mkfs-over", "iopmem mkfs bar.img"),
    Screen("place", "iopmem place --image bar.img small large /"),
    Screen("place-exists", "iopmem place --image bar.img small /file"),
    Screen("fiemap", "iopmem fiemap --image bar.img --base 0xc0000000 /file"),
    Screen("fiemap-cut", "iopmem fiemap --image bar.img --base 0xc0000000 --max-segment 4K /file"),
    Screen("fiemap-nowhere", "iopmem fiemap --image bar.img /file"),
    Screen("fiemap-tree", "iopmem fiemap -r --image bar.img --base 0x103840000000 /"),
    Screen("fiemap-nested", "iopmem fiemap -r --image tree.img --base 0xc0000000 /models"),
    Screen("fiemap-mount", "iopmem fiemap --base 0xc0000000 /mnt/models/index", mount: "ro"),
    Screen(
      "fiemap-mount-tree", "iopmem fiemap -r --no-dax-check --base 0xc0000000 /mnt/models",
      mount: "ro"),
    Screen("fiemap-missing", "iopmem fiemap --image bar.img /missing"),
    Screen("verify", "iopmem verify --base 0xc0000000 --map map.json"),
    Screen(
      "verify-changed", "iopmem verify --base 0xc0000000 --map map.json",
      after: "iopmem place -q --force --image bar.img large /file"),
    Screen(
      "verify-gone", "iopmem verify --base 0xc0000000 --map map.json",
      after: "iopmem mkfs -q --force bar.img"),
    Screen("monitor", "iopmem monitor --once --sysroot iopmem"),
    Screen("monitor-map", "iopmem monitor --once --base 0xc0000000 map.json"),
    Screen("bind-plan", "iopmem bind -n --sysroot iopmem 0000:00:04.0"),
    Screen("bind-bridge", "iopmem bind -n --sysroot iopmem 0000:00:01.0"),
    Screen("bind-taken", "iopmem bind -n --sysroot iopmem 0000:02:00.0"),
    Screen("unbind-plan", "iopmem unbind -n --sysroot iopmem 0000:00:03.0"),
    Screen("mount-image", "iopmem mount bar.img ."),
    Screen("lease-missing", "iopmem lease missing -- true"),
    Screen("lease-elsewhere", "iopmem lease /mnt/models/index -- true", mount: "rw"),
    Screen("lease-folder", "iopmem lease bin -- true"),
    Screen("lease-nothing", "iopmem lease small"),
    Screen("export-elsewhere", "iopmem export /mnt/models/index -- true", mount: "rw"),
    Screen("export-folder", "iopmem export bin -- true"),
    Screen("export-missing", "iopmem export missing -- true"),
    Screen("pin-missing", "iopmem pin missing"),
    Screen("unpin-missing", "iopmem unpin missing"),
    Screen("apply", "iopmem apply manifest.yaml"),
    Screen("apply-plan", "iopmem apply --plan manifest.yaml"),
    Screen("apply-again", "iopmem apply manifest.yaml", after: "iopmem apply -q manifest.yaml"),
  ]

  /// What a mistake on the command line is answered with.
  static let mistakes = [
    Screen("usage", "iopmem"),
    Screen("usage-verb", "iopmem lst"),
    Screen("usage-help", "iopmem help nosuch"),
    Screen("usage-option", "iopmem fiemap --jsn file"),
    Screen("usage-size", "iopmem mkfs --size 64Q new.img"),
    Screen("usage-function", "iopmem bind 0000:03:00"),
    Screen("usage-address", "iopmem fiemap --base c0000000 file"),
    Screen("usage-align", "iopmem place --align 3M small /mnt/small"),
  ]
}
