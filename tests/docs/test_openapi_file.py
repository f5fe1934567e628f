"""docs/openapi.json is what the service says of itself: whoever changes that sees what changes for clients."""

from docs.make_openapi import FILE, document


def test_the_document_is_the_one_that_is_kept():
    assert FILE.read_text(encoding="utf-8") == document(), "if the change is meant: make openapi"


def test_it_does_not_depend_on_the_settings(monkeypatch):
    monkeypatch.setenv("GRIDWARP_TOKENS", "0123456789abcdef")
    monkeypatch.setenv("GRIDWARP_FORMATS", "png,tiff")
    monkeypatch.setenv("GRIDWARP_MAX_SIDE", "1000")
    assert FILE.read_text(encoding="utf-8") == document()
