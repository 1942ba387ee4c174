"""The bill of materials names all that is served, by version and hash.

`scripts/scan` also holds it beside CycloneDX's own schema, where its library is installed.
"""

import re
import runpy
from typing import Any

from recovery_college.config import ROOT

BILL: dict[str, Any] = runpy.run_path(str(ROOT / "scripts/assurance/sbom.py"))["bill"]()
PARTS: list[dict[str, Any]] = BILL["components"]


def test_it_holds_every_part_of_the_lock_and_what_is_vendored() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    locked = set(re.findall(r"^([a-z0-9][^ ;=]*)==([^ ;\\]+)", lock, re.MULTILINE))
    found = {(part["name"], part["version"]) for part in PARTS}
    assert (found - locked, locked - found) == ({("nhsuk-frontend", "10.6.1")}, set())
    files = [ref for part in PARTS for ref in part.get("externalReferences", ())]
    hashes = [each for file in files for each in file["hashes"]]
    assert len(hashes) == lock.count("--hash=")


def test_each_part_says_what_it_is_where_from_and_under_which_licence() -> None:
    refs = [part["bom-ref"] for part in PARTS]
    assert len(set(refs)) == len(refs)
    assert BILL["dependencies"] == [{"ref": "recovery-college", "dependsOn": refs}]
    assert all(re.fullmatch(r"pkg:(pypi|npm)/[a-z0-9._-]+@[^/]+", part["purl"]) for part in PARTS)
    elsewhere = {part["name"] for part in PARTS if "Only where" in part.get("description", "")}
    assert {part["name"] for part in PARTS if not part.get("licenses")} <= elsewhere
