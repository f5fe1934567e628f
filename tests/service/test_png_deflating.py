"""The compiled deflater: any reader finds the bytes again, and it takes as few as its kind can."""

import heapq
import itertools
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from service.png.compiled import COMPILED, huffman
from service.png.compiled.deflating import _BLOCK
from service.png.compiled.huffman import find_code_lengths, find_codes
from service.png.compiled.runs import LONGEST, SHORTEST, find_runs, most_runs, room_for_runs
from service.png.compiled.symbols import END, SYMBOLS, count_symbols
from tests.service.pngs import LOOPS, by_both

DISTANCES = (1, 2, 4, 8)
EMPTY_LAST_BLOCK = b"\x01\x00\x00\xff\xff"


def code_lengths(frequencies, longest):
    lengths, room = np.full_like(frequencies, -1), np.full((huffman.ROWS, max(2 * frequencies.size, longest + 1)), -1)
    find_code_lengths(frequencies, longest, lengths, room)
    return lengths


def codes_of(lengths):
    codes = np.full_like(lengths, -1)
    find_codes(lengths, codes, np.full((huffman.ROWS, 16), -1))
    return codes


def runs_in(data, distance):
    """Begins and lengths of the runs."""
    begins, lengths = np.zeros((2, most_runs(data.size)), np.int32)
    found = find_runs(data, distance, begins, lengths, room_for_runs(data.size))
    return begins[:found], lengths[:found]


def rows_of(data):
    return np.frombuffer(data, np.uint8).copy()[np.newaxis]


bytes_of_one = [bytes([value]) for value in range(4)]


@st.composite
def bytes_in_runs(draw):
    """Few values or groups of them, in stretches short and long."""
    lengths = st.integers(1, 12) | st.sampled_from([257, 258, 259, 260, 263, 264, 516, 700])
    stretches = draw(st.lists(st.tuples(st.integers(0, 3), lengths), min_size=1, max_size=30))
    groups = [draw(st.binary(min_size=1, max_size=9)) for _ in range(4)] if draw(st.booleans()) else bytes_of_one
    data = b"".join((groups[value] * length)[:length] for value, length in stretches)
    return data + draw(st.binary(max_size=20)) + b"\x01\x02"


@by_both
@given(pieces=st.lists(bytes_in_runs(), min_size=1, max_size=3), distance=st.sampled_from(DISTANCES))
def test_pieces_join_to_a_stream(pieces, distance, loops):
    deflated = [loops.deflate_runs(rows_of(piece), distance=distance, last=False) for piece in pieces[:-1]]
    deflated.append(loops.deflate_runs(rows_of(pieces[-1]), distance=distance, last=True))
    reader = zlib.decompressobj(-15)
    assert reader.decompress(b"".join(deflated)) == b"".join(pieces)
    assert reader.eof
    assert not reader.unused_data


@by_both
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize("size", [2, 3, 7, 8, 9, _BLOCK - 1, _BLOCK, _BLOCK + 1, 3 * _BLOCK + 5])
def test_sizes_about_a_block(size, distance, last, loops):
    data = (np.random.default_rng(size).geometric(0.1, size) % 256).astype(np.uint8)
    deflated = loops.deflate_runs(data[np.newaxis], distance=distance, last=last)
    assert zlib.decompress(b"".join((deflated, b"" if last else EMPTY_LAST_BLOCK)), -15) == data.tobytes()


def test_noise_hardly_grows():
    """256 equally frequent bytes and the end: all codes but two have 8 bits, and those cost nothing to speak of."""
    noise = np.random.default_rng(7).integers(0, 256, (1, 1 << 20), np.uint8)
    blocks = noise.size // _BLOCK
    head = 3 + 14 + 19 * 3 + 287 * 7  # bits, at most
    spread = 0.005 * noise.size  # the frequencies of a sample differ: its entropy is 7.998 bits, its code's 8.02
    assert len(COMPILED.deflate_runs(noise, distance=1, last=True)) <= noise.size + spread + blocks * head / 8


def test_codes_that_would_be_too_long():
    """Fibonacci's numbers as frequencies make the deepest tree, here 24 levels: deflate allows 15."""
    numbers = [1, 1]
    while len(numbers) < 24:
        numbers.append(sum(numbers[-2:]))
    data = np.repeat(np.arange(24, dtype=np.uint8), numbers)
    np.random.default_rng(7).shuffle(data)
    assert zlib.decompress(COMPILED.deflate_runs(data[np.newaxis], distance=1, last=True), -15) == data.tobytes()


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=286).filter(lambda counts: sum(map(bool, counts)) > 1))
def test_codes_are_huffmans(counts):
    lengths = code_lengths(np.array(counts), 30)
    assert sum(2.0 ** -int(length) for length in lengths if length) == 1  # Kraft: a full tree
    assert ((lengths > 0) == (np.array(counts) > 0)).all()
    assert (lengths * counts).sum() == huffman_cost([count for count in counts if count])


