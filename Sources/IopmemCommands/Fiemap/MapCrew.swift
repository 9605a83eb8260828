internal import Dispatch
internal import Iopmem
internal import Linux
internal import SystemPackage

/// Maps many files on all processors that the process may use, and writes the maps in the files'
/// order.
///
/// Files gather until they are worth the threads; then each worker takes as many of them, one behind
/// another, and what they gathered is written.
struct MapCrew<Mapper: FileMapper & ~Copyable>: ~Copyable {
  /// One at least, which walks too.
  private var workers: [MapWorker<Mapper>]
  private var sink: MapSink
  private var files: [Mapper.File] = []
  /// How many folders the files keep open.
  private var folders = 0
  private let mostWorkers: Int
  private let mostFolders: Int

  /// So many files are some milliseconds' work.
  private static var batch: Int { 2048 }
  /// For fewer a thread costs more than it brings.
  private static var fewest: Int { 64 }
  /// More workers wait for one another in the kernel, for the file system that they share.
  private static var crowd: Int { 16 }

  /// A crew of one, who gets others when there is work for them.
  init(
    _ sink: consuming MapSink, _ mapper: consuming Mapper, _ addressing: ClientAddressing?,
    _ format: MapFormat
  ) {
    workers = [MapWorker(mapper, addressing, format, columns: sink.columns)]
    self.sink = sink
    // Half of the files that may be open: the walk and the program have others.
    let limit = Process.openFileLimit
    mostWorkers = max(1, min((try? Affinity().count) ?? 1, Self.crowd, limit / 8))
    mostFolders = max(1, min(256, limit / 4))
  }

  /// Takes every file below a directory, or the file itself.
  /// - Throws: when the output cannot be written.
  mutating func add(tree path: FilePath) throws(Failure) {
    var walk = workers[0].walk(path)
    while let file = workers[0].next(of: &walk) { try add(file) }
  }

  /// Takes a file; when enough have gathered, maps and writes them.
  /// - Throws: when the output cannot be written.
  mutating func add(_ file: Mapper.File) throws(Failure) {
    if file.opensFolder(besides: files.last) { folders += 1 }
    files.append(file)
    if files.count == Self.batch || folders == mostFolders { try flush() }
  }

  /// Maps and writes what has gathered, and ends the output.
  /// - Parameter end: what ended the run before all files were tried.
  /// - Throws: as `MapSink.finish` does.
  mutating func finish(_ end: Failure?) throws {
    if sink.hasFailed { return try sink.finish(nil) }
    // What fails is the sink, and that tells it.
    try? flush()
    try sink.finish(end)
  }

  /// Maps and writes the files that have gathered.
  private mutating func flush() throws(Failure) {
    let files = files
    self.files.removeAll()
    folders = 0
    let wanted = min(mostWorkers, (files.count + Self.fewest - 1) / Self.fewest)
    while workers.count < wanted, let another = workers[0].another() { workers.append(another) }
    let length = max(Self.fewest, (files.count + workers.count - 1) / workers.count)
    let parts = stride(from: 0, to: files.count, by: length).map {
      files[$0..<min($0 + length, files.count)]
    }
    // Threads need descriptors of their own: Dispatch ends the process where it gets none.
    if parts.count > 1, StandardDescriptors.haveRoom(for: 16) {
      // Each index is one thread's, and all threads have ended when the call returns.
      nonisolated(unsafe) let crew = workers
      DispatchQueue.concurrentPerform(iterations: parts.count) { unsafe crew[$0].map(parts[$0]) }
    } else {
      for index in parts.indices { workers[index].map(parts[index]) }
    }
    for (worker, part) in zip(workers, parts) {
      var rest = part
      while true {
        try write(doneBy: worker)
        rest = rest.dropFirst(worker.outcomes.count)
        if rest.isEmpty { break }
        worker.map(rest)
      }
    }
  }

  /// Writes what a worker has done.
  private mutating func write(doneBy worker: MapWorker<Mapper>) throws(Failure) {
    let maps = worker.gathered
    var start = 0
    for outcome in worker.outcomes {
      switch outcome {
      case .gathered(let end):
        try sink.write(gathered: maps[start..<end])
        start = end
      case .refused(let failure): try sink.refuse(failure)
      case .long(let map): try sink.write(map, worker.segments)
      }
    }
  }
}
