# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The kernels that the driver is tried on: the oldest it supports, Debian stable's, and the newest in
# Debian's archive. Looking finds which those are today. Each is unpacked below the cache into a tree
# of its own, with the compiler that it was built with; nothing is installed, and the machine's own
# package lists stay as they are. Of another architecture than this machine's there is one, Debian
# stable's. Sourced by run, for its $cache, $root and die.

oldest_supported=6.1
roles=(oldest stable newest)

# The kernels of this run by MAJOR.MINOR, with "-arm64" behind it for another architecture, and of
# each its architecture, roles, image package, package version, and the suite that its compiler is
# taken from (empty: wherever it is found).
kernels_found=()
declare -A architecture_of roles_of image_of package_version_of suite_of

# archive_of ARCHITECTURE: where its package lists are. Those of another have this machine's, too.
archive_of() {
  if [ "$1" = amd64 ]; then echo "$cache/archive"; else echo "$cache/archive-$1"; fi
}

# archive ARCHITECTURE COMMAND...: apt's tools on lists and a cache of our own.
archive() {
  APT_CONFIG=$(archive_of "$1")/apt.conf "${@:2}"
}

# open_archive ARCHITECTURE: point the lists at the mirrors that this machine uses, and at every suite
# there that has kernels for us.
open_archive() {
  local label uri suite keyring=/usr/share/keyrings/debian-archive-keyring.gpg options=''
  local archive suites=(oldstable stable testing unstable experimental)
  archive=$(archive_of "$1")
  [ "$1" = amd64 ] || suites=(stable)
  mkdir -p "$archive"/{lists,debs}/partial
  [ ! -r "$keyring" ] || options="[signed-by=$keyring] "
  apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' | sort -u |
    while read -r label uri; do
      case $label in
      Debian)
        for suite in "${suites[@]}"; do echo "deb $options$uri $suite main"; done
        ;;
      Debian-Security)
        for suite in "${suites[@]}"; do
          case $suite in oldstable | stable) echo "deb $options$uri $suite-security main" ;; esac
        done
        ;;
      esac
    done >"$archive/sources.list"
  [ -s "$archive/sources.list" ] || die "apt knows no archive of Debian's here"
  : >"$archive/status"
  cat >"$archive/apt.conf" <<END
APT::Architecture "amd64";
APT::Architectures { "amd64"; "$1"; };
Dir::State::lists "$archive/lists";
Dir::State::status "$archive/status";
Dir::Cache "$archive";
Dir::Cache::archives "$archive/debs";
Dir::Etc::sourcelist "$archive/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
Acquire::Languages "none";
END
}

# image_packages: every cloud kernel of the archive, a line each: MAJOR.MINOR PACKAGE, oldest first.
image_packages() {
  archive amd64 apt-cache search --names-only '^linux-image-[0-9][^-]*(-[0-9]+)?-cloud-amd64$' |
    sed -nE '/meta-package/d; s/^(linux-image-([0-9]+\.[0-9]+)[^ ]*) .*/\2 \1/p' | sort -V
}

# catalogue ARCHITECTURE ROLE...: a line a role: ROLE MAJOR.MINOR PACKAGE PACKAGE-VERSION SUITE.
catalogue() {
  local architecture=$1 role kernel package suite row packages=
  [ "$architecture" != amd64 ] || packages=$(image_packages)
  for role in "${@:2}"; do
    case $role in
    oldest)
      # Of that kernel, the newest package.
      kernel=$(sort -V <<<"$packages"$'\n'"$oldest_supported" |
        awk -v oldest="$oldest_supported" 'past { print $1; exit } $0 == oldest { past = 1 }')
      package=$(awk -v kernel="$kernel" '$1 == kernel { last = $2 } END { print last }' \
        <<<"$packages")
      ;;
    stable)
      package=$(archive "$architecture" apt-cache -o 'APT::Default-Release=/^stable/' depends \
        "linux-image-cloud-$architecture:$architecture" |
        awk '$1 == "Depends:" { sub(/:.*/, "", $2); print $2; exit }')
      ;;
    newest) package=$(awk '{ last = $2 } END { print last }' <<<"$packages") ;;
    esac
    [ -n "$package" ] || continue
    kernel=$(sed -nE 's/^linux-image-([0-9]+\.[0-9]+).*/\1/p' <<<"$package")
    row=$(archive "$architecture" apt-cache madison "$package:$architecture" | awk 'NR == 1 { print $3, $6 }')
    suite=${row#* } suite=${suite%%/*} suite=${suite%-security} suite=${suite%-updates}
    # What is not yet released is built by whatever newer parts its own packages name.
    [[ $suite == *stable ]] || suite=-
    echo "$role $kernel $package ${row%% *} $suite"
  done
}

