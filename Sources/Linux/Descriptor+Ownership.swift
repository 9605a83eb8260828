internal import CLinux
public import SystemPackage

extension Descriptor {
  /// Sets the permission bits, with set-user-ID, set-group-ID and sticky.
  ///
  /// The corresponding C function is `fchmod`.
  public func setPermissions(_ permissions: UInt16) throws(Errno) {
    _ = try call { fchmod(rawValue, mode_t(permissions)) }
  }

  /// Sets the permission bits of a name in this directory; a symbolic link is followed.
  ///
  /// The corresponding C function is `fchmodat`.
  public func setPermissions(of name: FilePath, _ permissions: UInt16) throws(Errno) {
    _ = try call {
      unsafe name.withPlatformString { unsafe fchmodat(rawValue, $0, mode_t(permissions), 0) }
    }
  }

  /// Sets owner and group.
  ///
  /// The corresponding C function is `fchown`.
  public func setOwner(user: UInt32, group: UInt32) throws(Errno) {
    _ = try call { fchown(rawValue, user, group) }
  }

  /// Sets owner and group of a name in this directory; a symbolic link is not followed.
  ///
  /// The corresponding C function is `fchownat`.
  public func setOwner(of name: FilePath, user: UInt32, group: UInt32) throws(Errno) {
    _ = try call {
      unsafe name.withPlatformString {
        unsafe fchownat(rawValue, $0, user, group, AT_SYMLINK_NOFOLLOW)
      }
    }
  }

  /// Sets the times of the last access and change of the bytes.
  ///
  /// The corresponding C function is `futimens`.
  public func setTimes(accessed: Status.Time, modified: Status.Time) throws(Errno) {
    let times = [timespec(accessed), timespec(modified)]
    _ = try call {
      unsafe times.withUnsafeBufferPointer { unsafe futimens(rawValue, $0.baseAddress) }
    }
  }

  /// Sets the times of a name in this directory; a symbolic link is not followed.
  ///
  /// The corresponding C function is `utimensat`.
  public func setTimes(
    of name: FilePath, accessed: Status.Time, modified: Status.Time
  ) throws(Errno) {
    let times = [timespec(accessed), timespec(modified)]
    _ = try call {
      unsafe name.withPlatformString { name in
        unsafe times.withUnsafeBufferPointer {
          unsafe utimensat(rawValue, name, $0.baseAddress, AT_SYMLINK_NOFOLLOW)
        }
      }
    }
  }
}

extension Status.Time {
  /// This moment, as files are given it.
  ///
  /// The corresponding C function is `clock_gettime` with `CLOCK_REALTIME`, which never fails.
  public static var now: Status.Time {
    var raw = timespec()
    _ = unsafe clock_gettime(CLOCK_REALTIME, &raw)
    return Status.Time(
      seconds: Int64(raw.tv_sec), nanoseconds: UInt32(truncatingIfNeeded: raw.tv_nsec))
  }
}

extension timespec {
  init(_ time: Status.Time) {
    self.init(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds))
  }
}
