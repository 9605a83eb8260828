# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Kernels of an architecture that is not this machine's. What builds for them runs here: the kernel's
# own tools, which serve any architecture, and a compiler across. What runs in the guest is unpacked
# into a tree of its own below the kernel's. Sourced by run, as kernels.sh is.

guest_packages=(busybox-static e2fsprogs xfsprogs mount util-linux fdisk dmsetup pciutils)
# Others know this machine's registers, or serve the toolkit's cases.
guest_helpers=(edu file lease race)

# add_cross_parts HEADERS: to fetch's $packages and $builders, what builds for them. By name, as they
# depend on a compiler that would run there.
add_cross_parts() {
  local part
  packages+=("$1:$architecture")
  for part in $(archive "$architecture" apt-cache depends "$1:$architecture" |
    awk '{ gsub(/[<>]|:.*/, "", $NF); print $NF }' | sort -u); do
    case $part in
    linux-headers-*-common) packages+=("$part") ;;
    linux-kbuild-*) builders+=("$part") ;;
    gcc-*) builders+=("${part%-for-host}-$(triplet "$architecture")" "libc6-dev-$architecture-cross") ;;
    esac
  done
}

triplet() { # triplet ARCHITECTURE: as GNU names it
  case $1 in
  amd64) echo x86_64-linux-gnu ;;
  arm64) echo aarch64-linux-gnu ;;
  *) die "no compiler for $1" ;;
  esac
}

# fetch_guest KERNEL: the tools that its initramfs takes from, with their libraries.
fetch_guest() {
  local architecture=${architecture_of[$1]} suite=${suite_of[$1]}
  archive "$architecture" apt-get -q=2 -y ${suite:+-t "/^$suite/"} --download-only \
    -o "APT::Architecture=$architecture" install "${guest_packages[@]}" >&2 || return
  unpack "$architecture" "$cache/kernels/$1/guest"
}

# build_helpers_across KERNEL: into the folder bin of its build folder. After build_driver, which
# leaves the driver's headers there.
build_helpers_across() {
  local build=$cache/build/$1
  mkdir -p "$build"/{helpers,bin}
  cp -u "$here"/helpers/*.[ch] "$build/helpers/"
  # shellcheck disable=SC2016 # expanded inside
  in_tree "$1" sh -euc '
    for compiler in /usr/bin/"$1"-gcc-[0-9]*; do break; done
    shift
    for name in "$@"; do
      "$compiler" -O1 -Wall -Wextra -Werror -static -I/build -o "/build/bin/$name" \
        "/build/helpers/$name.c"
    done' sh "$(triplet "${architecture_of[$1]}")" "${guest_helpers[@]}"
}

# with_libraries_across KERNEL INTO PROGRAM...: the guest's programs and the libraries they want.
with_libraries_across() {
  local guest=$cache/kernels/$1/guest into=$2 program file folder
  folder=$guest/usr/lib/$(triplet "${architecture_of[$1]}")
  install "$guest/usr/bin/busybox" "$into/bin/busybox"
  for program in "${@:3}"; do
    file=$(PATH=$guest/usr/sbin:$guest/usr/bin type -P "$program") || die "no $program in $guest"
    install -D "$file" "$into/real/$program"
    add_libraries "$file"
  done
}

# add_libraries FILE: from $folder, what it wants, and what that wants.
add_libraries() {
  local name
  readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | while read -r name; do
    if [ ! -e "$into/lib/$name" ]; then
      install -D "$folder/$name" "$into/lib/$name"
      add_libraries "$folder/$name"
    fi
  done
}
