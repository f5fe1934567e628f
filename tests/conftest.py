import os

from hypothesis import settings

collect_ignore = ["golden/record_torch.py"]  # needs PyTorch, once

settings.register_profile("ci", derandomize=True, deadline=None, max_examples=100, database=None)
settings.register_profile("dev", deadline=None, max_examples=100)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
