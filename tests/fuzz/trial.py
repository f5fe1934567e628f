"""Cases tried one after the other: what became of them, and the one that did not meet what is demanded."""

import hashlib
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.strategies import SearchStrategy

KEPT = Path(__file__).parents[2] / ".fuzz"
"""Where failing cases are kept; not committed. What is worth it becomes a test beside the others."""

ACCEPTED = {"200", "spec", "pixels"}
"""What becomes of a case that is not refused."""

Case = TypeVar("Case")


def keep(kind: str, data: bytes, fault: str) -> Path:
    """Write a failing case to a file of its kind, and what was wrong beside it."""
    KEPT.mkdir(exist_ok=True)
    path = KEPT / f"{hashlib.sha256(data).hexdigest()[:12]}.{kind}"
    path.write_bytes(data)
    path.with_suffix(".txt").write_text(fault)
    return path


class Trial:
    """Cases of one kind.

    Attributes:
        name: of what is tried.
        kind: of its cases, as bytes: "request", or the name of a target.
        counts: of the cases by what became of them: an answer's status, or a refusal's name.
        findings: files with the cases that failed.
    """

    def __init__(self, name: str, kind: str) -> None:
        self.name, self.kind = name, kind
        self.counts: Counter[str] = Counter()
        self.findings: list[Path] = []

    def explore(
        self,
        cases: SearchStrategy[Case],
        verdict: Callable[[Case], str],
        examples: int,
        *,
        seed: int | None = None,
        to_bytes: Callable[[Case], bytes] = bytes,
    ) -> None:
        """Try so many cases, the first that fails ends it and is kept.

        Args:
            cases: what is tried.
            verdict: gives what became of a case; raises if that is none of what is demanded.
            examples: how many.
            seed: of chance; without one they are always the same, and the failing one is not made smaller.
            to_bytes: how a case is kept.
        """
        failed = b""

        @settings(
            max_examples=examples,
            derandomize=seed is None,
            database=None,
            deadline=None,
            phases=[Phase.generate] if seed is None else [Phase.generate, Phase.shrink],  # which may take minutes
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )
        @given(cases)
        def each(case: Case) -> None:
            nonlocal failed
            try:
                became = verdict(case)
            except BaseException:
                failed = to_bytes(case)
                raise
            self.counts[became] += 1

        try:
            (each if seed is None else seeded(seed)(each))()
        except Exception as fault:
            self.findings.append(keep(self.kind, failed, traceback.format_exc()))
            fault.add_note(f"Kept; to try it again: python -m tests.fuzz {self.findings[-1]}")
            raise

    def go_through(self, cases: Iterable[bytes], verdict: Callable[[bytes], str]) -> None:
        """Try each of some cases; the first that fails ends it and is kept."""
        for case in cases:
            try:
                self.counts[verdict(case)] += 1
            except Exception:
                self.findings.append(keep(self.kind, case, traceback.format_exc()))
                raise

    def until_a_case_fails(self, explore: Callable[[], None]) -> None:
        """Try; a case that fails is told by the findings alone, and what else goes wrong is raised."""
        try:
            explore()
        except Exception:
            if not self.findings:
                raise

    @property
    def share(self) -> float:
        """Of the cases that were accepted."""
        return sum(self.counts[name] for name in ACCEPTED) / max(1, self.counts.total())

    def __str__(self) -> str:
        counts = "  ".join(f"{name}: {count}" for name, count in sorted(self.counts.items()))
        findings = f"{len(self.findings)} findings"
        return f"{self.name:16}{self.counts.total():9} cases, {self.share:4.0%} accepted, {findings}   {counts}"
