internal import Linux
internal import PCI
internal import SystemPackage

extension Deployer {
  /// Waits until every function and device of a deployment is there, or for so long; what is not
  /// there then is told when its turn comes.
  func awaitDevices(for time: Duration) {
    let end = ContinuousClock.now + time
    while !isEveryDeviceThere, Interruption.signal == nil, ContinuousClock.now < end {
      // A signal ends the first of them.
      for _ in 0..<50 where Interruption.signal == nil { Status.pauseBriefly() }
    }
  }

  private var isEveryDeviceThere: Bool {
    let declared = deployment.functions.map(\.name)
    return declared.allSatisfy { name in
      (try? name.resolve(in: root)).flatMap { try? root.exists(Binder(root).folder($0)) } ?? false
    }
      && deployment.fileSystems.allSatisfy { fileSystem in
        switch fileSystem.device {
        case .path(let path): (try? BlockDevice.number(at: path, in: root)) != nil
        case .image: true
        case .function(let name):
          declared.contains(name) || isBound(name)
        }
      }
  }

  private func isBound(_ name: FunctionName) -> Bool {
    guard let address = try? name.resolve(in: root) else { return false }
    return (try? Binder(root).boundDevice(of: address)) != nil
  }
}
