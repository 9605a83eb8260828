internal import Ext4
internal import SystemPackage

extension ChangeableFileSystem {
  /// Changes a file system that nobody has yet: a change that is cut off leaves it of no use.
  /// - Parameter plan: what is made, whose data are on the device.
  func make(
    _ change: ImageChange, _ plan: ImagePlan
  ) throws(Ext4Error) -> [MadeEntry] {
    let inheritance = ImageInheritance(PlacementOptions())
    for run in plan.runs { try base.claim(run.bytes) }
    try base.beginChanges()
    for old in change.removals {
      try base.removeName(old.name, of: old.inode, in: old.folder, at: inheritance.now)
    }
    var folders = change.folders
    var made: [MadeEntry] = []
    for planned in plan.entries {
      let entry = planned.entry
      guard let parent = folders[entry.path.removingLastComponent()] else { throw .notFound }
      let number = try make(planned, inheritance.attributes(entry), in: parent)
      if entry.content == .directory { folders[entry.path] = number }
      try name(entry, number, in: parent)
      made.append(MadeEntry(planned: planned, inode: number))
    }
    // Names put into a directory change its times.
    for new in made where new.planned.entry.content == .directory {
      try base.set(inheritance.attributes(new.planned.entry), of: new.inode)
    }
    for (number, mend) in change.mends { try base.mend(number, mend, at: inheritance.now) }
    try base.commitChanges()
    return made
  }
}