# look_for_kernels ARCHITECTURE: fill the tables above, from the archive once a day.
look_for_kernels() {
  local list role kernel package version suite wanted=("${roles[@]}")
  list=$(archive_of "$1")/kernels
  [ "$1" = amd64 ] || wanted=(stable)
  if [ -z "$(find "$list" -mmin -1440 2>/dev/null)" ]; then
    echo "looking for kernels of $1 in Debian's archive" >&2
    if open_archive "$1" && archive "$1" apt-get -q=2 -o APT::Update::Error-Mode=any update >&2 &&
      catalogue "$1" "${wanted[@]}" >"$list.part"; then
      mv "$list.part" "$list"
    elif [ -s "$list" ]; then
      echo "run: the archive cannot be read; kernels as of $(date -r "$list" +%F)" >&2
    elif [ "$1" = amd64 ]; then
      die "Debian's archive cannot be read, and no kernels are here from before"
    else
      : >"$list"
    fi
  fi
  while read -r role kernel package version suite; do
    [ "$1" = amd64 ] || kernel+=-$1
    [ -n "${roles_of[$kernel]:-}" ] || kernels_found+=("$kernel")
    roles_of[$kernel]+=" $role "
    # A kernel with two roles is built by the parts of the first.
    [ -z "${image_of[$kernel]:-}" ] || continue
    architecture_of[$kernel]=$1
    image_of[$kernel]=$package
    package_version_of[$kernel]=$version
    suite_of[$kernel]=${suite#-}
  done <"$list"
  for role in "${wanted[@]}"; do
    grep -q "^$role " "$list" ||
      echo "skipped: the $role kernel of $1, which is not in Debian's archive"
  done
}

# choose_kernels: make of the roles and versions in $kernels, or of nothing for all, versions.
choose_kernels() {
  local asked=("${kernels[@]}") name kernel found
  kernels=("${kernels_found[@]}")
  [ ${#asked[@]} -gt 0 ] || return 0
  kernels=()
  for name in "${asked[@]}"; do
    found=
    for kernel in "${kernels_found[@]}"; do
      if [ "${kernel%-*}" = "${name%-*}" ] || has_role "$kernel" "$name"; then
        [[ " ${kernels[*]} " == *" $kernel "* ]] || kernels+=("$kernel")
        found=1
      fi
    done
    [ -n "$found" ] || die "no kernel $name, only:$(printf '%s' "${roles_of[@]}") (${kernels_found[*]})"
  done
}

# has_role KERNEL ROLES: is it one of these? No roles are every role.
has_role() {
  local role
  [ -n "$2" ] || return 0
  for role in $2; do
    [[ ${roles_of[$1]} != *" $role "* ]] || return 0
  done
  return 1
}

# fetch KERNEL: image, modules and headers, and what builds a module for them.
fetch() {
  local kernel=$1 tree=$cache/kernels/$1 image=${image_of[$1]} whole packages
  local architecture=${architecture_of[$1]} suite=${suite_of[$1]}
  local builders=(make dash mawk coreutils sed grep findutils bash)
  if is_sanitized "$kernel"; then
    fetch_sanitized "$kernel"
    return
  fi
  whole="$image ${package_version_of[$kernel]}"
  if [ "$(cat "$tree/.whole" 2>/dev/null)" = "$whole" ]; then
    return
  fi
  echo "fetching kernel $kernel ($whole)" >&2
  rm -rf "$tree" "$cache/build/$kernel"
  mkdir -p "$tree"
  # The image comes in several packages from 7.3 on; its other dependencies are an installed
  # system's.
  mapfile -t packages < <(archive "$architecture" apt-cache depends "$image:$architecture" |
    awk '$1 == "Depends:" && $2 ~ /^linux-(binary|modules)-/ { print $2 }')
  packages+=("$image:$architecture")
  if [ "$architecture" = amd64 ]; then
    builders+=("${image/image/headers}")
  else
    add_cross_parts "${image/image/headers}"
  fi
  empty_debs "$architecture" || return
  (cd "$(archive_of "$architecture")/debs" &&
    archive "$architecture" apt-get -q=2 download "${packages[@]}" >&2) || return
  archive "$architecture" apt-get -q=2 -y ${suite:+-t "/^$suite/"} --download-only \
    install "${builders[@]}" >&2 || return
  unpack "$architecture" "$tree" || return
  [ "$architecture" = amd64 ] || fetch_guest "$kernel" || return
  [ -e "$tree/bin/sh" ] || ln -s dash "$tree/bin/sh"
  [ -e "$tree/bin/awk" ] || ln -s mawk "$tree/bin/awk"
  mkdir -p "$tree"/{dev,proc,build}
  depmod -b "$tree" "$(release "$kernel")" || return
  echo "$whole" >"$tree/.whole"
}

empty_debs() { # empty_debs ARCHITECTURE
  local archive
  archive=$(archive_of "$1")
  rm -rf "$archive/debs"
  mkdir -p "$archive/debs/partial"
}

# unpack ARCHITECTURE TREE: the packages that were downloaded.
unpack() {
  local tree=$2 folder deb
  for folder in bin sbin lib lib64; do
    mkdir -p "$tree/usr/$folder"
    ln -s "usr/$folder" "$tree/$folder"
  done
  for deb in "$(archive_of "$1")/debs"/*.deb; do
    dpkg --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$tree" || return
  done
  empty_debs "$1"
}

# release KERNEL: what uname -r says on it.
release() {
  echo "${image_of[$1]#linux-image-}"
}

# part KERNEL NAME: its vmlinuz or config, which lie in /boot, or from 7.3 on beside the modules.
part() {
  local tree=$cache/kernels/$1 file
  for file in "$tree/boot/$2-$(release "$1")" "$tree/usr/lib/modules/$(release "$1")/$2"; do
    if [ -e "$file" ]; then
      echo "$file"
      return
    fi
  done
  die "kernel $1 has no $2"
}

# in_tree KERNEL COMMAND...: inside its tree, with its build folder as /build.
in_tree() {
  local alone=(unshare --mount)
  [ "$(id -u)" = 0 ] || alone=(unshare --mount --map-root-user)
  # shellcheck disable=SC2016 # expanded inside
  "${alone[@]}" sh -euc '
    tree=$1
    for folder in dev proc; do mount --rbind "/$folder" "$tree/$folder"; done
    mount --bind "$2" "$tree/build"
    shift 2
    exec chroot "$tree" /usr/bin/env -i PATH=/usr/bin:/usr/sbin "$@"' \
    sh "$cache/kernels/$1" "$cache/build/$1" "${@:2}"
}

# build_driver KERNEL: outside its source, by the kernel's own compiler. Warnings are errors here.
build_driver() {
  local kernel=$1 build=$cache/build/$1
  mkdir -p "$build/uapi"
  cp -u "$root"/driver/*.[ch] "$root/driver/Kbuild" "$build/"
  cp -u "$root"/driver/uapi/*.h "$build/uapi/"
  build_module "$kernel" . || return
  # What the page tables have, of x86's.
  if [ "${architecture_of[$kernel]}" = amd64 ]; then
    build_test_module "$kernel" pagetables || return
  fi
  # The importer of dma-bufs that can be made to let go, where the kernel has them.
  if grep -q "dma_buf_attach_revocable" "$cache/kernels/$kernel/usr/src/linux-headers-$(release "$kernel")/Module.symvers"; then
    build_test_module "$kernel" importer
  fi
}

build_test_module() { # build_test_module KERNEL NAME
  mkdir -p "$cache/build/$1/$2"
  cp -u "$here/$2"/* "$cache/build/$1/$2/"
  build_module "$1" "$2"
}

# fetch_sparse KERNEL: into its tree, from the suite of its compiler: an older one does not know what
# newer headers are written in.
fetch_sparse() {
  local architecture=${architecture_of[$1]} suite=${suite_of[$1]} tree=$cache/kernels/$1 deb
  [ ! -e "$tree/usr/bin/sparse" ] || return 0
  empty_debs "$architecture"
  (cd "$(archive_of "$architecture")/debs" &&
    archive "$architecture" apt-get -q=2 download "sparse:amd64${suite:+/$suite}" >&2) || return
  for deb in "$(archive_of "$architecture")/debs"/*.deb; do
    dpkg --fsys-tarfile "$deb" | tar -x -C "$tree" ./usr/bin/sparse || return
  done
  empty_debs "$architecture"
}

# with_sparse KERNEL: has make look over what it compiles.
with_sparse() {
  local kernel=$1 script
  # Make asks a script whether it is any good, which Debian's headers leave out.
  script=$(echo "$cache/kernels/$kernel"/usr/src/linux-headers-*-common/scripts)/checker-valid.sh
  if [ ! -e "$script" ]; then
    printf '#!/bin/sh\necho 1\n' >"$script"
    chmod +x "$script"
  fi
  echo "C=1 CHECK=sparse CF=-Wsparse-error"
}

# build_module KERNEL FOLDER: what lies in a folder of the driver's build.
build_module() {
  local kernel=$1 build=$cache/build/$1 architecture=${architecture_of[$1]} checked=()
  if fetch_sparse "$kernel"; then
    read -ra checked < <(with_sparse "$kernel")
  else
    echo "not looked over by sparse, which cannot be had for kernel $kernel" >&2
  fi
  in_tree "$kernel" env DEB_BUILD_ARCH=amd64 "DEB_HOST_ARCH=$architecture" \
    make -s -C "/usr/src/linux-headers-$(release "$kernel")" "M=/build/$2" \
    CONFIG_DEBUG_INFO_BTF_MODULES= KCFLAGS=-Werror "${checked[@]}" modules >"$build/log" 2>&1 ||
    { cat "$build/log" >&2 && return 1; }
}
