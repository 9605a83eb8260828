internal import ArgumentParser
internal import Iopmem

/// What the engine can take, and where its list will lie.
struct EngineOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Cut segments to this many bytes.", valueName: "bytes"))
  var maxSegment: SizeArgument?

  @Option(
    help: ArgumentHelp("Cut segments at every multiple of this power of two.", valueName: "bytes"))
  var boundary: SizeArgument?

  @Option(
    help: ArgumentHelp(
      "Refuse addresses and lengths that are no multiple of this power of two.",
      valueName: "bytes"))
  var align: SizeArgument?

  @Option(help: ArgumentHelp("How many address bits the engine drives.", valueName: "n"))
  var addressBits: UInt8?

  @Option(help: ArgumentHelp("Refuse a file of more segments.", valueName: "n"))
  var maxSegments: UInt64?

  @Option(
    help: ArgumentHelp(
      "Where an NVMe controller will find the list of nvme-prp or nvme-sgl.", valueName: "addr"))
  var listBase: AddressArgument?

  @Option(
    help: ArgumentHelp("The NVMe controller's memory page, 4K unless told.", valueName: "bytes"))
  var pageSize: SizeArgument?

  /// Makes the format of this name, under these limits.
  /// - Throws: `ValidationError` for what makes no sense together.
  func format(_ name: MapFormat.Name) throws -> MapFormat {
    if !name.isNVMe && (listBase != nil || pageSize != nil) {
      throw ValidationError("--list-base and --page-size are for nvme-prp and nvme-sgl.")
    }
    let limits = try limits
    switch name {
    case .table: return .text(TableMapEncoder.self, limits)
    case .json: return .text(JSONMapEncoder.self, limits)
    case .ndjson: return .text(NDJSONMapEncoder.self, limits)
    case .csv: return .text(CSVMapEncoder.self, limits)
    case .sg: return .segments(limits ?? .none)
    case .nvmePRP: return .pages(limits ?? .none, try memory(ListMemory.pages))
    case .nvmeSGL: return .descriptors(limits ?? .none, try memory(ListMemory.descriptors))
    }
  }

  /// The limits asked for; nil for none, which leaves segments as they were found.
  private var limits: Limits? {
    get throws {
      let isLimited =
        maxSegment != nil || boundary != nil || align != nil || addressBits != nil
        || maxSegments != nil
      guard isLimited else { return nil }
      do {
        return try Limits(
          maxSegment: maxSegment?.count, boundary: boundary?.count,
          alignment: align?.count ?? ByteCount(1), addressBits: addressBits ?? 64,
          maxSegments: maxSegments)
      } catch { throw ValidationError(error.sentence) }
    }
  }

  /// The memory of a list.
  private func memory(_ make: (UInt64?, ByteCount) throws(ListMemory.Mistake) -> ListMemory) throws
    -> ListMemory
  {
    do { return try make(listBase?.value, pageSize?.count ?? .page) } catch {
      throw ValidationError(error.sentence)
    }
  }
}

extension Limits.Mistake {
  /// Says the mistake in terms of the options.
  fileprivate var sentence: String {
    switch self {
    case .zero: "--max-segment, --boundary, --align and --max-segments are 1 or more."
    case .notPowerOfTwo: "--boundary and --align are powers of two."
    case .shorterThanAlignment: "--max-segment and --boundary are no less than --align."
    case .addressBits: "--address-bits is 1 to 64."
    }
  }
}

extension ListMemory.Mistake {
  /// Says the mistake in terms of the options.
  fileprivate var sentence: String {
    switch self {
    case .pageSize: "--page-size is a power of two, 4K to 128M."
    case .misaligned: "--list-base is a multiple of 8 for nvme-prp, of 16 for nvme-sgl."
    }
  }
}
