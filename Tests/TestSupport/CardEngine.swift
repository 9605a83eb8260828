/// What the engines of FPGA cards make of descriptors: readers written from AMD's product guides, PG195
/// for XDMA and PG302 for QDMA.
public enum CardEngine {
  /// Bytes that an engine moves.
  public struct Move: Hashable, Sendable {
    /// Where they are read.
    public var source: UInt64
    /// Where they are written.
    public var destination: UInt64
    /// How many there are.
    public var length: UInt64

    /// A move.
    public init(source: UInt64, destination: UInt64, length: UInt64) {
      self.source = source
      self.destination = destination
      self.length = length
    }
  }

  /// Why an engine stops.
  public enum Stop: Error, Hashable {
    case misaligned(UInt64)
    case fetchesElsewhere(UInt64)
    case crossesPage(UInt64)
    case magic(UInt64)
    case reservedBits(Int)
    case noLength(Int)
    /// What a descriptor says of those that follow is not so.
    case adjacency(Int)
    /// The list has bytes that the engine never fetched.
    case unread(Int)
  }

  /// What an XDMA channel moves that is begun with these registers, in memory that holds a list.
  public static func moves(
    xdma list: [UInt8], at base: UInt64, first: UInt64, adjacent: UInt64
  ) throws -> [Move] {
    var moves: [Move] = []
    var (address, extra) = (first, adjacent)
    while true {
      guard extra < 64, address % 32 == 0 else { throw Stop.misaligned(address) }
      let last = address + extra * 32 + 31
      guard address / 4096 == last / 4096 else { throw Stop.crossesPage(address) }
      guard address >= base, last - base < UInt64(list.count) else {
        throw Stop.fetchesElsewhere(address)
      }
      for number in 0...extra {
        let place = Int(address - base + number * 32)
        let control = list.number(place, 4)
        guard control >> 16 == 0xAD4B else { throw Stop.magic(control) }
        guard control & 0xC0FC == 0, list.number(place + 4, 4) >> 28 == 0 else {
          throw Stop.reservedBits(place)
        }
        let length = list.number(place + 4, 4)
        guard length > 0 else { throw Stop.noLength(place) }
        moves.append(
          Move(
            source: list.number(place + 8, 8), destination: list.number(place + 16, 8),
            length: length))
        let next = list.number(place + 24, 8)
        let following = control >> 8 & 0x3F
        if control & 1 == 1 {
          guard number == extra, following == 0 else { throw Stop.adjacency(place) }
          guard place + 32 == list.count else { throw Stop.unread(list.count - place - 32) }
          return moves
        }
        if number < extra {
          guard next == address + (number + 1) * 32, following == extra - number - 1 else {
            throw Stop.adjacency(place)
          }
        } else {
          (address, extra) = (next, following)
          break
        }
      }
    }
  }

  /// What a QDMA queue in internal mode moves by the descriptors of its ring.
  /// - Parameter lengthBits: 28 in version 4.0 of the subsystem, 16 in 5.0.
  public static func moves(qdma ring: [UInt8], lengthBits: UInt64) throws -> [Move] {
    try stride(from: 0, to: ring.count, by: 32).map { place in
      let length = ring.number(place + 8, 8)
      guard length >> lengthBits == 0, ring.number(place + 24, 8) == 0 else {
        throw Stop.reservedBits(place)
      }
      guard length > 0 else { throw Stop.noLength(place) }
      return Move(
        source: ring.number(place, 8), destination: ring.number(place + 16, 8), length: length)
    }
  }
}

extension [CardEngine.Move] {
  /// The same bytes in as few moves as can be.
  public var joined: [CardEngine.Move] {
    reduce(into: []) { moves, next in
      if let last = moves.last, last.source + last.length == next.source,
        last.destination + last.length == next.destination
      {
        moves[moves.count - 1].length += next.length
      } else {
        moves.append(next)
      }
    }
  }
}