def huffman_cost(counts):
    """The bits of the best code: what all the joined trees weigh together (Huffman 1952)."""
    heapq.heapify(counts)
    cost = 0
    while len(counts) > 1:
        joined = heapq.heappop(counts) + heapq.heappop(counts)
        cost += joined
        heapq.heappush(counts, joined)
    return cost


@given(npst.arrays(np.int64, st.integers(2, 200), elements=st.integers(1, 2**40)), st.integers(8, 14))
def test_limited_codes_are_full_and_no_longer(counts, longest):
    lengths = code_lengths(counts, longest)
    assert lengths.max() <= longest
    assert lengths.min() >= 1
    assert sum(2.0 ** -int(length) for length in lengths) == 1
    rarer = counts[:, np.newaxis] < counts
    assert (lengths[:, np.newaxis] >= lengths)[rarer].all()


def test_codes_of_the_standard():
    """The example of RFC 1951, 3.2.2, turned, since the first bit of a code is sent first."""
    expected = ("010", "011", "100", "101", "110", "00", "1110", "1111")
    lengths = np.array([len(code) for code in expected])
    written = [format(code, f"0{length}b")[::-1] for code, length in zip(codes_of(lengths), lengths, strict=True)]
    assert tuple(written) == expected


@given(bytes_in_runs(), st.sampled_from((*DISTANCES, 3)))
def test_runs_are_found(data, distance):
    repeats = [i >= distance and data[i] == data[i - distance] for i in range(len(data))]
    expected, at = [], 0
    for repeated, group in itertools.groupby(repeats):
        begin, at = at, at + len(list(group))
        while repeated and at - begin >= SHORTEST:
            expected.append((begin, min(at - begin, LONGEST)))
            begin += expected[-1][1]
    assert list(zip(*runs_in(np.frombuffer(data, np.uint8), distance), strict=True)) == expected


@given(bytes_in_runs(), st.sampled_from(range(4)))
def test_symbols_are_counted_as_they_are_sent(data, doublings):
    begins, lengths = runs_in(np.frombuffer(data, np.uint8), 1 << doublings)
    sent = list(data)
    for begin, length in zip(begins, lengths, strict=True):
        sent[begin : begin + length] = [None] * length
    counts, columns = np.full(SYMBOLS, -1), np.ones((256, 8), np.uint32)
    count_symbols(np.frombuffer(data, np.uint8), doublings, begins, lengths, counts, columns)
    assert counts[:END].tolist() == [sent.count(byte) for byte in range(256)]
    assert counts[END] == 1
    assert counts[END + 1 :].sum() == len(begins)
    assert counts[285] == sum(lengths == 258)  # RFC 1951, 3.2.5
    assert counts[265] == sum((lengths == 11) | (lengths == 12))


def test_most_runs_are_no_more():
    """Runs of the shortest length, one after the other."""
    data = np.repeat(np.arange(200, dtype=np.uint8), SHORTEST + 1)
    _, lengths = runs_in(data, 1)
    assert lengths.tolist() == [SHORTEST] * 200


@pytest.mark.parametrize("sharpness", [0.02, 0.1, 0.5, 0.9])
def test_compiled_runs_take_as_few_bytes_as_zlibs(sharpness):
    """Zlib's blocks are shorter, and the limit on its codes is a bit longer, which is worth 0.2 % where it matters."""
    data = (np.random.default_rng(7).geometric(sharpness, (1, 1 << 19)) - 1).astype(np.uint8)
    sizes = {name: len(loops.deflate_runs(data, distance=1, last=True)) for name, loops in LOOPS.items()}
    assert sizes["compiled"] <= 1.003 * sizes["reference"]


@pytest.mark.parametrize("distance", DISTANCES)
def test_repeated_pixels_are_runs(distance):
    """One pixel of noise over and over: runs of 258 bytes, and a literal or few."""
    pixel = np.random.default_rng(7).integers(0, 256, distance, np.uint8)
    data = np.tile(pixel, 258 * 8 // distance)[np.newaxis]
    longest_code = 2  # bits, of the one length that is much used; 2 more for the distance
    head = 60  # bytes of lengths of codes, most of them zeros
    assert len(COMPILED.deflate_runs(data, distance=distance, last=True)) <= head + (longest_code + 2) * 9 // 8 + 8
