internal import ArgumentParser
internal import Iopmem
internal import PCI

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

  @Option(
    name: .customLong("address-bits"),
    help: ArgumentHelp("How many address bits the engine drives.", valueName: "n"))
  var bits: BitsArgument?

  @Option(help: ArgumentHelp("Refuse a file of more segments.", valueName: "n"))
  var maxSegments: UInt64?

  @Option(
    help: ArgumentHelp(
      "Make a list for every so many bytes, what one NVMe command moves at most.",
      valueName: "bytes"))
  var maxTransfer: SizeArgument?

  @Option(
    help: ArgumentHelp(
      "Ask this NVMe controller, as nvme0, what it can take; other options have the last word.",
      valueName: "controller"), completion: .controllers)
  var limits: PathArgument?

  @Option(
    help: ArgumentHelp(
      "Where the engine will find the list of nvme-prp, nvme-sgl or xdma.", valueName: "addr"))
  var listBase: AddressArgument?

  @Option(
    help: ArgumentHelp("The NVMe controller's memory page, 4K unless told.", valueName: "bytes"))
  var pageSize: SizeArgument?

  @Option(
    help: ArgumentHelp(
      "Whether an FPGA card reads the file (h2c) or writes it (c2h).", valueName: "way"))
  var direction: Way?

  @Option(
    help: ArgumentHelp(
      "The address in the card's own memory of the first byte, for xdma and qdma.",
      valueName: "addr"))
  var cardBase: AddressArgument?

  /// How many address bits the engine drives, if that was said.
  var addressBits: UInt8? { bits?.count }

  /// Asks the controller of --limits; nil where there is none to ask.
  /// - Throws: `Failure` where it does not tell, or is not the client that the addresses are for.
  func controller(for client: FunctionAddress?) throws(Failure) -> ControllerLimits? {
    guard let limits else { return nil }
    let controller = try ControllerLimits(of: limits.path)
    try controller.require(client, limits.path)
    return controller
  }

  /// Makes the format of this name, under these limits.
  /// - Parameter controller: what the controller told that was asked.
  /// - Throws: `ValidationError` for what makes no sense together; `refused` for a form that the
  ///   controller does not take.
  func format(
    _ name: MapFormat.Name, for controller: ControllerLimits? = nil
  ) throws -> MapFormat {
    if name.isOfCard && limits != nil {
      throw ValidationError("--limits is of an NVMe controller, and xdma and qdma are not.")
    }
    if maxTransfer != nil && (!name.isNVMe || maxTransfer?.count == .zero) {
      throw ValidationError("--max-transfer is 1 or more, and for nvme-prp and nvme-sgl.")
    }
    if !name.isInMemory && listBase != nil {
      throw ValidationError("--list-base is for nvme-prp, nvme-sgl and xdma.")
    }
    if !name.isNVMe && pageSize != nil {
      throw ValidationError("--page-size is for nvme-prp and nvme-sgl.")
    }
    if !name.isOfCard && hasCard {
      throw ValidationError("--direction and --card-base are for xdma and qdma.")
    }
    if name == .nvmeSGL && controller?.scatterGather == ControllerLimits.ScatterGather.none {
      throw Failure(
        .refused, self.limits?.path, "takes no SGLs", remedy: "use --format nvme-prp")
    }
    let most = maxTransfer?.count ?? controller?.maxTransfer
    let limits = try segmentLimits(name, controller)
    switch name {
    case .table: return .text(TableMapEncoder.self, limits)
    case .json: return .text(JSONMapEncoder.self, limits)
    case .ndjson: return .text(NDJSONMapEncoder.self, limits)
    case .csv: return .text(CSVMapEncoder.self, limits)
    case .sg: return .segments(limits ?? .none)
    case .nvmePRP: return .pages(limits ?? .none, try memory(ListMemory.pages), most)
    case .nvmeSGL: return .descriptors(limits ?? .none, try memory(ListMemory.descriptors), most)
    case .xdma: return .xdma(limits ?? .none, try descriptorBase, try card)
    case .qdma: return .qdma(limits ?? .none, try card)
    }
  }

  /// The limits asked for; nil for none, which leaves segments as they were found.
  ///
  /// A controller has none on a segment: where a form does not tell of commands, each segment is to be
  /// one that it can move.
  private func segmentLimits(
    _ name: MapFormat.Name, _ controller: ControllerLimits?
  ) throws -> Limits? {
    let most = maxSegment?.count ?? (name.isNVMe ? nil : controller?.maxTransfer)
    let takesWords = name == .nvmeSGL && controller?.scatterGather == .doubleWords
    let unit = align?.count ?? (takesWords ? ByteCount(4) : nil)
    let isLimited =
      most != nil || boundary != nil || unit != nil || addressBits != nil || maxSegments != nil
    guard isLimited else { return nil }
    do {
      return try Limits(
        maxSegment: most, boundary: boundary?.count, alignment: unit ?? ByteCount(1),
        addressBits: addressBits ?? 64, maxSegments: maxSegments)
    } catch { throw ValidationError(error.sentence) }
  }

  /// Where the descriptors of XDMA begin.
  private var descriptorBase: UInt64 {
    get throws {
      guard let listBase, listBase.value.isMultiple(of: 32) else {
        throw ValidationError("xdma needs --list-base, a multiple of 32.")
      }
      return listBase.value
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
