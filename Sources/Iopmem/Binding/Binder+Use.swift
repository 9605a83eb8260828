internal import Linux
internal import PCI
internal import SystemPackage

extension Binder {
  /// The kernel's names of the disks that hang on a function, at whatever depth its driver puts
  /// them.
  private func disks(of address: FunctionAddress) throws(Failure) -> [String] {
    do throws(Errno) {
      let folder = try root.resolved(self.folder(address))
      return try root.names(in: "sys/class/block").filter { name in
        let disk = try? root.resolved(FilePath("sys/class/block").appending(name))
        return disk?.starts(with: folder) ?? false
      }
    } catch {
      throw Failure(error, FilePath(address.description), "cannot tell which disks it has")
    }
  }

  /// Checks that no block device of the function is mounted, held or leased.
  func checkNotUsed(_ address: FunctionAddress, _ what: String) throws(Failure) {
    for name in try disks(of: address) {
      let file = FilePath("sys/class/block").appending(name).appending("dev")
      guard let number = (try? root.text(file)).flatMap({ DeviceNumber($0) }) else {
        throw Failure(
          .unknown, FilePath(address.description), "it does not show which device \(name) is")
      }
      let use: String?
      do { use = try DeviceUse(root: root).holders(of: number).first } catch {
        throw Failure(
          .unknown, FilePath(address.description), "cannot tell who uses \(name)", cause: error)
      }
      if let use {
        throw refusal(address, "\(what): \(name) is \(use)", "end that first").named(.inUse)
      }
      guard root.isRunningMachine else { continue }
      try checkNotHeld(address, name, what)
      try checkNotLeased(address, name)
    }
  }

  /// Asks the kernel, which knows of mounts in other namespaces too.
  /// - Throws: `unknown` when there is no device file to ask by: a container's `/dev` may lack it,
  ///   and the disk be mounted outside.
  func checkNotHeld(
    _ address: FunctionAddress, _ name: String, _ what: String
  ) throws(Failure) {
    let file = FilePath("/dev").appending(BlockDevice.name(of: FilePath(name)))
    do {
      _ = try Descriptor(file, .readOnly, options: .exclusive)
    } catch .resourceBusy {
      throw refusal(address, "\(what): \(name) is \(DeviceUse.held(file))", "end that first")
        .named(.inUse)
    } catch .noSuchFileOrDirectory {
      throw Failure(
        .unknown, FilePath(address.description),
        "cannot tell whether \(name) is held: there is no \(file)",
        remedy: "run it where /dev has every disk")
    } catch {
      throw Failure(error, FilePath(address.description), "cannot tell whether \(name) is held")
    }
  }

  /// Leases and mappings end when the function is unbound, under whoever relies on them.
  private func checkNotLeased(_ address: FunctionAddress, _ name: String) throws(Failure) {
    guard name.hasPrefix("iopmem") else { return }
    let state: DriverHandle.State
    do throws(Errno) {
      state = try DriverHandle(Descriptor(FilePath("/dev").appending(name), .readOnly)).state()
    } catch .inappropriateIOCTLForDevice {
      // A driver that gives no leases.
      return
    } catch {
      throw Failure(error, FilePath(address.description), "cannot tell whether \(name) is leased")
    }
    if state.leases > 0 || state.mappings > 0 {
      let holders = LeaseHolders.processes(of: name, in: root)
      let who = holders.isEmpty ? "" : ", held by " + LeaseHolders.sentence(holders)
      throw refusal(
        address, "\(name) has \(state.leases) leases and \(state.mappings) client mappings\(who)",
        ways("end the programs that hold them", "give \(option: .force)")
      ).named(.leased)
    }
  }
}
