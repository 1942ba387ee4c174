"""Write asvs.md, which people read, from asvs.csv, which is kept. Run it after any change."""

import csv
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
STATES = ("met", "not applicable", "exception")
CHAPTERS = (
    "Encoding and sanitisation",
    "Validation and business logic",
    "Web front end",
    "API and web service",
    "Files",
    "Signing in",
    "Sessions",
    "Who may do what",
    "Self-contained tokens",
    "OAuth and OpenID Connect",
    "Cryptography",
    "Secure communication",
    "Configuration",
    "Data protection",
    "Secure coding and architecture",
    "Security logging and errors",
    "WebRTC",
)
HEAD = """# OWASP ASVS 5.0, levels 1 and 2

Made from `asvs.csv` by `table.py`; change that and run it. `tests/test_assurance.py` checks that
each requirement has one line, and that each test, file and heading that a line names is there.
What a requirement asks stands here in a few words of our own, by its number in the OWASP
Application Security Verification Standard 5.0.0 (https://github.com/OWASP/ASVS), which the OWASP
Foundation publishes under CC BY-SA 4.0; this table is under the same licence. It was filled in by
those who wrote the software, from code and tests. Nobody outside has checked it. Level 3 was not
looked at.
"""
CELLS = "| | level | what | state | evidence | |\n|---|---|---|---|---|---|"


def rows(path: Path = HERE / "asvs.csv") -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def rendered(table: list[dict[str, str]]) -> str:
    missing = [row for row in table if row["state"] == "exception"]
    parts = [HEAD, _sums(table), "## Exceptions, at a glance", ""]
    parts += [f"- **{row['number']}** {row['requirement']}. {row['note']}." for row in missing]
    for number, name in enumerate(CHAPTERS, 1):
        parts += ["", f"## V{number} {name}", "", CELLS]
        parts += [_line(row) for row in table if row["number"].split(".")[0] == str(number)]
    return "\n".join(parts) + "\n"


def _sums(table: list[dict[str, str]]) -> str:
    counted = Counter((row["level"], row["state"]) for row in table)
    lines = [
        f"| level {level} | {' | '.join(str(counted[level, state]) for state in STATES)} |"
        for level in "12"
    ]
    return "\n".join([f"| | {' | '.join(STATES)} |", "|---|---|---|---|", *lines, ""])


def _line(row: dict[str, str]) -> str:
    proofs = "<br>".join(f"`{each}`" for each in row["evidence"].split("; ") if each)
    first = f"| {row['number']} | {row['level']} | {row['requirement']} | {row['state']}"
    return f"{first} | {proofs} | {row['note']} |"


if __name__ == "__main__":
    (HERE / "asvs.md").write_text(rendered(rows()))
