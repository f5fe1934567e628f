"""What a parent and each of its children say to each other, over a pair of sockets.

    parent to child     CONNECTION and an open file     somebody has connected
                        ALL_READY                       pictures may be warped
                        DRAIN                           refuse what is new, finish what was begun
                        its end                         end: the parent stops, or is gone
    child to parent     COMPILES                        this process has to compile first, which takes long
                        what computes the pixels        this process is ready
                        DRAINED                         what was begun is finished
                        its end                         this process ends

So no child outlives its parent by more than what it has begun, however the parent ends.
"""

CONNECTION, ALL_READY, DRAIN = b"c", b"r", b"d"
COMPILES, DRAINED = b"\1", b"\0"  # which are nowhere in what computes the pixels: two of the three may come at once

METRICS = 4096
"""Numbers in a process's row of the metrics, of which the parent knows nothing: more than there are."""
