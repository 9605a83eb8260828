import Linux
import SystemPackage
import TestSupport
import Testing

@testable import Iopmem

@Suite struct SeenFileTests {
  private let folder: TestSupport.TemporaryFolder
  private let source: Status
  private let placed: Status
  private let digest: ContentDigest

  init() throws {
    folder = try TestSupport.TemporaryFolder()
    source = try Status(of: FilePath(folder.write([1, 2, 3], to: "source")))
    placed = try Status(of: FilePath(folder.write([1, 2, 3], to: "placed")))
    digest = try #require(ContentDigest("xxh128:00112233445566778899aabbccddeeff"))
  }

  private var copy: DeployedFile.Content { .copy(of: "/source") }

  private func seen(_ record: SourceRecord?) -> SeenFile {
    SeenFile(state: FileState(placed), record: record, layoutProblem: nil)
  }

  private var record: SourceRecord {
    SourceRecord(origin: .copy(source, digest), placed: SourceRecord.Stamp(placed))
  }

  /// What is append-only keeps its name, its owner and its mode.
  @Test func appendOnlyIsHeld() throws {
    var seen = seen(record)
    var file = DeployedFile(path: "a", content: copy)
    file.permissions = seen.state.permissions
    try seen.expectReplaceable(for: file, "/a")
    #expect(Optional(record).reasonToKeep(seen.state) == nil)
    seen.state.isAppendOnly = true
    try seen.expectMendable(for: file, "/a")
    file.permissions = 0o7
    #expect(throws: Failure.self) { try seen.expectReplaceable(for: file, "/a") }
    #expect(throws: Failure.self) { try seen.expectMendable(for: file, "/a") }
    #expect(Optional(record).reasonToKeep(seen.state) == "it is append-only")
  }

  @Test func recordsAreReadAsTheyAreWritten() {
    for origin in [SourceRecord.Origin.copy(source, digest), .buffer] {
      let record = SourceRecord(origin: origin, placed: SourceRecord.Stamp(placed))
      #expect(SourceRecord(record.value) == record)
    }
  }

  @Test func recordsOfOtherFormsAreNone() {
    let text = String(decoding: record.value, as: UTF8.self)
    let words = text.split(separator: " ")
    for other in [
      "", "1", "2" + text.dropFirst(), text + " ", " " + text, text.dropLast() + "g",
      words.dropLast().joined(separator: " "), words.prefix(4).joined(separator: " "),
      text.replacing("xxh128", with: "sha256"),
    ] { #expect(SourceRecord(Array(other.utf8)) == nil, "\(other)") }
  }

  @Test func whatTheRecordTellsNeedsNoBytes() {
    #expect(seen(record).standing(to: copy, source: source) == .same)
    #expect(seen(record).knownDigest == digest && seen(record).isOurs)
  }

  @Test func anyOtherTimeOrInodeLeavesItToTheBytes() {
    #expect(seen(nil).standing(to: copy, source: source) == .unsure)
    #expect(!seen(nil).isOurs)
    var other = source
    other.changed.nanoseconds ^= 1
    #expect(seen(record).standing(to: copy, source: other) == .unsure)
    other = source
    other.modified.seconds += 1
    #expect(seen(record).standing(to: copy, source: other) == .unsure)
    other = source
    other.inode += 1
    #expect(seen(record).standing(to: copy, source: other) == .unsure)
    var file = seen(record)
    file.state.stamp.modified.nanoseconds ^= 1
    #expect(file.standing(to: copy, source: source) == .unsure)
    #expect(file.knownDigest == nil && file.isOurs)
    file = seen(record)
    file.state.stamp.inode += 1
    #expect(file.standing(to: copy, source: source) == .unsure)
    #expect(!file.isOurs)
  }

  /// As ext4 with inodes of 128 bytes keeps them, and file systems in images.
  @Test func timesOfWholeSecondsLeaveItToTheBytes() {
    var rough = source
    rough.changed.nanoseconds = 0
    let record = SourceRecord(origin: .copy(rough, digest), placed: SourceRecord.Stamp(placed))
    #expect(seen(record).standing(to: copy, source: rough) == .unsure)
    // And yet there is no newer record to keep.
    #expect(seen(record).tells(of: rough))
  }

  @Test func aCopyIsNoBuffer() {
    let buffer = SourceRecord(origin: .buffer, placed: SourceRecord.Stamp(placed))
    #expect(seen(buffer).standing(to: .buffer(ByteCount(3)), source: nil) == .same)
    #expect(
      seen(record).standing(to: .buffer(ByteCount(3)), source: nil)
        == .differs("is a copy, and no buffer"))
    #expect(seen(buffer).standing(to: copy, source: source) == .unsure)
  }

  @Test func sizeAndLayoutDifferWithoutBytes() {
    var other = source
    other.size = 4
    #expect(
      seen(record).standing(to: copy, source: other)
        == .differs("has 3 bytes, and 4 are declared"))
    #expect(seen(nil).standing(to: .buffer(ByteCount(3)), source: nil) == .same)
    #expect(
      seen(nil).standing(to: .buffer(ByteCount(5)), source: nil)
        == .differs("has 3 bytes, and 5 are declared"))
    var moved = seen(record)
    moved.layoutProblem = "lies in 2 runs"
    #expect(moved.standing(to: copy, source: source) == .differs("lies in 2 runs"))
  }

  @Test func mendsAreWhatIsDeclaredAndOther() {
    var file = DeployedFile(path: "a", content: copy)
    #expect(seen(record).mends(for: file).isEmpty)
    file.permissions = placed.permissions
    file.user = placed.user
    file.group = placed.group
    file.isPinned = false
    #expect(seen(record).mends(for: file).isEmpty)
    file.permissions = 0o1640
    file.user = placed.user + 1
    file.group = placed.group + 1
    file.isPinned = true
    #expect(seen(record).mends(for: file).count == 4)
  }

  @Test func digestsAreThoseOfXxh128sum() throws {
    let path = FilePath(folder("source"))
    let file = try Descriptor(path, .readOnly)
    #expect(
      try ContentDigest(of: file, path).description == "xxh128:ac77eb88cbc4b8d4ebce9b7632ae733b")
  }
}
