internal import Linux
internal import SystemPackage

extension MountedPlacement {
  /// Places many files, trees and replacements: everything is made in a hidden directory, and
  /// moved to its names when the last of it is whole.
  func placeStaged(
    _ manifest: Manifest, _ volume: borrowing MountedVolume, _ taken: Set<FilePath>,
    _ copier: inout FileCopier
  ) throws(Failure) -> [PlacedFile] {
    let stage = try explain(volume.path, "cannot make a directory") { () throws(Errno) in
      try StagingDirectory(in: volume.directory)
    }
    let placed: [PlacedFile]
    do {
      placed = try fill(stage.descriptor, manifest, volume, &copier)
      try publish(manifest.tops, from: stage.descriptor, volume, replacing: taken)
    } catch {
      do { try stage.remove(from: volume.directory) } catch let second {
        throw Failure(
          error.code, error.subject, error.reason + "; and cannot clean up: \(second)",
          remedy: "the next placement here cleans up", cause: error.cause)
      }
      throw error
    }
    try explain(volume.path, "everything is placed, but cannot clean up") { () throws(Errno) in
      try stage.remove(from: volume.directory)
    }
    return placed
  }

  /// Makes everything in the hidden directory and proves it.
  private func fill(
    _ stage: borrowing Descriptor, _ manifest: Manifest, _ volume: borrowing MountedVolume,
    _ copier: inout FileCopier
  ) throws(Failure) -> [PlacedFile] {
    for entry in manifest.entries {
      try explain(volume.path.appending(entry.path.components), "cannot make") {
        () throws(Errno) in try make(entry, in: stage)
      }
    }
    // All blocks before the first byte: what does not fit is known early.
    for index in manifest.filesByLength {
      let staged = try StagedFile(manifest.entries[index], volume, request.options)
      let file = try open(staged, in: stage)
      try staged.reserve(file, volume)
    }
    let inheritance = Inheritance(request.options)
    var placed: [PlacedFile] = []
    for entry in manifest.entries where entry.content.fileSize != nil {
      let staged = try StagedFile(entry, volume, request.options)
      let file = try open(staged, in: stage)
      try staged.write(file, volume, &copier)
      try explain(staged.path, "cannot finish") { () throws(Errno) in
        try inheritance.apply(entry, to: file)
      }
      placed.append(try staged.proof(file, volume))
    }
    // Directories last and from the leaves up: what is made in one changes its times.
    for entry in manifest.entries.reversed() {
      try explain(volume.path.appending(entry.path.components), "cannot finish") {
        () throws(Errno) in try inherit(entry, inheritance, in: stage)
      }
    }
    try explain(volume.path, "cannot write") { () throws(Errno) in
      try stage.synchronizeFileSystem()
    }
    return placed
  }

  private func make(
    _ entry: Manifest.Entry, in stage: borrowing Descriptor
  ) throws(Errno) {
    switch entry.content {
    case .directory: try stage.makeDirectory(entry.path, permissions: 0o700)
    case .link(let target): try stage.makeSymbolicLink(entry.path, to: target)
    case .copy, .zeros:
      try Descriptor(
        entry.path, in: stage, .writeOnly, options: [.create, .exclusive],
        permissions: .ownerReadWrite
      ).close()
    }
  }

  private func open(
    _ staged: StagedFile, in stage: borrowing Descriptor
  ) throws(Failure) -> Descriptor {
    try explain(staged.path, "cannot open") { () throws(Errno) in
      try Descriptor(staged.entry.path, in: stage, .readWrite, options: [.noFollow, .direct])
    }
  }

  private func inherit(
    _ entry: Manifest.Entry, _ inheritance: Inheritance, in stage: borrowing Descriptor
  ) throws(Errno) {
    switch entry.content {
    case .copy, .zeros: return
    case .link: try inheritance.apply(entry, toLink: entry.path, in: stage)
    case .directory:
      let directory = try Descriptor(
        entry.path, in: stage, .readOnly, options: [.directory, .noFollow])
      try inheritance.apply(entry, to: directory)
    }
  }

  /// Gives everything its name; what was given is taken back when a name cannot be had.
  private func publish(
    _ tops: [Manifest.Entry], from stage: borrowing Descriptor,
    _ volume: borrowing MountedVolume, replacing taken: Set<FilePath>
  ) throws(Failure) {
    var moved: [(name: FilePath, policy: RenamePolicy)] = []
    do throws(Failure) {
      for top in tops {
        if Interruption.signal != nil { throw Failure.interrupted() }
        let policy: RenamePolicy = taken.contains(top.path) ? .exchange : .keep
        do {
          try stage.rename(top.path, to: volume.directory, as: top.path, policy)
        } catch {
          let path = volume.path.appending(top.path.components)
          throw error == .fileExists
            ? Failure.exists(path) : Failure(error, path, "cannot be given its name")
        }
        moved.append((top.path, policy))
      }
    } catch {
      for (name, policy) in moved.reversed() {
        try explain(volume.path.appending(name.components), "cannot be taken back") {
          () throws(Errno) in
          try volume.directory.rename(name, to: stage, as: name, policy)
        }
      }
      throw error
    }
    try explain(volume.path, "cannot make the names last") { () throws(Errno) in
      try volume.directory.synchronize()
    }
  }
}
