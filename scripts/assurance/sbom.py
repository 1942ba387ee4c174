"""The bill of materials of what is served: the parts of requirements.lock and what stands vendored
in static/, as CycloneDX 1.6. The same parts give the same bytes.
"""

import json
import re
import sys
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

ROOT = Path(__file__).parents[2]
PART = re.compile(
    r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^ ;\\]+)(?P<rest>.*)$", re.MULTILINE
)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
VENDORED = re.compile(r"^(?P<name>[a-z][a-z.-]*)-(?P<version>\d+\.\d+\.\d+)$")
LICENCES = {"MIT License": "MIT"}  # as a licence file beside vendored files begins
Json = dict[str, Any]


def bill(root: Path = ROOT) -> Json:
    parts = [*_python_parts(root / "requirements.lock"), *_vendored_parts(root / "static")]
    about = (root / "pyproject.toml").read_text()
    project = re.search(r'^version = "(.+)"$', about, re.MULTILINE)
    serial = uuid5(NAMESPACE_URL, sha256(json.dumps(parts).encode()).hexdigest())
    ours = {
        "type": "application",
        "bom-ref": "recovery-college",
        "name": "recovery-college",
        "version": project[1] if project else "0",
    }
    needs = [part["bom-ref"] for part in parts]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"component": ours},
        "components": parts,
        "dependencies": [{"ref": "recovery-college", "dependsOn": needs}],
    }


def _python_parts(lock: Path) -> Iterator[Json]:
    """Each with the hashes of all files that may be installed for it, on any machine."""
    for block in re.split(r"\n(?=[a-z0-9])", lock.read_text()):
        found = PART.match(block)
        if found is None:
            continue
        name, version = found["name"], found["version"]
        address = f"pkg:pypi/{name}@{version}"
        part: Json = {"type": "library", "bom-ref": address, "name": name, "version": version}
        marker = found["rest"].strip(" ;\\")
        if marker:
            part["description"] = f"Only where {marker}"
        yield (
            part
            | {
                "purl": address,
                "externalReferences": [
                    {
                        "type": "distribution",
                        "url": f"https://pypi.org/project/{name}/{version}/",
                        "hashes": [_digest(each) for each in HASH.findall(block)],
                    }
                ],
            }
            | _licences(name)
        )


def _vendored_parts(static: Path) -> Iterator[Json]:
    for folder in sorted(static.iterdir()):
        found = VENDORED.match(folder.name)
        if found is None:
            continue
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        words = "".join(path.read_text() for path in folder.glob("LICEN*"))
        address = f"pkg:npm/{found['name']}@{found['version']}"
        yield {
            "type": "library",
            "bom-ref": address,
            "name": found["name"],
            "version": found["version"],
            "description": "Vendored, with the changes that its licence file says",
            "purl": address,
            "licenses": [{"license": {"id": id}} for say, id in LICENCES.items() if say in words],
            "components": [
                {
                    "type": "file",
                    "bom-ref": str(path.relative_to(static.parent)),
                    "name": str(path.relative_to(static.parent)),
                    "hashes": [_digest(sha256(path.read_bytes()).hexdigest())],
                }
                for path in files
            ],
        }


def _digest(of_a_file: str) -> Json:
    return {"alg": "SHA-256", "content": of_a_file}


def _licences(name: str) -> Json:
    """What the installed part says of itself; nothing where it is for other machines."""
    try:
        part = distribution(name)
    except PackageNotFoundError:
        return {}
    expression = part.metadata["License-Expression"]
    if expression:
        return {"licenses": [{"expression": expression}]}
    return {"licenses": [{"license": {"name": each}} for each in _named(part) if each]}


def _named(part: Distribution) -> list[str]:
    """By its classifiers, or in one line, or in the file that lies beside it."""
    said = part.metadata.get_all("Classifier") or []
    words = [line.rpartition(" :: ")[2] for line in said if line.startswith("License ::")]
    in_a_line = (part.metadata["License"] or "").partition("\n")[0]
    beside = "".join(
        path.read_text() for path in part.files or () if path.name.upper().startswith("LICEN")
    )
    granted = "MIT" if "Permission is hereby granted, free of charge" in beside else ""
    return words or [in_a_line or granted]


def main() -> None:
    written = json.dumps(bill(), indent=1) + "\n"
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(written)
    else:
        sys.stdout.write(written)


if __name__ == "__main__":
    main()
