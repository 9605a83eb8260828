import TestSupport
import Testing

/// Something that a device can hold, made by the tool that makes it in earnest.
struct ExistingContentCase: Sendable, CustomTestStringConvertible {
  /// What libblkid calls it, or a name of our own for what it does not know.
  let name: String
  /// How large an image it needs, as truncate(1) takes it.
  let size: String
  /// A script for sh that makes it in `$1`; `$2` is an empty folder for scraps.
  let script: String
  /// What the refusal must say of it.
  let finding: String

  var testDescription: String { name }

  init(_ name: String, size: String = "32M", finding: String? = nil, _ script: String) {
    self.name = name
    self.size = size
    self.script = script
    self.finding = finding ?? "(\(name))"
  }

  /// Makes it in a new image in a folder.
  func make(in folder: TemporaryFolder) async throws -> String {
    let image = folder("device.img")
    let scraps = folder("scraps")
    try await Tool.require("truncate", ["--size", size, image])
    try await Tool.require("mkdir", [scraps])
    try await Tool.require("sh", ["-e", "-c", script, "sh", image, scraps])
    return image
  }

  /// Copies an image that a tool could only make as a file of its own length.
  private static let copy = "dd if=\"$2/out\" of=\"$1\" conv=notrunc status=none"
  private static let source = "mkdir \"$2/in\"; echo bytes > \"$2/in/file\"; "
  private static let unrecognised = "holds data that nothing recognises"

  static let fileSystems = [
    ExistingContentCase("ext2", "mke2fs -q -F \"$1\""),
    ExistingContentCase("ext3", "mke2fs -q -F -j \"$1\""),
    ExistingContentCase("ext4", "mke2fs -q -F -t ext4 -L 'some label' \"$1\""),
    ExistingContentCase("xfs", size: "320M", "mkfs.xfs -q \"$1\""),
    ExistingContentCase("btrfs", size: "128M", "mkfs.btrfs -q \"$1\""),
    ExistingContentCase("f2fs", size: "64M", "mkfs.f2fs -q \"$1\""),
    ExistingContentCase("vfat", "mkfs.vfat \"$1\""),
    ExistingContentCase("exfat", "mkfs.exfat \"$1\""),
    ExistingContentCase("ntfs", "mkfs.ntfs -F -Q -q \"$1\""),
    ExistingContentCase("nilfs2", size: "256M", "mkfs.nilfs2 -q \"$1\""),
    ExistingContentCase("jfs", "mkfs.jfs -q \"$1\""),
    ExistingContentCase("reiserfs", size: "64M", "mkreiserfs -q -f \"$1\""),
    ExistingContentCase("squashfs", source + "mksquashfs \"$2/in\" \"$2/out\" -quiet; " + copy),
    ExistingContentCase("erofs", source + "mkfs.erofs \"$2/out\" \"$2/in\"; " + copy),
    ExistingContentCase("cramfs", source + "mkfs.cramfs \"$2/in\" \"$2/out\"; " + copy),
    ExistingContentCase("udf", "mkfs.udf \"$1\""),
    ExistingContentCase("minix", "mkfs.minix -3 \"$1\""),
    ExistingContentCase("bfs", "mkfs.bfs \"$1\""),
  ]

  static let others = [
    ExistingContentCase("swap", "mkswap -q \"$1\""),
    ExistingContentCase("bcache", "make-bcache -B \"$1\""),
    ExistingContentCase(
      "LUKS 1", finding: "an encrypted volume (crypto_LUKS)",
      "echo pass | cryptsetup luksFormat -q --type luks1 --pbkdf-force-iterations 1000 \"$1\" -"),
    ExistingContentCase(
      "LUKS 2", finding: "an encrypted volume (crypto_LUKS)",
      "echo pass | cryptsetup luksFormat -q --type luks2 --pbkdf pbkdf2"
        + " --pbkdf-force-iterations 1000 \"$1\" -"),
    ExistingContentCase("gpt", "sgdisk --new 1:2048:0 \"$1\""),
    ExistingContentCase(
      "a GPT of 16777216 entries", finding: "(gpt)",
      "for place in 512 33553920; do { printf 'EFI PART'; head -c 72 /dev/zero;"
        + " printf '\\0\\0\\0\\001\\200\\0\\0\\0'; head -c 4 /dev/zero; } |"
        + " dd of=\"$1\" bs=512 seek=$((place / 512)) conv=notrunc; done"),
    ExistingContentCase("dos", "echo 'start=2048' | sfdisk -q --label dos \"$1\""),
    ExistingContentCase("sgi", "echo 'start=2048' | sfdisk -q --label sgi \"$1\""),
    ExistingContentCase("sun", "echo ';' | sfdisk -q --label sun \"$1\""),
    ExistingContentCase("mac", "parted -s \"$1\" mklabel mac"),
    ExistingContentCase("amiga", finding: unrecognised, "parted -s \"$1\" mklabel amiga"),
    ExistingContentCase("bsd", finding: unrecognised, "parted -s \"$1\" mklabel bsd"),
    ExistingContentCase(
      "a GPT whose first copy is lost", finding: unrecognised + " in its last MiB",
      "sgdisk --new 1:2048:0 \"$1\"; dd if=/dev/zero of=\"$1\" bs=1M count=1 conv=notrunc"),
    ExistingContentCase(
      "an ext4 with a bad checksum", finding: "(ext4)",
      "mke2fs -q -F -t ext4 \"$1\"; printf damage | dd of=\"$1\" bs=1 seek=1100 conv=notrunc"),
    ExistingContentCase(
      "btrfs over ext4", size: "128M", finding: "signatures of several things",
      "mke2fs -q -F -t ext4 \"$1\"; dd if=\"$1\" of=\"$2/out\" bs=1K skip=1 count=1;"
        + " mkfs.btrfs -q -f \"$1\"; dd if=\"$2/out\" of=\"$1\" bs=1K seek=1 conv=notrunc"),
    ExistingContentCase(
      "one byte in the first MiB", finding: unrecognised + " in its first MiB",
      "printf x | dd of=\"$1\" bs=1 seek=1048575 conv=notrunc"),
    ExistingContentCase(
      "one byte in the last MiB", finding: unrecognised + " in its last MiB",
      "printf x | dd of=\"$1\" bs=1 seek=32505856 conv=notrunc"),
  ]

  /// What can only be made on a block device.
  static let ofDevices = [
    ExistingContentCase(
      "LVM2_member",
      "d=$(losetup --find --show \"$1\"); s=0; pvcreate -ff -y --devices $d $d || s=$?;"
        + " losetup --detach $d; exit $s")
  ]

  /// mdadm needs the kernel's md driver to make an array at all.
  static let arrays = ["0.90", "1.0", "1.1", "1.2"].map { version in
    ExistingContentCase(
      "md \(version)", finding: "(linux_raid_member)",
      "d=$(losetup --find --show \"$1\"); s=0; mdadm --create /dev/md/iopmem-test-$$ --run --force"
        + " --level=1 --raid-devices=2 --metadata=\(version) $d missing || s=$?;"
        + " mdadm --stop /dev/md/iopmem-test-$$; losetup --detach $d; exit $s")
  }
}
