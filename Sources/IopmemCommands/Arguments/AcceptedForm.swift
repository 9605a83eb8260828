internal import Synchronization

/// The form that an argument would have been taken in.
///
/// The parser asks an argument's type whether it takes a text, and gets no reason for a no; so the
/// type tells it here, for the message.
enum AcceptedForm {
  private static let last = Mutex<String?>(nil)

  /// Tells the form of an argument that is not taken.
  static func tell(_ form: String) { last.withLock { $0 = form } }

  /// The form of the last argument that was not taken; nil where it did not tell.
  static var told: String? { last.withLock { $0 } }
}
