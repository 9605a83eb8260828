import Signature
import SystemPackage
import Testing

@testable import Iopmem

/// Which bytes are a partition's, and when that cannot be said.
@Suite struct PartitionTableTests {
  typealias Partition = PartitionTable.Partition
  static let linux = "0x83"

  private func refusal(_ partitions: [Partition], _ number: Int = 2) -> String? {
    do throws(Failure) {
      _ = try PartitionTable(kind: "dos", partitions: partitions)
        .partition(number, of: "disk", length: 1000)
      return nil
    } catch { return error.reason }
  }

  @Test func thoseThatTouchAreNotOverlapping() throws {
    let partitions = [
      Partition(number: 1, start: 100, length: 100, type: Self.linux),
      Partition(number: 2, start: 200, length: 100, type: Self.linux),
      Partition(number: 3, start: 300, length: 700, type: Self.linux),
    ]
    #expect(refusal(partitions) == nil)
    #expect(refusal(partitions, 1) == nil && refusal(partitions, 3) == nil)
    #expect(refusal(partitions, 4) == "has no partition 4, but 1, 2, 3")
  }

  @Test(
    arguments: [
      (199, 2, "overlaps partition 2"), (150, 100, "overlaps partition 2"),
      (0, 1000, "overlaps partition 2"), (249, 1, "overlaps partition 2"),
      (200, UInt64.max, "passes the end of the image"), (900, 101, "passes the end of the image"),
      (UInt64.max, 1, "passes the end of the image"), (300, 0, "has no bytes of its own"),
      (0, 100, "has no bytes of its own"),
    ] as [(UInt64, UInt64, String)])
  func whatIsNotItsOwn(_ start: UInt64, _ length: UInt64, _ reason: String) throws {
    let other = Partition(number: 2, start: 200, length: 50, type: Self.linux)
    let found = Partition(number: 1, start: start, length: length, type: Self.linux)
    let expected = start == 0 ? "has no bytes of its own" : reason
    #expect(refusal([found, other], 1) == "partition 1 \(expected)")
  }

  @Test func anotherThatPassesAllNumbersOverlaps() {
    let found = Partition(number: 2, start: 200, length: 50, type: Self.linux)
    let other = Partition(number: 1, start: 100, length: .max, type: Self.linux)
    #expect(refusal([other, found]) == "partition 2 overlaps partition 1")
  }

  @Test func extendedOnesHoldOthersAndAreNone() {
    let extended = Partition(
      number: 2, start: 100, length: 800, type: "0x5", isExtended: true)
    let logical = Partition(number: 5, start: 200, length: 100, type: Self.linux)
    #expect(refusal([extended, logical], 5) == nil)
    #expect(refusal([extended, logical]) == "partition 2 only holds other partitions")
    #expect(refusal([logical, logical], 5) == "has several partitions 5")
    // One that is not in it, or only in part, has bytes of tables in it.
    for (number, start, length) in [(5, 50, 100), (5, 850, 100), (5, 100, 50), (1, 200, 100)] {
      let other = Partition(
        number: number, start: UInt64(start), length: UInt64(length), type: Self.linux)
      #expect(
        refusal([extended, other], number) == "partition \(number) overlaps partition 2", "\(start)"
      )
    }
  }

  @Test func typesForSomethingElse() {
    func purpose(_ type: String) -> String? {
      Partition(number: 1, start: 1, length: 1, type: type).otherPurpose
    }
    #expect(purpose("0x82") == "swap space")
    #expect(purpose("C12A7328-F81F-11D2-BA4B-00A0C93EC93B") == "an EFI system partition")
    #expect(purpose(Self.linux) == nil)
    #expect(purpose("0fc63daf-8483-4772-8e79-3d69d8477de4") == nil)
  }
}
