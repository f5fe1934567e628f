"""The query shorthand as the tests read it: to a spec, or to its faults by their places."""

import pytest

from service.errors import InvalidSpec
from service.spec import shorthand
from service.spec.text import read_specs


def read(*ops, **options):
    (spec,) = read_specs(shorthand.to_json(list(ops), options))
    return spec


def faults_of(*ops, **options):
    with pytest.raises(InvalidSpec) as caught:
        read(*ops, **options)
    return {fault.pointer: fault.detail for fault in caught.value.violations}
