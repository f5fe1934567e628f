"""What a parent and each of its children say to each other, over a pair of sockets.

    parent to child     CONNECTION and an open file     somebody has connected
                        ALL_READY                       pictures may be warped
                        its end                         finish what was begun, and end: the parent stops, or is gone
    child to parent     what computes the pixels        this process is ready
                        its end                         this process ends

So no child outlives its parent by more than what it has begun, however the parent ends.
"""

CONNECTION, ALL_READY = b"c", b"r"
