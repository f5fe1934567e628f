"""What holds for every container."""

import pytest

from service.containers import CONTAINERS
from tests.service.batches import label, problem_label


@pytest.fixture(params=CONTAINERS)
def container(request):
    return CONTAINERS[request.param]()


@pytest.mark.parametrize("media_type", CONTAINERS)
def test_each_says_its_type(media_type):
    assert CONTAINERS[media_type]().content_type.split(";")[0] == media_type


def test_the_first_is_zip():
    assert next(iter(CONTAINERS)) == "application/zip"


def test_half_a_picture_is_never_ended_by_the_next(container):
    container.begin(label(1))
    container.write(b"half")
    with pytest.raises(ValueError, match=r"open|ended"):
        container.begin(label(2))


def test_half_a_picture_is_never_ended_by_the_end(container):
    container.begin(label(1))
    container.write(b"half")
    with pytest.raises(ValueError, match=r"open|ended"):
        container.close(b"{}")


def test_a_picture_may_be_empty_and_follow_a_refusal(container):
    calls = [
        container.refuse(problem_label(1), b"{}"),
        container.begin(label(2)),
        container.end(),
        container.close(b"{}"),
    ]
    assert all(isinstance(piece, bytes) for piece in calls)
