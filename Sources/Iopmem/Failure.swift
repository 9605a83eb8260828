public import SystemPackage

/// What went wrong, with what, while doing what, and what to do about it.
///
/// It reads as one sentence: `SUBJECT: REASON (REMEDY)`.
public struct Failure: Error, Sendable {
  /// How bad it is.
  public var code: Code
  /// The file or device that it is about, if there is one.
  public var subject: FilePath?
  /// What is wrong.
  public var reason: String
  /// What to do about it.
  public var remedy: String?
  /// What the kernel said, where a call failed.
  public var cause: Errno?
  /// Whether what was asked for is there all the same: it failed afterwards.
  public var leavesResult = false
  /// The name that it was given, for programs; nil for the one that follows from the rest.
  var given: String?

  /// A failure of these parts.
  public init(
    _ code: Code, _ subject: FilePath? = nil, _ reason: String, remedy: String? = nil,
    cause: Errno? = nil
  ) {
    self.code = code
    self.subject = subject
    self.reason = reason
    self.remedy = remedy
    self.cause = cause
  }

  /// A call that the kernel answered with an error.
  /// - Parameter operation: what was tried, as in "cannot open".
  public init(_ cause: Errno, _ subject: FilePath?, _ operation: String, remedy: String? = nil) {
    self.init(.failed, subject, operation, remedy: remedy, cause: cause)
  }

  /// Reason, cause and remedy as one sentence, without the subject, whose bytes need escaping.
  public var sentence: String {
    var text = reason
    if let cause { text += ": \(cause)" }
    if let remedy { text += " (\(remedy))" }
    return text
  }

  /// Subject and sentence on one line, whatever bytes a name has.
  public var message: String {
    let name = subject.map { QuotedName($0).text + ": " } ?? ""
    return name + QuotedName.oneLine(sentence)
  }
}

/// Runs a system call, and makes a `Failure` of its error: with the subject and the operation.
func explain<T: ~Copyable>(
  _ subject: FilePath?, _ operation: @autoclosure () -> String, _ body: () throws(Errno) -> T
) throws(Failure) -> T {
  do { return try body() } catch { throw Failure(error, subject, operation()) }
}
