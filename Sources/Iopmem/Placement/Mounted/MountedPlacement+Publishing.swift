internal import Linux
internal import SystemPackage

extension MountedPlacement {
  /// Places one file that has no name at all until it is whole.
  func placeUnnamed(
    _ entry: Manifest.Entry, _ volume: borrowing MountedVolume, _ copier: inout FileCopier
  ) throws(Failure) -> PlacedFile {
    let staged = try StagedFile(entry, volume, request.options)
    let file = try volume.inTurn { () throws(Failure) in try staged.make(volume) }
    try staged.write(file, volume, &copier)
    try Inheritance(request.options).apply(entry, to: file, staged.path)
    try explain(staged.path, "cannot finish") { () throws(Errno) in try file.synchronize() }
    let placed = try staged.proof(file, volume)
    if Interruption.signal != nil { throw .interrupted() }
    do { try volume.directory.link(file, as: entry.path) } catch {
      throw error == .fileExists
        ? .takenMeanwhile(staged.path)
        : Failure(error, staged.path, "cannot be given its name")
    }
    do throws(Errno) {
      // Without a journal the directory alone does not write that the inode has a name.
      try file.synchronize()
      try volume.directory.synchronize()
    } catch { throw .placed(volume.path, "and may not last", cause: error) }
    return placed
  }

