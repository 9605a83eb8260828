# machine: topology-iommu
# what: gaps of the kernel in its mapping of peers' memory: several ranges by one call, and ways that changed
# kernels: newest
# quick: none
. /vm/topology.sh
insmod /modules/gaps.ko
[ -e /dev/importer ] || insmod /modules/importer.ko
f=$(at 00/03.0/00.0/00.0/00.0)
far=$(at 00/07.0/00.0)
beside=$(at 00/03.0/00.0/01.0/00.0)
bind "$f"
dev=/dev/$(block_of "$f")
at_bus=$(printf 0x%x $(($(attribute "$f" bus_address))))
closed() {
  fail "the gap is closed, of which driver/README.md tells: $*"
}
maps() { # maps CLIENT PIECES: by one call of the kernel's
  echo "$f 2 $1 $2" >/dev/gaps
  cat /dev/gaps
}
one=$(maps "$far" 1)
case $one in
0x*\ orig_nents=0) ;;
*) closed "orig_nents of a list of one is $one" ;;
esac
# EADDRINUSE
several=$(maps "$far" 2)
[ "$several" = -98 ] || closed "two ranges for $far are $several"
one=$(maps "$far" 1)
case $one in 0x*) ;; *) fail "one range is $one after that" ;; esac

# The way that the kernel remembers is the one that was.
ports="$(at 00/03.0/00.0/00.0) $(at 00/03.0/00.0/01.0)"
for port in $ports; do /real/setpci -s "$port" ECAP_ACS+6.w=0:1c; done
straight=$(maps "$beside" 1)
same "what $beside is given with no redirects" "$at_bus orig_nents=0" "$straight"
for port in $ports; do /real/setpci -s "$port" ECAP_ACS+6.w=c:1c; done
turned=$(maps "$beside" 1)
[ "$turned" = "$straight" ] || closed "with redirects $beside is given $turned"
# The driver has it look again.
make_fs ext4 "$dev"
mount_dax "$dev" $mnt
noise $mnt/file 4096
/vm/buffer hold "$dev" $mnt/file 0 4096 "$beside" </dev/null >/tmp/out
[ "$(head -n 1 /tmp/out)" != "$(bus_of "$f" $mnt/file) 4096" ] ||
  fail "the driver has given $beside the bus address, which goes elsewhere"
turned=$(maps "$beside" 1)
[ "$turned" != "$straight" ] || fail "the kernel remembers it still, though asked for the distance"
moved "two ranges are EADDRINUSE, one has orig_nents 0, and a way stays that is none any more"
