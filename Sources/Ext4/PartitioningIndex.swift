extension RandomAccessCollection {
  /// Finds the first element for which a predicate holds, by bisection; the end if there is none.
  /// The predicate must hold for every element after that one, and for none before.
  func partitioningIndex(where holds: (Element) -> Bool) -> Index {
    var low = startIndex
    var count = count
    while count > 0 {
      let middle = index(low, offsetBy: count / 2)
      if holds(self[middle]) {
        count /= 2
      } else {
        low = index(after: middle)
        count -= count / 2 + 1
      }
    }
    return low
  }
}
