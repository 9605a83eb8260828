internal import CLinux

/// Holds SIGINT, SIGTERM and SIGHUP back until the work can be undone.
public enum Interruption {
  /// From now on the three signals are only noted, not obeyed.
  ///
  /// The corresponding C function is `sigaction`. A signal that the caller had ignored (nohup)
  /// stays ignored.
  public static func hold() { iopmem_hold_signals() }

  /// The signal that came, if one did.
  public static var signal: Int32? {
    let number = iopmem_held_signal()
    return number == 0 ? nil : number
  }

  /// Obeys the three signals again, at once if one came while they were held.
  public static func obey() { iopmem_obey_signals() }

  /// Obeys the three signals again, and forgets one that came too late to be obeyed.
  public static func forget() { iopmem_forget_signals() }
}
