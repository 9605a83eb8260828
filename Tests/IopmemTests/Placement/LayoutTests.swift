import Testing

@testable import Iopmem

@Suite struct LayoutTests {
  private let page = Alignment(unit: .page, origin: BarOffset(0))
  private let pmd = Alignment(unit: .pmd, origin: BarOffset(0))

  private func layout(
    _ extents: [(UInt64, UInt64, UInt64)], _ flags: ExtentFlags = []
  ) throws -> Layout {
    var layout = Layout()
    for (logical, physical, length) in extents {
      try layout.append(
        Extent(
          logical: FileOffset(logical), physical: DeviceOffset(physical),
          length: ByteCount(length), flags: flags))
    }
    return layout
  }

  @Test func extentsThatTouchInBothPlacesAreOneRun() throws {
    #expect(try layout([(0, 8192, 4096), (4096, 12288, 4096)]).runs.count == 1)
    #expect(try layout([(0, 8192, 4096), (4096, 16384, 4096)]).runs.count == 2)
    #expect(try layout([(0, 8192, 4096), (8192, 12288, 4096)]).runs.count == 2)
  }

  @Test func anExtentPastTheEndIsAnError() {
    #expect(throws: OutOfRange.self) { try layout([(0, .max, 1)]) }
    #expect(throws: OutOfRange.self) { try layout([(.max, 0, 1)]) }
  }

  @Test func theRunBeginsWhereItIsAligned() throws {
    let layout = try layout([(0, 4096, 4096), (4096, 1 << 20, 4 << 20)])
    #expect(layout.begin(ofRun: .pmd, pmd) == FileOffset(4096 + (1 << 20)))
    #expect(layout.begin(ofRun: ByteCount((3 << 20) + 1), pmd) == nil)
    #expect(layout.begin(ofRun: ByteCount(3 << 20), pmd) == FileOffset(4096 + (1 << 20)))
    #expect(layout.begin(ofRun: .page, page) == FileOffset(0))
  }

  @Test func everyBrokenPromiseIsSeen() throws {
    let size = ByteCount(5000)
    #expect(try layout([(0, 8192, 8192)]).problem(size: size, page) == nil)
    #expect(try layout([(0, 8192, 8192)], .unwritten).problem(size: size, page) != nil)
    #expect(try layout([(0, 8192, 8192)], .shared).problem(size: size, page) != nil)
    #expect(try layout([(0, 8192, 8192)], .unknown).problem(size: size, nil) != nil)
    #expect(try layout([(0, 8192, 4096)]).problem(size: size, page) != nil)
    #expect(try layout([(4096, 8192, 4096)]).problem(size: size, page) != nil)
    #expect(try layout([(0, 8192, 8192)]).problem(size: size, pmd) != nil)
    #expect(try layout([(0, 8192, 4096), (4096, 0, 4096)]).problem(size: size, page) != nil)
    #expect(try layout([(0, 8192, 4096), (4096, 0, 4096)]).problem(size: size, nil) == nil)
    #expect(try layout([]).problem(size: size, page) != nil)
    #expect(try layout([]).problem(size: .zero, page) == nil)
    #expect(try layout([(0, 8192, 4096)]).problem(size: .zero, page) != nil)
  }

  @Test func shortFilesNeedOnlyTheirBlock() {
    let options = PlacementOptions(alignment: .pmd)
    let origin = BarOffset(1 << 20)
    #expect(
      options.alignment(ofLength: ByteCount(4096), origin: origin, blockSize: .page).unit == .page)
    #expect(options.alignment(ofLength: .pmd, origin: origin, blockSize: .page).unit == .pmd)
    #expect(options.alignment(ofLength: .pmd, origin: origin, blockSize: .page).origin == origin)
  }
}
