# machine: plain switch
# what: two devices at once: the engine moves a file from one to the other at printed addresses
# quick: stable@switch
# needs: toolkit
# weight: 2
# processors: 2
a=$(iop 1)
b=$(iop 2)
one=$(iopmem bind "$a")
two=$(iopmem bind "$b")
refused "one name for two" test "$one" = "$two"
fresh xfs "$one" $mnt/a
fresh ext4 "$two" $mnt/b
noise /tmp/from 16384
iopmem place --quiet /tmp/from $mnt/a
iopmem place --quiet --size 16K $mnt/b/to
from=$(address $mnt/a/from)
to=$(address $mnt/b/to)
/vm/edu "$(edu)" "$from" "$to" 16384
cmp /tmp/from $mnt/b/to || fail "the second device's file is not the first's"
iopmem lease --map /tmp/map $mnt/a/from $mnt/b/to -- grep -q "\"function\":\"$b\"" /tmp/map ||
  fail "a lease on both devices does not tell the second"
/real/umount $mnt/a
iopmem unbind "$a"
cmp /tmp/from $mnt/b/to || fail "the second device lost its file with the first"
moved "16384 bytes by $(edu) from $a at $from to $b at $to"
