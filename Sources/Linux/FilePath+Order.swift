public import SystemPackage

extension FilePath {
  /// Whether this comes first in the one order of names: that of their bytes, with what is in a
  /// directory right behind the directory.
  public func precedes(_ other: FilePath) -> Bool {
    let difference = difference(from: other)
    return Self.rank(difference.own) < Self.rank(difference.other)
  }

  /// Where two names begin to differ, and the bytes that they have there; NUL at a name's end.
  fileprivate func difference(from other: FilePath) -> (place: Int, own: CChar, other: CChar) {
    unsafe withPlatformString { left in
      unsafe other.withPlatformString { right in
        var place = 0
        while unsafe left[place] == right[place], unsafe left[place] != 0 { place += 1 }
        return unsafe (place, left[place], right[place])
      }
    }
  }

  /// The end of a name comes before the slash, and that before every byte that a name can have.
  private static func rank(_ byte: CChar) -> Int {
    switch UInt8(bitPattern: byte) {
    case 0: -1
    case UInt8(ascii: "/"): 0
    case let other: Int(other)
    }
  }
}

extension Array {
  /// The same elements, sorted by their names with `precedes`.
  ///
  /// Inlined, as generic code costs more than a name; what is not is no generic code.
  @inlinable
  public func sorted(byName name: (Element) -> FilePath) -> [Element] {
    FilePath.order(of: map(name)).map { self[$0] }
  }
}

extension FilePath {
  /// The places of names in a list, sorted by `precedes`.
  ///
  /// A directory can have a hundred thousand names, and most begin alike: eight bytes behind what all
  /// have in common tell nearly all of them apart.
  @usableFromInline
  static func order(of names: [FilePath]) -> [Int] {
    guard let first = names.first else { return [] }
    let common = names.reduce(first.length) { min($0, first.difference(from: $1).place) }
    var order = names.enumerated().map { (key: $1.key(from: common), index: $0) }
    order.sort { left, right in
      left.key == right.key
        ? names[left.index].precedes(names[right.index]) : left.key < right.key
    }
    return order.map(\.index)
  }
}

extension FilePath {
  /// Eight bytes of a name as a number that has the order of `precedes`, as far as they tell.
  /// - Parameter start: no further than the name's end.
  fileprivate func key(from start: Int) -> UInt64 {
    unsafe withPlatformString { bytes in
      var key: UInt64 = 0
      var place = start
      for _ in 0..<8 {
        key <<= 8
        guard unsafe bytes[place] != 0 else { continue }
        key |= UInt64(max(0, Self.rank(unsafe bytes[place])))
        place += 1
      }
      return key
    }
  }
}
