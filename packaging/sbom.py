"""sbom FILE: what the executable is made of, as CycloneDX 1.5 (JSON): every distribution that it
needs, by the versions that are installed here, with licence and package URL."""

import json
import sys
from datetime import UTC, datetime
from importlib import metadata
from os import environ
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from authenticator import __version__


def needed() -> list[str]:
    """Canonical names of all that the app needs on this system, directly or not."""
    waiting, found = ["authenticator"], set()
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        found.add(name)
        for text in metadata.requires(name) or []:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)
    return sorted(found - {"authenticator"})


def component(name: str) -> dict[str, Any]:
    known = metadata.metadata(name)
    licence = known.get("License-Expression") or known.get("License") or ""
    told = {
        "type": "library",
        "name": name,
        "version": known["Version"],
        "purl": f"pkg:pypi/{name}@{known['Version']}",
        "bom-ref": name,
    }
    if licence and "\n" not in licence:
        told["licenses"] = [{"license": {"name": licence}}]
    return told


def bom() -> dict[str, Any]:
    moment = datetime.fromtimestamp(int(environ.get("SOURCE_DATE_EPOCH", "0")), UTC)
    python = ".".join(map(str, sys.version_info[:3]))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
            "component": {
                "type": "application",
                "name": "authenticator",
                "version": __version__,
                "bom-ref": "authenticator",
            },
        },
        "components": [
            {"type": "platform", "name": "cpython", "version": python, "bom-ref": "cpython"},
            *map(component, needed()),
        ],
        "dependencies": [{"ref": "authenticator", "dependsOn": ["cpython", *needed()]}],
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(bom(), indent=2) + "\n", encoding="utf-8")
