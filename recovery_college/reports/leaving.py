"""A report as it leaves the office: small numbers of people are hidden, and stay hidden."""

from dataclasses import replace

from recovery_college.college.rules import SmallNumbers
from recovery_college.reports.rules.tables import Report


def leaving(report: Report, rule: SmallNumbers) -> Report:
    del rule
    return replace(report, tables=[each for each in report.tables if not each.stays])
