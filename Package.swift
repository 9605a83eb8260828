// swift-tools-version:6.3
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let arguments = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

// What C leaves undefined ends a program that is built for tests. By traps, it needs no library.
let undefinedTraps = CSetting.unsafeFlags(
  ["-fsanitize=undefined", "-fsanitize-trap=undefined"], .when(configuration: .debug))

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport", system], swiftSettings: strict)
}

let package = Package(
  name: "iopmem",
  products: [
    .executable(name: "iopmem", targets: ["iopmem"]),
    // What scripts/link-library makes libiopmem of.
    .library(name: "iopmem-library", type: .static, targets: ["IopmemLibrary"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    // C, and the only modules that import it.
    .target(name: "CLinux", cSettings: [undefinedTraps]),
    .target(name: "CStart", cSettings: [undefinedTraps]),
    .systemLibrary(name: "CBlkid", pkgConfig: "blkid", providers: [.apt(["libblkid-dev"])]),
    .systemLibrary(name: "CExt2fs", pkgConfig: "ext2fs", providers: [.apt(["libext2fs-dev"])]),
    .systemLibrary(
      name: "CXxhash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
    .systemLibrary(name: "CYaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    module("Linux", ["CLinux", "CZlib", system]),
    module("Signature", ["CBlkid", "Linux", system]),
    module("Ext4", ["CExt2fs", "Linux", system]),
    module("XFS", ["Linux", system]),
    module("Digest", ["CXxhash", system]),
    module("YAML", ["CYaml"]),

    // The domain, what a user types, and what a C program calls.
    module("PCI", ["Linux", system]),
    module("Iopmem", ["Linux", "Signature", "Ext4", "XFS", "Digest", "PCI", system, subprocess]),
    module(
      "IopmemCommands", ["Iopmem", "Linux", "PCI", "Signature", "YAML", arguments, system]),
    .executableTarget(
      name: "iopmem", dependencies: ["CStart", "IopmemCommands"], swiftSettings: strict),
    .target(name: "CIopmem", exclude: ["iopmem.map"]),
    module("IopmemLibrary", ["CIopmem", "Iopmem", "Linux", "PCI", system]),

    .target(
      name: "TestSupport", dependencies: ["Linux", subprocess, system], path: "Tests/TestSupport",
      swiftSettings: strict),
    tests("LinuxTests", ["Linux"]),
    tests("SignatureTests", ["Linux", "Signature"]),
    tests("XFSTests", ["XFS"]),
    tests("DigestTests", ["Digest"]),
    tests("YAMLTests", ["YAML"]),
    tests("PCITests", ["PCI", "Linux"]),
    tests("IopmemTests", ["Iopmem", "Ext4", "Linux", "PCI", "Signature"]),
    tests("IopmemCommandsTests", ["IopmemCommands", "Iopmem", "Linux", "PCI", "YAML"]),
    .testTarget(
      name: "SystemTests", dependencies: ["Linux", "Iopmem", "TestSupport", system],
      exclude: ["Faults/fault.c"], swiftSettings: strict),
    // What readers of files must hold whatever they are given; `make fuzz` makes a fuzzer of them.
    .testTarget(
      name: "FuzzTests",
      dependencies: [
        "IopmemCommands", "Iopmem", "Linux", "PCI", "Signature", "XFS", "YAML", "TestSupport",
        arguments,
        system,
      ], exclude: ["main.c"], swiftSettings: strict),
    // The tree itself, and the program as those see it who only run it.
    tests("HouseTests", ["Iopmem", "Linux"]),
  ]
)
