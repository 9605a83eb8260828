# machine: topology topology-pt topology-iommu topology-intel
# what: wherever client and memory are, the client's DMA does what check predicts
# kernels: stable
# quick: stable@topology
# needs: toolkit
# weight: 4
. /vm/topology.sh

memories="0:00/03.0/00.0/00.0/00.0 1:00/05.0/00.0 2:00/06.0/00.0 3:00/0a.0 4:00/0b.0/00.0/01.0
5:80/00.0/00.0"

# name | memory | client
cat >/tmp/places <<'END'
one slot of a switch|0|00/03.0/00.0/00.0/00.1
one switch|0|00/03.0/00.0/01.0/00.0
a switch below the switch|0|00/03.0/00.0/02.0/00.0/00.0/00.0
two switches|0|00/04.0/00.0/00.0/00.0
a switch and a root port|0|00/07.0/00.0
a switch and the root complex|0|00/09.0
a switch and a PCI bus|0|00/0b.0/00.0/02.0
a switch and another root complex|0|80/00.0/00.1
one slot of a root port|1|00/05.0/00.1
a root port and a switch|1|00/03.0/00.0/01.0/00.0
two root ports|1|00/07.0/00.0
two root ports, one without access control|1|00/06.0/00.1
a root port and the root complex|1|00/09.0
one slot of a root port without access control|2|00/06.0/00.1
two root ports, the other without access control|2|00/07.0/00.0
the root complex and a switch|3|00/03.0/00.0/02.0/00.0/00.0/00.0
the root complex and a root port|3|00/05.0/00.1
the root complex itself|3|00/09.0
the root complex and a PCI bus|3|00/0b.0/00.0/03.0/01.0
one PCI bus|4|00/0b.0/00.0/02.0
a PCI bus and one below it|4|00/0b.0/00.0/03.0/01.0
a PCI bus and a switch|4|00/03.0/00.0/01.0/00.0
a PCI bus and the root complex|4|00/09.0
one slot of another root complex|5|80/00.0/00.1
another root complex and a switch|5|00/03.0/00.0/01.0/00.0
another root complex and a root port|5|00/07.0/00.0
another root complex and a PCI bus|5|00/0b.0/00.0/02.0
END

furnish $memories
drive $(cut -d '|' -f 3 /tmp/places | sort -u | while read -r place; do at "$place"; done)
for number in 0 1 2 3 4 5; do
  set --
  for place in $(sed -n "s/.*|$number|//p" /tmp/places); do
    set -- "$@" --for "$(at "$place")"
  done
  predict $number --address-bits 64 "$@" >/tmp/predicted-$number &
done
wait
while IFS='|' read -r name number place; do
  try "$name" $slots "$number" 64 $(grep "^$(at "$place") " "/tmp/predicted-$number") &
  slots=$((slots + 1))
done </tmp/places
wait
hold Places 0 1 2 3 4 5
