# machine: plain
# what: a BAR can be named; one that is not memory, too small, or a guess is refused, with the reason
# quick: stable
says() { # says TEXT: the driver, since the last refusal
  driver_said "$1"
  from_now "$1"
}
f=$(iop 1)
refused "BAR 1, which is not there" bind "$f" 1
says "BAR 1 is not memory"
refused "BAR 0 of 256 bytes" bind "$f" 0
says "BAR 0 is too small: 256 bytes, 2097152 are needed"
refused "BAR 6" bind "$f" 6
says '"6" is not a BAR index'
refused "BAR x" bind "$f" x
says '"x" is not a BAR index'
# A function that is not one might have been this one.
for name in "${f#*:}" "0000:$f" "$f " "0000:000:00.8" 0000; do
  refused "BAR 2 of \"$name\"" bind "$f" "$name=2"
  says "\"$name\" is not a function"
done
q=$(functions 1b36 0100)
refused "a guess between equal BARs" bind "$q"
says "name one (parameter bar)"
bind "$q" "$f=2,$q=1"
same "BAR of the entry for $q" 1 "$(attribute "$q" bar)"
bind "$f" "$f=2,$q=1"
same "BAR of the entry for $f" 2 "$(attribute "$f" bar)"
unbind "$f"
# However the number is written.
refused "BAR 0 of $f, written otherwise" bind "$f" "0:0${f#0000:}=0"
says "BAR 0 is too small"
# An entry for another function leaves this one to the largest BAR.
bind "$f" "$q=0"
same "largest BAR" 2 "$(attribute "$f" bar)"
v=$(functions 1234 1111 | head -n 1)
bind "$v"
same "32-bit BAR" 0 "$(attribute "$v" bar)"
refused "a bridge" bind "$(functions 1b36 000c | head -n 1)"
moved "BAR 2 of $f, BAR 1 of $q, BAR 0 of $v (32-bit, $(attribute "$v" length) bytes)"
