"""Generated input that nobody means, and what is demanded of whatever comes of it.

What is generated:

- `requests`: requests to warp and to plan of every form, about half of them spoilt (`damage`, `hostile`) in the spec, a
  file, the form, the headers or the query.
- `document`: requests that the service's own OpenAPI document allows, and such that it does not, by Schemathesis;
  `apart` runs it where it changes nothing for others.
- `damaged_files`: files that end too early, at every byte, and such of which one byte is another, each byte in turn.
- `mutants`: bytes for the two `targets`, the reader of specs and the decoder, in this process.
- `guided`: bytes for the same, which atheris chooses by the code that they reach; `guiding` runs it.

What is demanded: `demands` says it of an answer, `watched` of the service behind it, and `targets` of what reads bytes.
A `trial` counts what became of the cases, and keeps those that fail.

`test_*.py` are the bounded runs among the tests; `python -m tests.fuzz` is the long one (`make fuzz`).
"""
