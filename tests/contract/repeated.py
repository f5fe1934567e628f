"""Requests that are asked again and again, under all kinds of load: the bytes of the answers may never differ."""

from itertools import product

from tests import files, pictures

PICTURES = [
    files.png(pictures.random(300, 200, 4), files.RGBA),
    files.png(pictures.random(200, 301, 1, depth="uint16"), files.GRAY, 16),
]
QUERIES = [
    "op=rotate:10&canvas=expand",
    "op=rotate:10&canvas=700x700&border=wrap&filter=nearest",
    "op=scale:3&canvas=expand&border=reflect",
    "op=rotate:-33&op=skew:10,5&canvas=expand&fill=white",
    "op=matrix:1,0.2,0,0.1,1,0,0.001,0,1,convention=css&canvas=600x500",
    "op=rotate:90&canvas=expand",
    "op=swirl:60&op=wave:5,40&canvas=150x99&filter=lanczos3",
    "op=rotate:20&op=scale:0.03&canvas=90x80&border=mirror&light=linear",
    "op=lens:-0.3&canvas=inscribed&filter=bicubic&format=webp&lossless=true",
]
REQUESTS = list(product(PICTURES, QUERIES))
"""Small results and larger ones, copies, bent maps, averaging, 8 and 16 bits, and an encoder that is not ours."""
