"""What no honest client sends, a place each: in JSON, in a form's parts, in headers, in a query."""

from tests.contract import wire
from tests.fuzz.seeds import FILES

OTHER_VALUES = [
    *("NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1e-999", "-0", "1e308", "9" * 400, "9" * 5000, "0.5", "17"),
    *("true", "null", "[]", "{}", '""', "[[[]]]", '{"op": "rotate"}', '"rotate"', "[0, 0]", "[1e6, -1e6]"),
    *('"\\ud800"', '"\\udfff\\ud800"', '"\\u0000"', '"\u202e\U0010ffff"', f'"{"x" * 3000}"'),
    *("[" * 90 + "]" * 90, '{"a":' * 60 + "1" + "}" * 60, "[" * 9_000 + "]" * 9_000),
]
MORE_FIELDS = ['1, "nonsense": 1', '1, "x": 1, "x": 2', '1, "op": "flip", "op": "flip"', '1, "\\ud800": 1', '1, "": 1']
NO_JSON = [
    *("00", "1e", "+1", ".5", "0x10", "'x'", "nul", "", "1 2", "/**/1", "\x00", "\ufeff1", "1]", "1}}", "[" * 15_000),
]
JSON = [OTHER_VALUES, MORE_FIELDS, NO_JSON]
"""What stands where a value stood in JSON; short enough for a query, of which the server reads 64 KiB."""

FILE_NAMES = [
    *('a"; name="spec', "a\r\nX-Injected: 1", "a\r\n\r\nbody", "\0", "a\nb", "%0d%0aX: y", "\u202egnp.exe", "x" * 5000),
    *("../../etc/passwd", "a\\b.jpg", "ü€.png", 'a\\"b.png', "C:\\x", "..", "", "con"),
]

PARTS = [
    ('Content-Disposition: form-data; name="spec"', b'{"ops": []}'),
    ('Content-Disposition: form-data; name="spec"', b"\xff\xfe{"),
    ('Content-Disposition: form-data; name="spec"', b'"' + b"x" * 66_000 + b'"'),
    ('Content-Disposition: form-data; name="spec"; filename="s"\r\nContent-Type: text/plain; charset=utf-16', b"{}"),
    ('Content-Disposition: form-data; name="image"', b"no file"),
    ('Content-Disposition: form-data; name="image"; filename="empty.png"', b""),
    ('Content-Disposition: form-data; name="map"; filename="map.png"', FILES[0]),
    ('Content-Disposition: form-data; name="Image"; filename="photo.png"', FILES[0]),
    ("Content-Disposition: form-data; name=\"image\"; filename*=UTF-8''%e2%82%00.png", FILES[0]),
    ('Content-Disposition: attachment; name="image"', b"x"),
    ("Content-Disposition: form-data", b"x"),
    ('Content-Type: multipart/mixed; boundary="b"', b"--b\r\n\r\nx\r\n--b--"),
    ("Content-Disposition", b"x"),
    ("\r\n".join(["X-Y: z"] * 9), b"x"),
    ("", b""),
]

CONTENT_TYPES = [
    *("", ";;;", "image/*", "image/png; charset=klingon", "text/html", "application/json; charset=utf-16"),
    *("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "b" * 300),
    *(f"{wire.FORM}; charset={charset}" for charset in ("utf-8", "idna", "utf-16", "punycode", "none such")),
    *(f"{wire.FORM}; boundary=other", 'multipart/form-data; boundary="', "Multipart/Form-Data; BOUNDARY*=utf-8''%67"),
]

HEADER_NAMES = ["Accept", "X-Request-ID", "Range", "If-None-Match", "Content-Encoding", "Cookie", "Origin", "Via"]
HEADER_VALUES = [
    *("", "*/*;q=", ";q=1", "a" * 3000, "\xff\xfe", "bytes=0-1,5-", "*", ",,,", "gzip", "text/html;q=0", "\t\t", "é"),
    *("application/zip;q=nan", "multipart/mixed", "application/zip, multipart/mixed;q=1e9", "../..", "a\tb", '"'),
]

QUERIES = [
    *("%ff", "op=%ff", "spec=%ff%fe", "op=%00", "%", "&&==&", "op=" + "a" * 5000, "op=", "spec=", "on_error=maybe"),
    *("spec={}", "spec=[]", "canvas=1x1&canvas=2x2", "fit=cover", "format=gif", "quality=0", "region=1,2", "x=1"),
    *("op=rotate:1e999", "op=matrix:" + ",".join("1" * 9), "op=" + ":" * 500, "op=mesh:9,9,points=" + ";" * 500),
]
