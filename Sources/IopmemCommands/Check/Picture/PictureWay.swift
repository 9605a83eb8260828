internal import Iopmem
internal import PCI

/// How the requests of one client go, and where they end.
struct PictureWay {
  let verdict: Verdict
  /// The places that they would pass, the client first, the provider last; none if that is not known.
  let places: [CheckPicture.Place]
  /// Where they turn.
  let turn: CheckPicture.Place?
  /// How many of the places they get to.
  private let reached: Int

  init(_ verdict: Verdict, in check: Check) {
    self.verdict = verdict
    guard let route = verdict.route else {
      (places, turn, reached) = ([], nil, 0)
      return
    }
    if route.leadsThroughHost {
      let (up, down) = (route.clientChain, route.providerChain)
      let (first, last) = (up[0].rootBus, down[0].rootBus)
      places =
        up.map { .function($0.address) } + [.rootBus(first)]
        + (first == last ? [] : [.host, .rootBus(last)])
        + down.reversed().map { .function($0.address) }
      turn = first == last ? .rootBus(first) : .host
    } else {
      places = route.hops.map { .function($0.address) }
      turn = route.common.map { .function($0.address) }
    }
    let places = places
    let ends = verdict.findings.filter { $0.severity >= .unknown }.map { finding in
      let place = PictureReasons.place(of: finding, for: verdict, in: check)
      // A bridge of both is passed twice: what it does not pass on, it does not pass on downwards.
      let index =
        finding.isOfTheWayDown ? places.lastIndex(of: place) : places.firstIndex(of: place)
      return index.map { $0 + 1 } ?? 1
    }
    reached = ends.min() ?? places.count
  }

  /// Whether requests get to a place.
  func passes(_ place: CheckPicture.Place) -> Bool { places.prefix(reached).contains(place) }

  /// The lines that requests pass, each by the box at its lower end.
  func lines(in check: Check) -> [(CheckPicture.Place, CheckPicture.Way)] {
    let way: CheckPicture.Way = verdict.answer.code == nil ? .arrives : .ends
    let passed = places.prefix(reached)
    return zip(passed, passed.dropFirst()).map { from, to in
      (Self.isBelow(from, to, in: check) ? from : to, way)
    }
  }

  private static func isBelow(
    _ place: CheckPicture.Place, _ other: CheckPicture.Place, in check: Check
  ) -> Bool {
    switch (place, other) {
    case (.function(let address), .function(let above)):
      check.topology.nodes[address]?.parent == above
    case (.function, _), (.rootBus, .host): true
    default: false
    }
  }
}

extension Finding {
  /// Whether requests meet it on their way down to the provider.
  fileprivate var isOfTheWayDown: Bool {
    [.bridgeDecodingOff, .bridgeWindow, .windowRefused, .windowUnknown].contains(code)
  }
}
