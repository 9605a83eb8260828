# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# A kernel that looks over itself and the driver: KASAN, UBSAN, lockdep, kmemleak, and allocations that
# can be made to fail. No distribution packages one, so it is built from the source of Debian stable's,
# with as little else as the cases need; only where `-k sanitized` asks. Sourced by run, as kernels.sh is.

# Emulated, it takes so many times as long as others.
sanitized_slowness=10
# KASAN shadows an eighth of the memory, and each allocation is kept track of.
sanitized_memory=2G

is_sanitized() { # is_sanitized KERNEL
  [[ $1 == *-sanitized ]]
}

# add_sanitized: to the tables of kernels, beside stable's, whose cases it has, too.
add_sanitized() {
  local kernel of
  for of in "${kernels_found[@]}"; do
    [ "${architecture_of[$of]}" = amd64 ] && has_role "$of" stable || continue
    kernel=$of-sanitized
    kernels_found+=("$kernel")
    architecture_of[$kernel]=amd64
    roles_of[$kernel]=" sanitized stable "
    package_version_of[$kernel]=${package_version_of[$of]}
    image_of[$kernel]=linux-image-${package_version_of[$of]%-*}-sanitized
    suite_of[$kernel]=${suite_of[$of]}
    return
  done
  die "no stable kernel, whose source the sanitized one is built from"
}

# fetch_sanitized KERNEL: the source, what builds it, and the kernel. As fetch leaves it, its headers are
# the source.
fetch_sanitized() {
  local kernel=$1 tree=$cache/kernels/$1 source=linux-source-${1%-*} suite=${suite_of[$1]} whole
  local release log=$cache/logs/build-$1.log
  release=$(release "$kernel")
  whole="$source ${package_version_of[$kernel]} $(md5sum <"$here/sanitized.config")"
  if [ "$(cat "$tree/.whole" 2>/dev/null)" = "$whole" ]; then
    return
  fi
  echo "building kernel $kernel ($source ${package_version_of[$kernel]}), which takes a while" >&2
  rm -rf "$tree" "$cache/build/$kernel"
  mkdir -p "$tree" "$cache/build/$kernel" "$cache/logs"
  empty_debs amd64 || return
  archive amd64 apt-get -q=2 -y ${suite:+-t "/^$suite/"} --download-only install \
    "$source=${package_version_of[$kernel]}" gcc make flex bison bc perl xz-utils libelf-dev libssl-dev gzip \
    dash mawk coreutils sed grep findutils bash diffutils kmod >&2 || return
  unpack amd64 "$tree" || return
  [ -e "$tree/bin/sh" ] || ln -s dash "$tree/bin/sh"
  [ -e "$tree/bin/awk" ] || ln -s mawk "$tree/bin/awk"
  mkdir -p "$tree"/{dev,proc,build,boot,"usr/src/linux-headers-$release"}
  tar -C "$tree/usr/src/linux-headers-$release" --strip-components 1 -xf "$tree/usr/src/$source.tar.xz" ||
    return
  rm "$tree/usr/src/$source.tar.xz"
  cp "$here/sanitized.config" "$cache/build/$kernel/wanted"
  # shellcheck disable=SC2016 # expanded inside
  in_tree "$kernel" sh -euc '
    cd "/usr/src/linux-headers-$1"
    make -s KCONFIG_ALLCONFIG=/build/wanted allnoconfig
    # What Kconfig drops, it drops without a word.
    while read -r line; do
      case $line in CONFIG_*) ;; *) continue ;; esac
      grep -qxF "$line" .config || { echo "not in the configuration: $line" >&2 && exit 1; }
    done </build/wanted
    export KBUILD_BUILD_USER=iopmem KBUILD_BUILD_HOST=iopmem
    make -s "-j$2" bzImage modules
    [ "$(make -s kernelrelease)" = "$1" ]
    make -s INSTALL_MOD_PATH=/ modules_install
    cp arch/x86/boot/bzImage "/boot/vmlinuz-$1"
    cp .config "/boot/config-$1"
    # Modules are built without them.
    find . -name "*.o" -not -path "./scripts/*" -not -path "./tools/*" -delete
    rm -f vmlinux' sh "$release" "$(nproc)" >"$log" 2>&1 ||
    { tail -n 20 "$log" >&2 && return 1; }
  depmod -b "$tree" "$release" || return
  echo "$whole" >"$tree/.whole"
}
