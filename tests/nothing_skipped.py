"""A pytest plug-in: a test that is skipped, or expected to fail, fails.

Owns that one rule. A test that cannot run on this machine says what is missing by failing; it is
never quietly left out. Choosing tests by `-k` or by path is not skipping.
"""

from collections.abc import Generator

import pytest

Made = Generator[None, pytest.TestReport, pytest.TestReport]
Collected = Generator[None, pytest.CollectReport, pytest.CollectReport]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Made:
    """Outermost, so that what the marks made of the outcome is known."""
    report = yield
    if report.skipped or hasattr(report, "wasxfail"):
        refuse(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Collected:
    """A whole module may skip itself too (`importorskip`)."""
    report = yield
    if report.skipped:
        refuse(report)
    return report


def refuse(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn the report into a failure that keeps the reason given for the skip."""
    reason = getattr(report, "wasxfail", None) or report.longrepr
    report.outcome = "failed"
    report.longrepr = f"nothing is skipped here: {reason}"
    if hasattr(report, "wasxfail"):
        del report.wasxfail
