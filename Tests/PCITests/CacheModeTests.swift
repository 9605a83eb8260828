import Linux
import PCI
import SystemPackage
import TestSupport
import Testing

/// How memory is mapped, as the kernel's list and the memory type range registers tell.
@Suite struct CacheModeTests {
  static let memory: ClosedRange<UInt64> = 0x1000_0000...0x1FFF_FFFF

  private func mode(_ list: String, mtrr: String? = "") throws -> CacheMode? {
    let machine = try Sysroot()
    try machine.put(
      "PAT memtype list:\n" + list, at: "sys/kernel/debug/x86/pat_memtype_list")
    if let mtrr { try machine.put(mtrr, at: "proc/mtrr") }
    return CacheMode(of: Self.memory, in: SystemRoot(FilePath(machine.path)))
  }

  private func line(_ first: String, _ end: String, _ mode: String = "write-back") -> String {
    "PAT: [mem 0x\(first)-0x\(end)] \(mode)\n"
  }

  @Test func oneMappingOfAll() throws {
    #expect(try mode(line("0000000010000000", "0000000020000000")) == .writeBack)
    #expect(try mode(line("0", "ffffffffffffffff")) == .writeBack)
    let others = line("0", "10000000", "uncached") + line("20000000", "30000000", "uncached")
    #expect(try mode(others + line("10000000", "20000000")) == .writeBack)
    #expect(try mode(others) == nil)
  }

  @Test func mappingsThatDoNotTell() throws {
    #expect(try mode("") == nil)
    #expect(try mode(line("10000000", "1fffffff")) == nil)
    #expect(try mode(line("10000001", "20000000")) == nil)
    let all = line("10000000", "20000000")
    #expect(try mode(all + line("1f000000", "20000000", "uncached")) == nil)
    #expect(try mode(all + line("1f000000", "20000000")) == .writeBack)
    #expect(try mode(line("10000000", "20000000", "broken")) == nil)
    #expect(try mode(all + "PAT: [mem \n") == nil)
    #expect(try mode(all + "PAT: [mem 0x1-0x] uncached\n") == nil)
    #expect(try mode(all + "PAT: [mem 0x11111111111111111-0x2] uncached\n") == nil)
  }

  static let registers: [(String, CacheMode)] = [
    ("reg00: base=0x010000000 (  256MB), size=  256MB, count=1: uncachable", .uncachedMinus),
    ("reg00: base=0x010000000 (  256MB), size=  256MB, count=1: write-combining", .writeCombining),
    ("reg03: base=0x01fff0000 (  511MB), size=   64KB, count=1: write-combining", .writeCombining),
    ("reg03: base=0x020000000 (  512MB), size=   64KB, count=1: write-combining", .uncachedMinus),
    ("reg03: base=0x00fff0000 (  255MB), size=   64KB, count=1: write-combining", .uncachedMinus),
    (
      "reg03: base=0x000000000 (    0MB), size=99999999999999999MB, c: write-combining",
      .writeCombining
    ),
    ("reg03: nonsense: write-combining", .writeCombining),
  ]

  @Test(arguments: registers)
  func rangeRegisters(_ register: String, _ expected: CacheMode) throws {
    let list = line("10000000", "20000000", "uncached-minus")
    #expect(try mode(list, mtrr: register + "\n") == expected)
  }

  @Test func withoutTheRegistersThatMayAllowMoreItIsNotKnown() throws {
    #expect(try mode(line("10000000", "20000000", "uncached-minus"), mtrr: nil) == nil)
    #expect(try mode(line("10000000", "20000000", "uncached"), mtrr: nil) == .uncached)
  }
}
