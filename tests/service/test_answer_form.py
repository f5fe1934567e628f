"""Which form the answer has, by `Accept` and the number of results."""

import pytest

from service.answer_form import choose_container

ZIP, MIXED = "application/zip", "multipart/mixed"


@pytest.mark.parametrize(
    ("accept", "for_one", "for_several"),
    [
        ([], None, ZIP),
        ([""], None, ZIP),
        (["*/*"], None, ZIP),
        (["image/*"], None, ZIP),
        (["image/png"], None, ZIP),
        (["text/html,application/xhtml+xml,image/avif,image/webp,*/*;q=0.8"], None, ZIP),
        (["application/*"], None, ZIP),
        ([ZIP], ZIP, ZIP),
        ([MIXED], MIXED, MIXED),
        (["Application/ZIP"], ZIP, ZIP),
        (["application/zip, */*"], ZIP, ZIP),
        (["*/*, multipart/mixed;q=0.1"], MIXED, MIXED),
        (["image/*", "multipart/mixed"], MIXED, MIXED),
        (["application/zip;q=0.5, multipart/mixed"], MIXED, MIXED),
        (["application/zip;q=0.5", "multipart/mixed;q=0.4"], ZIP, ZIP),
        (["application/zip, multipart/mixed"], ZIP, ZIP),
        (["multipart/mixed, application/zip"], ZIP, ZIP),
        (["multipart/mixed; boundary=x ; Q=0.7 , application/zip ;q=0.6"], MIXED, MIXED),
        (["image/png, application/zip"], None, ZIP),
        (["image/png;q=0.9, multipart/mixed"], MIXED, MIXED),
        (["image/png, multipart/mixed;q=0.9"], None, MIXED),
        (["application/zip;q=0"], None, ZIP),
        (["application/zip;q=0, multipart/mixed;q=0.001"], MIXED, MIXED),
        (["application/zip;q=high"], ZIP, ZIP),
        (["application/zip;q=nan, multipart/mixed;q=0.5"], ZIP, ZIP),
        (["application/zipper, xapplication/zip"], None, ZIP),
        ([",,;;=,q=1"], None, ZIP),
        (["application/zip;q=1_0, multipart/mixed;q=-1"], ZIP, ZIP),
        (["," * 5000 + "multipart/mixed"], None, ZIP),  # nobody names so many
    ],
)
def test_what_is_named_is_sent_and_a_wildcard_names_nothing(accept, for_one, for_several):
    assert choose_container(accept, 1) == for_one
    assert choose_container(accept, 2) == for_several
    assert choose_container(accept, 64) == for_several
