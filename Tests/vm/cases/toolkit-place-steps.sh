# machine: twin
# what: a power cut between any two steps of a placement leaves clean file systems, files whole or not there
# kernels: stable
# quick: none
# needs: toolkit
f=0000:00:03.0
twin=0000:00:04.0
dev=$(iopmem bind "$f")
printf 'label: gpt\nstart=2048,size=65536\nsize=700000\n' | /real/sfdisk -q "$dev"
wait_for 5 test -b "${dev}p2" || fail "no ${dev}p2"
cuts=0
whole=0

# What is placed over "old", beside it, and in a directory; "lone" comes without any other.
mkdir -p /tmp/new/tree /tmp/was
noise /tmp/was/old 70001
noise /tmp/new/old 150007
noise /tmp/new/fresh 4096
noise /tmp/new/tree/leaf 33333
noise /tmp/lone 300000

# is FILE CONTENT...: the file, if it is there, holds one of these.
is() {
  local file=$1 content
  shift
  [ -e "$file" ] || return 0
  for content in "$@"; do
    if cmp -s "$file" "$content"; then
      whole=$((whole + 1))
      return 0
    fi
  done
  fail "$fs: half of $file $when"
}

# look FS DEVICE: what a mount finds, and that nothing is broken.
look() {
  local options=dax=always
  fs=$1
  # The original, of the same name, is mounted too.
  [ $fs = ext4 ] || options=$options,nouuid
  /real/mount -o $options "$2" /tmp/look || fail "$fs: no mount $when"
  is /tmp/look/lone /tmp/lone
  is /tmp/look/old /tmp/was/old /tmp/new/old
  is /tmp/look/fresh /tmp/new/fresh
  is /tmp/look/tree/leaf /tmp/new/tree/leaf
  [ -e /tmp/look/old ] || fail "$fs: the old file is gone $when"
  case $when in
  *end) for path in $placed; do [ -e "/tmp/look/$path" ] || fail "$fs: no $path $when"; done ;;
  esac
  /real/umount /tmp/look
  case $fs in
  ext4) /real/e2fsck -fn "$2" >/tmp/fsck 2>&1 || fail "e2fsck $when: $(tail -n 1 /tmp/fsck)" ;;
  xfs) /real/xfs_repair -n "$2" >/tmp/fsck 2>&1 || fail "xfs_repair $when: $(tail -n 1 /tmp/fsck)" ;;
  esac
}

# cut WHEN: the host copies the memory as it is, and the copy is looked at. The kernel remembers
# nothing of it from the last time, since it was closed.
cut() {
  when=$1
  cuts=$((cuts + 1))
  host mirror bar0 bar1
  look ext4 "${copy}p1"
  look xfs "${copy}p2"
}

# advance FS: lets its placement do the next step, and waits for the one after; fails at the end.
advance() {
  local said
  case $1 in
  ext4) [ -z "$ended4" ] && echo >&4 && read -r said <&5 ;;
  xfs) [ -z "$endedx" ] && echo >&6 && read -r said <&7 ;;
  esac || return 1
  case $said in
  step*) return 0 ;;
  "end 0") ;;
  *) fail "$1: the placement says \"$said\": $(cat /tmp/complaint-*)" ;;
  esac
  case $1 in ext4) ended4=1 ;; xfs) endedx=1 ;; esac
}

# by_steps SOURCE...: places into both file systems, with a cut before each step and after the last.
by_steps() {
  local n=0 said
  rm -f /tmp/to-* /tmp/of-*
  mkfifo /tmp/to-ext4 /tmp/of-ext4 /tmp/to-xfs /tmp/of-xfs
  ended4='' endedx=''
  for fs in ext4 xfs; do
    /vm/steps iopmem place --quiet --force "$@" $mnt/$fs \
      </tmp/to-$fs >/tmp/of-$fs 2>/tmp/complaint-$fs &
  done
  exec 4>/tmp/to-ext4 5</tmp/of-ext4 6>/tmp/to-xfs 7</tmp/of-xfs
  read -r said <&5
  read -r said <&7
  while [ -z "$ended4$endedx" ] || [ -z "$ended4" ] || [ -z "$endedx" ]; do
    n=$((n + 1))
    cut "before step $n of $*"
    advance ext4 || [ -n "$ended4" ]
    advance xfs || [ -n "$endedx" ]
  done
  exec 4>&- 5<&- 6>&- 7<&-
  cut "at the end"
}

mkdir -p /tmp/look
mkfs.iopmem --force --quiet --type ext4 "${dev}p1"
mkfs.iopmem --force --quiet --type xfs "${dev}p2"
for fs in ext4 xfs; do
  mkdir -p $mnt/$fs
  case $fs in ext4) part=${dev}p1 ;; xfs) part=${dev}p2 ;; esac
  iopmem mount "$part" $mnt/$fs >/dev/null
  iopmem place --quiet /tmp/was/old $mnt/$fs
done
host mirror bar0 bar1
bind "$twin"
copy=/dev/$(block_of "$twin")
wait_for 5 test -b "${copy}p2" || fail "no ${copy}p2"
placed="lone"
by_steps /tmp/lone
placed="lone old fresh tree/leaf"
by_steps /tmp/new/old /tmp/new/fresh /tmp/new/tree
moved "$cuts cuts between steps of placements on ext4 and xfs; $whole whole files found, nothing broken"
