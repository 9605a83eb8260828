internal import Ext4

extension ExtraOptions {
  /// What mke2fs(8) 1.47 takes.
  static let mke2fs = ExtraOptions(
    flags: "cjnqvDFKSV", aliases: ["R": "E"],
    partAliases: ["stripe-width": "stripe_width", "extents": "extent"],
    features: "O",
    rules: [
      "q": .harmless, "v": .harmless, "D": .harmless, "K": .harmless, "e": .harmless,
      "z": .harmless, "M": .harmless,
      "b": .ours(instead: "DAX needs blocks that are pages"),
      "G": .ours(instead: "one flexible group keeps the metadata in front"),
      "g": .ours(instead: "groups of another size move the metadata"),
      "I": .ours(instead: "inodes of another size move the metadata"),
      "m": .ours(instead: "blocks for root alone are not there for data"),
      "N": .ours(instead: "--inodes chooses it"),
      "J": .list(
        harmless: [],
        reasons: [
          "size": "--journal chooses it", "location": "the journal would lie amid the data",
          "device": "the journal lies on the device itself",
        ]),
      "L": .ours(instead: "--label chooses it"), "U": .ours(instead: "--uuid chooses it"),
      "T": .ours(instead: "no type of use chooses here"),
      "E": .list(
        harmless: [
          "hash_seed", "root_owner", "root_perms", "root_selinux", "encoding", "encoding_flags",
        ],
        reasons: [
          "test_fs": "the file system would count as one for tests, and not as ext4",
          "resize": "room to grow lies amid the data",
          "discard": "memory has nothing to discard",
          "offset": "the file system begins where the device does",
          "quotatype": unkept,
          "assume_storage_prezeroed": "what the memory holds is not known",
          "mmp_update_interval": "a kernel thread would write to the device all the time",
        ]),
      "O": .list(
        harmless: Feature.kept.subtracting(movingFeatures.keys),
        reasons: movingFeatures.merging(
          Feature.notKept.map { ($0, unkept) }, uniquingKeysWith: { reason, _ in reason })),
      "t": .refused("--type chooses it"), "F": .refused("--force overwrites"),
      "n": .refused("--dry-run changes nothing"), "V": .refused("--verbose tells more"),
      "c": .refused("bad blocks would lie amid the data"),
      "l": .refused("bad blocks would lie amid the data"),
      "C": .refused("clusters are not supported"), "S": .refused("the rest must be written too"),
      "d": .refused("its files would lie anywhere; iopmem place puts them where they belong"),
      "i": .refused("--inodes chooses it"), "j": .refused("--journal chooses it"),
      "r": .refused("the features choose it"), "s": .refused("the features choose it"),
      "o": .refused("Linux made it"),
    ])

  /// Features that the layout cannot have, and why; others are held against `Feature.kept`.
  private static let movingFeatures = [
    "none": "the layout needs features",
    "bigalloc": "small files would each take a cluster, and place cannot work offline",
    "inline_data": "data in an inode is not on a page of the device that a peer can reach",
    "encrypt": "what lies on the device would not be what the file holds",
    "verity": "the kernel refuses DAX for such files",
    "resize_inode": "room to grow lies amid the data",
    "meta_bg": "descriptors would lie amid the data",
    "sparse_super": "backups of the superblock would lie amid the data",
    "has_journal": "--journal chooses it",
    "fast_commit": "its part of the journal would lie amid the data",
    "mmp": "a kernel thread would write to the device all the time",
    "uninit_bg": "metadata_csum takes its place",
    "dir_prealloc": "mke2fs does not make it",
  ]

  private static let unkept =
    "place could not keep the file system whole while it is not mounted"

  /// What mkfs.xfs(8) takes.
  static let mkfsXFS = ExtraOptions(
    flags: "fqKNVC", aliases: [:], partAliases: [:], features: nil,
    rules: [
      "q": .harmless, "K": .harmless,
      "b": .list(harmless: [], reasons: [:]),
      "s": .list(harmless: [], reasons: [:]),
      "m": .list(
        harmless: ["bigtime", "inobtcount"],
        reasons: ["uuid": "--uuid chooses it", "metadir": unsplit]),
      "d": .list(
        harmless: ["projinherit"],
        reasons: [
          "agcount": unsplit, "agsize": unsplit, "noalign": "large files would not be aligned",
          "sunit": "--align chooses it, as su and sw", "swidth": "--align chooses it, as su and sw",
          "file": "--size makes an image", "name": "the device is named already",
          "size": "the file system is as long as the device",
          "rtinherit": "files could lie on another device",
          "cowextsize": "files cannot share blocks here",
        ]),
      "l": .list(
        harmless: ["lazy-count", "version"],
        reasons: [
          "logdev": "the log lies on the device itself", "agnum": unsplit,
          "sunit": "the layout gives it as su",
        ]),
      "i": .list(
        harmless: ["maxpct", "size", "perblock", "attr", "projid32bit", "sparse", "nrext64"],
        reasons: [:]),
      "n": .list(harmless: ["size", "version", "ftype", "parent"], reasons: [:]),
      "L": .ours(instead: "--label chooses it"),
      "f": .refused("--force overwrites"), "N": .refused("--dry-run changes nothing"),
      "V": .refused("--verbose tells more"), "c": .refused("a file could say anything"),
      "p": .refused("its files would lie anywhere; iopmem place puts them where they belong"),
      "r": .refused("files could lie on another device"),
      "C": .refused("it is not known to leave the layout as it is"),
    ])

  private static let unsplit = "nearly all space must stay one group, with the log behind it"
}
