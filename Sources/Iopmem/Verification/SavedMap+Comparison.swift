internal import Linux
internal import PCI

extension SavedMap {
  /// Compares this map with one that was made now.
  /// - Throws: `unknown` for a map that contradicts its own fingerprint; what else fails.
  func standing(
    against map: FileMap, _ segments: borrowing SegmentList
  ) throws(Failure) -> Verification.Standing {
    var changes = identityChange(map).map { [$0] } ?? []
    var leftOut = 0
    // Of another file nothing more needs to be told.
    if changes.isEmpty {
      changes = windowChanges(map)
      // Flags are digested. Under limits a segment has those of all that it was joined of.
      var diff = SegmentDiff(
        from: self.segments, comparesFlags: map.fingerprint != fingerprint)
      try segments.forEachRun { (run) throws(Failure) in
        for segment in run { diff.take(segment) }
      }
      diff.finish()
      changes += diff.changes
      leftOut = diff.leftOut
    }
    switch (changes.isEmpty, map.fingerprint == fingerprint) {
    case (true, true): return .holds
    case (true, false): return .changed([Change(.window)], leftOut: 0)
    case (false, false): return .changed(changes, leftOut: leftOut)
    case (false, true):
      throw Failure(
        .unknown, path, "the saved map contradicts its own fingerprint: it was changed",
        remedy: "map the file anew, see iopmem-fiemap(8)")
    }
  }

  private func identityChange(_ map: FileMap) -> Change? {
    let before = identity
    let after = map.identity
    return Change(.fileSystem, before.fileSystem, after.fileSystem, \.description)
      ?? Change(.inode, before.inode, after.inode) { "\($0)" }
      ?? Change(.generation, before.generation, after.generation) { "\($0)" }
  }

  private func windowChanges(_ map: FileMap) -> [Change] {
    var changes = [
      Change(.size, size, map.size) { "\($0.rawValue)" },
      Change(.function, function, map.window.function) { $0?.description },
      Change(.bar, bar, map.window.bar) { $0.map { "\($0)" } },
    ]
    if !segments.isEmpty {
      let start = map.window.start
      func address(_ base: UInt64?) -> UInt64? { base.map { $0 &+ start.rawValue } }
      // An address of a client's own domain says nothing of the window.
      if source != .mapped {
        changes.append(
          Change(
            .busAddress, address(busBase), map.window.busAddress(of: start)?.rawValue, \.?.hex))
      }
      changes.append(
        Change(.cpuAddress, address(cpuBase), map.window.cpuAddress(of: start)?.rawValue, \.?.hex))
    }
    return changes.compactMap(\.self)
  }
}
