# machine: switch
# what: a manifest is brought about from binding to maps, once: the second run, and one after binding anew, change nothing
# quick: stable
# needs: toolkit
# weight: 2
f=$(iop 1)
ssd=$(functions_of_driver nvme | head -n 1)
blank "$(iopmem bind "$f")"
iopmem unbind "$f"
mkdir -p $mnt /tmp/src
noise /tmp/src/a 3000001
noise /tmp/src/b 70001
cat >/tmp/manifest.yaml <<END
schema: iopmem.manifest/1
functions:
  - {address: $f, bar: 2}
filesystems:
  - on: {function: $f}
    type: ext4
    label: models
    mount: {at: $mnt}
    reach: [{client: $ssd, address: bus-address}]
    files:
      - {path: models/a, source: /tmp/src/a, mode: 0640, pinned: true}
      - {path: models/b, source: /tmp/src/b}
      - {path: receive, size: 8MiB, pinned: true}
    maps:
      - {to: /tmp/run/maps.json, files: [models/a, receive], client: $ssd}
      - {to: /tmp/run/receive.sg, files: [receive], format: sg, max_segment: 1MiB, client: $ssd}
END

# states: what a run made of each thing, a word each.
states() {
  iopmem apply --json "$@" >/tmp/applied || fail "apply $*: $(cat /tmp/applied)"
  grep -o '"state":"[a-z]*"' /tmp/applied | cut -d '"' -f 4 | tr '\n' ' '
}
# layout: what must stay.
layout() {
  iopmem fiemap --require-pin --json $mnt/models/a $mnt/receive
  iopmem fiemap --json $mnt/models/b
  ls -li $mnt/models $mnt/receive
}
same "the plan" "created created created created created created created created " \
  "$(states --plan /tmp/manifest.yaml)"
[ ! -e "$pci/devices/$f/driver" ] || fail "the plan bound the function"
same "the first run" "created ok created created created created created created created " \
  "$(states /tmp/manifest.yaml)"
layout >/tmp/layout
md5sum /tmp/run/* >/tmp/maps
for n in 2 3 4 5 6 7 8 9 10; do
  same "run $n" "ok ok ok ok ok ok ok ok ok " "$(states /tmp/manifest.yaml)"
  grep -q '"changed":false' /tmp/applied || fail "run $n: $(cat /tmp/applied)"
done
same "run with --verify" "ok ok ok ok ok ok ok ok ok " "$(states --verify /tmp/manifest.yaml)"
layout | cmp - /tmp/layout || fail "something moved"

# The same, by names that outlive a change of numbers: two functions are of this kind, in their slots.
for slot in "$pci"/slots/*; do
  [ "$(cat "$slot/address")" != "${f%.*}" ] || break
done
sed "s/address: $f/match: '1af4:1110'/; s/function: $f/match: '1af4:1110'/; s/client: $ssd/client: nvme0/" \
  /tmp/manifest.yaml >/tmp/named.yaml
ends 2 "$f" iopmem apply /tmp/named.yaml
sed -i "s/1af4:1110/&:$(basename "$slot")/" /tmp/named.yaml
same "by names" "ok ok ok ok ok ok ok ok ok " "$(states /tmp/named.yaml)"
layout | cmp - /tmp/layout || fail "something moved by names"

# As after a boot: nothing mounted, nothing bound, no maps.
/real/umount $mnt
iopmem unbind "$f"
md5sum /tmp/run/* | cmp - /tmp/maps
rm -r /tmp/run
same "after binding anew" "created ok ok created ok ok ok created created " \
  "$(states /tmp/manifest.yaml)"
layout | cmp - /tmp/layout || fail "something moved by binding anew"
md5sum /tmp/run/* | cmp - /tmp/maps || fail "the maps are others"

# What a peer wrote shows in no time; the engine reads what is placed anew.
noise /tmp/src/a 3000001
same "a new source" "ok ok ok ok replaced ok ok replaced ok " "$(states /tmp/manifest.yaml)"
/vm/file equal /tmp/src/a $mnt/models/a || fail "it is not the new source"
host_sees $mnt/models/a "$(sum /tmp/src/a)"
iopmem verify --map /tmp/run/maps.json >/tmp/said || fail "the maps do not hold: $(cat /tmp/said)"
/vm/edu "$(edu)" "$(address $mnt/models/b)" "$(address $mnt/receive)" 256
same "what the engine wrote" "$(piece $mnt/models/b 0 256)" "$(piece $mnt/receive 0 256)"
same "a buffer that was written" "ok ok ok ok ok ok ok ok ok " "$(states /tmp/manifest.yaml)"
printf x | dd of=$mnt/models/b bs=1 seek=9 conv=notrunc 2>/dev/null
same "a file that was written" "ok ok ok ok ok replaced ok ok ok " "$(states /tmp/manifest.yaml)"

# What is not as declared and cannot be made so is refused, and stays.
sed 's/bar: 2/bar: 0/' /tmp/manifest.yaml >/tmp/other.yaml
ends 2 "is bound with BAR 2, not 0" iopmem apply /tmp/other.yaml
sed 's/address: bus-address/address: cpu-address/' /tmp/manifest.yaml >/tmp/other.yaml
ends 2 "cpu-address is declared" iopmem apply /tmp/other.yaml
sed 's/type: ext4/type: xfs/' /tmp/manifest.yaml >/tmp/other.yaml
ends 2 "holds ext4, not xfs" iopmem apply /tmp/other.yaml
mkdir /tmp/elsewhere
sed "s|at: $mnt}|at: /tmp/elsewhere}|" /tmp/manifest.yaml >/tmp/other.yaml
ends 2 "is mounted on $mnt" iopmem apply /tmp/other.yaml
/real/umount $mnt
/real/mount "${dev:=/dev/$(block_of "$f")}" $mnt
ends 2 "without dax=always" iopmem apply /tmp/manifest.yaml
/real/umount $mnt
moved "9 things of a manifest made once, left alone by 10 runs more, one of them by names, and after binding $f anew as $dev"
