internal import Iopmem
internal import Linux
internal import PCI

/// What every picture of a check shows, whatever its form: the functions and host bridges between
/// provider and clients, what each is, and how far requests get.
struct CheckPicture {
  /// What a box stands for.
  enum Place: Hashable {
    /// What joins several host bridges.
    case host
    case rootBus(String)
    case function(FunctionAddress)
  }

  /// A sign with a text.
  struct Mark: Hashable {
    let sign: PictureSign
    let text: String
  }

  /// Whether the requests that pass a line arrive in the end.
  enum Way: Int {
    case ends, arrives

    var tone: PictureTone { self == .arrives ? .good : .bad }

    /// What its lines mean, in the legend.
    var meaning: String {
      self == .arrives
        ? "the way of requests that arrive" : "as far as requests get that do not arrive"
    }

    /// A line of it across.
    /// - Parameter hasSigns: whether characters beyond ASCII can be shown.
    func text(hasSigns: Bool = true) -> String {
      switch self {
      case .arrives: hasSigns ? "━" : "="
      case .ends: hasSigns ? "╍" : "~"
      }
    }
  }

  /// A function or host bridge.
  struct Box {
    let place: Place
    /// The box above it, by its index.
    let parent: Int?
    let depth: Int
    /// Its name on the bus.
    let name: String
    /// What it is to the check.
    let role: String?
    /// Maker and model.
    let model: String?
    /// Answers and turning points.
    let marks: [Mark]
    /// Why requests end, cannot be judged, or are not as one may expect.
    let reasons: [Mark]
    let tone: PictureTone
    /// What passes the line to the box above; nil where nothing does.
    let way: Way?
  }

  /// What was asked and answered.
  let heading: String
  /// The boxes from the top down, each one's below it.
  private(set) var boxes: [Box] = []

  private let check: Check
  private let routes: [PictureWay]
  private let names: DeviceNames
  private var known: [FunctionIdentity: String] = [:]
  private var lines: [Place: Way] = [:]
  private var reasons: [Place: [Mark]] = [:]

  /// - Parameter names: of makers and models.
  init(_ check: Check, _ names: DeviceNames) {
    self.check = check
    self.names = names
    heading = check.pictureHeading
    routes = check.verdicts.map { PictureWay($0, in: check) }
    reasons = PictureReasons(check, routes).marks
    for way in routes {
      for (step, passed) in way.lines(in: check) {
        if lines[step].map({ $0.rawValue < passed.rawValue }) ?? true { lines[step] = passed }
      }
    }
    draw()
  }

  /// The signs that are in it, for the legend.
  var signs: [PictureSign] {
    let all = Set(boxes.flatMap { $0.marks + $0.reasons }.map(\.sign))
    return PictureSign.allCases.filter(all.contains)
  }

  // MARK: - Boxes

  private mutating func draw() {
    var nodes: [FunctionAddress: Node] = [:]
    let ends = check.verdicts.map(\.client) + [check.readiness.target?.provider].compactMap { $0 }
    for end in ends {
      for node in check.topology.chain(from: end) ?? [] { nodes[node.address] = node }
    }
    let below = Dictionary(grouping: nodes.values.sorted { $0.address < $1.address }, by: \.parent)
    let rootBuses = Set(nodes.values.map(\.rootBus)).sorted()
    let host = rootBuses.count > 1 ? add(.host, "host", below: nil) : nil
    for bus in rootBuses {
      let name = QuotedName(Array(bus.utf8)).text
      let index = add(.rootBus(bus), name, model: hostNode(of: bus), below: host)
      draw((below[nil] ?? []).filter { $0.rootBus == bus }, below: index, of: below)
    }
    // Of these there is no way that could be read.
    for end in Set(ends).subtracting(nodes.keys).sorted() {
      add(.function(end), end.description, model: check.topology.nodes[end], below: nil)
    }
  }

  /// The function by which a host bridge is known, if it is one.
  private func hostNode(of bus: String) -> Node? {
    if case .first(let node) = check.topology.host(of: bus) { return node }
    return nil
  }

  /// No deeper than `Topology.deepest`: what hangs deeper has no chain.
  private mutating func draw(
    _ nodes: [Node], below parent: Int, of below: [FunctionAddress?: [Node]]
  ) {
    for node in nodes {
      let index = add(
        .function(node.address), node.address.description, model: node, below: parent)
      draw(below[node.address] ?? [], below: index, of: below)
    }
  }

  @discardableResult
  private mutating func add(
    _ place: Place, _ name: String, model node: Node? = nil, below parent: Int?
  ) -> Int {
    let marks = marks(of: place)
    let reasons = reasons[place] ?? []
    boxes.append(
      Box(
        place: place, parent: parent, depth: parent.map { boxes[$0].depth + 1 } ?? 0, name: name,
        role: role(of: place), model: node.flatMap { model(of: $0) }, marks: marks,
        reasons: reasons, tone: tone(of: place, marks + reasons), way: lines[place]))
    return boxes.count - 1
  }

  private func role(of place: Place) -> String? {
    switch place {
    case .host: "between host bridges"
    case .rootBus: "host bridge"
    case .function(check.readiness.target?.provider):
      "provider \(QuotedName(check.readiness.device.path).text)"
    case .function(let address):
      check.verdicts.contains { $0.client == address } ? "client" : nil
    }
  }

  private func marks(of place: Place) -> [Mark] {
    var marks: [Mark] = []
    if routes.contains(where: { $0.turn == place && $0.passes(place) }) {
      marks.append(Mark(sign: .turns, text: "turning point"))
    }
    for way in routes where place == .function(way.verdict.client) {
      let mark = Mark(sign: way.verdict.answer.sign, text: way.verdict.answer.rawValue)
      if !marks.contains(mark) { marks.append(mark) }
    }
    return marks
  }

  /// The colour of a box is that of what matters most there.
  private func tone(of place: Place, _ marks: [Mark]) -> PictureTone {
    let signs = Set(marks.map(\.sign))
    if let worst = [PictureSign.blocked, .unseen].first(where: signs.contains) {
      return worst.tone
    }
    if place == check.readiness.target.map({ .function($0.provider) }) { return .provider }
    let sign = [PictureSign.arrives, .turns, .caution].first(where: signs.contains)
    return sign?.tone ?? .plain
  }

  private mutating func model(of node: Node) -> String? {
    guard let vendor = node.vendor, let device = node.device else { return nil }
    let identity = FunctionIdentity(vendor: vendor, device: device)
    if let known = known[identity] { return known }
    let (maker, model) = names.names(of: identity)
    let number = Hex.text(device, width: 4)
    let text =
      maker.map { "\($0) \(model ?? "device \(number)")" }
      ?? "\(Hex.text(vendor, width: 4)):\(number)"
    known[identity] = QuotedName.oneLine(text)
    return known[identity]
  }
}

extension Verdict.Answer {
  /// The sign of a client with this answer.
  fileprivate var sign: PictureSign {
    switch self {
    case .busAddress, .cpuAddress, .iovaOnly: .arrives
    case .notSupported: .blocked
    case .unknown: .unseen
    }
  }
}

extension Check {
  /// What a picture is of, and how many of the clients have an address.
  fileprivate var pictureHeading: String {
    let device = QuotedName(readiness.device.path).text
    guard !verdicts.isEmpty else { return "no way to \(device): \(nobody)" }
    let good = verdicts.count { $0.answer.code == nil }
    let all = verdicts.count == 1 ? "1 client" : "\(verdicts.count) clients"
    return "ways to \(device): an address for \(good == 0 ? "none" : "\(good)") of \(all)"
  }
}