  /// Places many files, trees and replacements: everything is made in a hidden directory, and
  /// moved to its names when the last of it is whole.
  func placeStaged(
    _ manifest: Manifest, _ volume: borrowing MountedVolume, _ taken: [FilePath: Status],
    _ copier: inout FileCopier
  ) throws(Failure) -> [PlacedFile] {
    let stage = try explain(volume.path, "cannot make a directory") { () throws(Errno) in
      try StagingDirectory(in: volume.directory)
    }
    let placed: [PlacedFile]
    do throws(Failure) { placed = try fill(stage.descriptor, manifest, volume, &copier) } catch {
      throw error.clearing(stage, from: volume)
    }
    do throws(Unpublished) {
      try publish(manifest.tops, from: stage.descriptor, volume, replacing: taken)
    } catch {
      throw error.stageHoldsReplaced
        ? error.failure.keeping(stage, in: volume) : error.failure.clearing(stage, from: volume)
    }
    do throws(Errno) { try stage.remove(from: volume.directory) } catch {
      throw .placed(volume.path, "but cannot clean up", cause: error)
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
    try volume.inTurn { () throws(Failure) in try allocate(manifest, in: stage, volume) }
    for entry in manifest.entries where entry.content.fileSize != nil {
      let staged = try StagedFile(entry, volume, request.options)
      let file = try open(staged, in: stage, .readWrite, staged.isSmall ? [] : .direct)
      try staged.write(file, volume, &copier)
    }
    try synchronize(stage, volume)
    let inheritance = Inheritance(request.options)
    var placed: [PlacedFile] = []
    for entry in manifest.entries where entry.content.fileSize != nil {
      let staged = try StagedFile(entry, volume, request.options)
      let file = try open(staged, in: stage, .readOnly)
      // What went wrong on the way to the device is told to who asks for this file.
      try explain(staged.path, "cannot write") { () throws(Errno) in try file.writeBackPages() }
      try inheritance.apply(entry, to: file, staged.path)
      placed.append(try staged.proof(file, volume))
    }
    // Directories last and from the leaves up: what is made in one changes its times. Those at the
    // top must be writable until they are moved, since that changes where `..` leads: what they
    // inherit is only tried.
    for entry in manifest.entries.reversed() {
      let path = volume.path.appending(entry.path.components)
      try inherit(entry, inheritance, in: stage, path)
      if entry.content == .directory, entry.isTop {
        try explain(path, "cannot finish") { () throws(Errno) in
          try stage.setPermissions(of: entry.path, 0o700)
        }
      }
    }
    try synchronize(stage, volume)
    return placed
  }

  /// Makes the files with their blocks, the longest first.
  private func allocate(
    _ manifest: Manifest, in stage: borrowing Descriptor, _ volume: borrowing MountedVolume
  ) throws(Failure) {
    for index in manifest.filesByLength {
      let staged = try StagedFile(manifest.entries[index], volume, request.options)
      let file = try staged.make(volume)
      try explain(staged.path, "cannot make") { () throws(Errno) in
        try stage.link(file, as: staged.entry.path)
      }
    }
  }

  private func synchronize(
    _ stage: borrowing Descriptor, _ volume: borrowing MountedVolume
  ) throws(Failure) {
    try explain(volume.path, "cannot write") { () throws(Errno) in
      try stage.synchronizeFileSystem()
    }
  }

  /// Makes directories and links; files are made with their blocks.
  private func make(
    _ entry: Manifest.Entry, in stage: borrowing Descriptor
  ) throws(Errno) {
    switch entry.content {
    case .directory: try stage.makeDirectory(entry.path, permissions: 0o700)
    case .link(let target): try stage.makeSymbolicLink(entry.path, to: target)
    case .copy, .zeros: return
    }
  }

  private func open(
    _ staged: StagedFile, in stage: borrowing Descriptor, _ access: FileDescriptor.AccessMode,
    _ options: OpenOptions = []
  ) throws(Failure) -> Descriptor {
    try explain(staged.path, "cannot open") { () throws(Errno) in
      try Descriptor(staged.entry.path, in: stage, access, options: options.union(.noFollow))
    }
  }

  private func inherit(
    _ entry: Manifest.Entry, _ inheritance: Inheritance, in stage: borrowing Descriptor,
    _ path: FilePath
  ) throws(Failure) {
    switch entry.content {
    case .copy, .zeros: return
    case .link: try inheritance.apply(entry, toLink: entry.path, in: stage, path)
    case .directory:
      let directory = try explain(path, "cannot open") { () throws(Errno) in
        try Descriptor(entry.path, in: stage, .readOnly, options: [.directory, .noFollow])
      }
      try inheritance.apply(entry, to: directory, path)
    }
  }

  /// Gives everything its name. If one name cannot be given, takes the others back.
  private func publish(
    _ tops: [Manifest.Entry], from stage: borrowing Descriptor,
    _ volume: borrowing MountedVolume, replacing taken: [FilePath: Status]
  ) throws(Unpublished) {
    var moved: [(name: FilePath, policy: RenamePolicy)] = []
    do throws(Failure) {
      for top in tops {
        if Interruption.signal != nil { throw Failure.interrupted() }
        let path = volume.path.appending(top.path.components)
        let policy: RenamePolicy = taken[top.path] == nil ? .keep : .exchange
        do { try stage.rename(top.path, to: volume.directory, as: top.path, policy) } catch {
          throw error == .fileExists
            ? Failure.takenMeanwhile(path) : Failure(error, path, "cannot be given its name")
        }
        moved.append((top.path, policy))
        if let old = taken[top.path] { try expect(old, at: top.path, in: stage, path) }
      }
    } catch {
      var unpublished = Unpublished(failure: error)
      for (name, policy) in moved.reversed() {
        do { try volume.directory.rename(name, to: stage, as: name, policy) } catch let second {
          let name = QuotedName(name).text
          unpublished.failure.reason += "; and \(name) cannot be taken back: \(second)"
          if policy == .exchange { unpublished.stageHoldsReplaced = true }
        }
      }
      throw unpublished
    }
    do throws(Failure) {
      try finishDirectories(tops, volume)
      do { try volume.directory.synchronize() } catch {
        throw .placed(volume.path, "and may not last", cause: error)
      }
    } catch { throw Unpublished(failure: error, stageHoldsReplaced: !taken.isEmpty) }
  }

  /// Checks that the name was taken from the file that was found before, and from nothing newer.
  private func expect(
    _ old: Status, at name: FilePath, in stage: borrowing Descriptor, _ path: FilePath
  ) throws(Failure) {
    let found = try explain(path, "cannot read") { () throws(Errno) in try stage.status(of: name) }
    guard found.isSameFile(as: old) else {
      throw Failure(.failed, path, "was exchanged for something else", remedy: "nothing was placed")
    }
  }

  /// Gives moved directories their permissions, which would have forbidden the move.
  private func finishDirectories(
    _ tops: [Manifest.Entry], _ volume: borrowing MountedVolume
  ) throws(Failure) {
    let inheritance = Inheritance(request.options)
    for top in tops where top.content == .directory {
      do throws(Failure) {
        let path = volume.path.appending(top.path.components)
        try inherit(top, inheritance, in: volume.directory, path)
      } catch {
        var failure = error
        failure.reason = "is placed, and \(error.reason)"
        failure.remedy = nil
        failure.leavesResult = true
        throw failure
      }
    }
  }
}

/// Why names could not be given.
private struct Unpublished: Error {
  var failure: Failure
  /// Whether the hidden directory now holds what had the names.
  var stageHoldsReplaced = false
}

extension Failure {
  /// The failure of a placement that takes back all that it made.
  fileprivate func clearing(
    _ stage: borrowing StagingDirectory, from volume: borrowing MountedVolume
  ) -> Failure {
    do { try stage.remove(from: volume.directory) } catch {
      var failure = self
      failure.reason += "; and cannot clean up: \(error)"
      failure.remedy = "the next placement here cleans up"
      return failure
    }
    return self
  }

  /// The failure of a placement that cannot give back what it replaced, and keeps it.
  fileprivate func keeping(
    _ stage: borrowing StagingDirectory, in volume: borrowing MountedVolume
  ) -> Failure {
    var failure = self
    do {
      let name = try stage.keep(in: volume.directory)
      failure.remedy = "what was replaced is in \(QuotedName(name).text) there"
    } catch {
      failure.reason += "; and what was replaced cannot be kept: \(error)"
      failure.remedy = "save it from the hidden directory before the next placement here"
    }
    return failure
  }
}
