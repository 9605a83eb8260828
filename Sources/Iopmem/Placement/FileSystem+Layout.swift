internal import Ext4
internal import Linux

extension FileSystem {
  /// Reads where a file of an unmounted file system lies.
  /// - Returns: nil for places past 2^64 − 1.
  func layout(of inode: Ext4.Inode) throws(Ext4Error) -> Layout? {
    var layout = Layout()
    var isSound = true
    try forEachExtent(of: inode) { raw in
      do { try layout.append(Extent(raw)) } catch { isSound = false }
    }
    return isSound ? layout : nil
  }
}
