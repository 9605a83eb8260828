internal import Iopmem

extension Version {
  /// What `--version` prints: name and version, and who has which rights, as the GNU Coding Standards
  /// have it.
  static let notice = """
    iopmem \(current)
    Copyright (c) 2026 the iopmem authors
    MIT licence; the kernel driver is under the GNU General Public License, version 2 only.
    There is no warranty, to the extent permitted by law.
    """
}
