from __future__ import annotations

from pathlib import Path

from weisu.doctor import Finding, examine
from weisu.workspaces import create_workspace


def found(root: Path) -> dict[str, Finding]:
    return {f.about: f for f in examine(root)}


def test_versions_extensions_and_fonts_are_as_locked(tmp_path: Path) -> None:
    findings = found(tmp_path)
    assert [f.about for f in findings.values() if not f.is_fine] == ["workspace"]
    assert {"python", "duckdb", "prefect", "extensions", "fonts"} <= set(findings)


def test_new_workspace_lacks_only_a_publication(tmp_path: Path) -> None:
    place = create_workspace(tmp_path / "city")
    bad = [f for f in found(place.root).values() if not f.is_fine]
    assert [f.about for f in bad] == ["publication"]
    assert "weisu load" in bad[0].todo


def test_open_key_and_wrong_settings_are_named(tmp_path: Path) -> None:
    place = create_workspace(tmp_path / "city")
    place.key_file.write_bytes(b"k" * 32)
    place.key_file.chmod(0o644)
    place.settings_file.write_text("[city]\nlanguage = 'fr'\n")
    findings = found(place.root)
    assert "person.key" in findings["permissions"].says
    assert "city.language" in findings["settings"].says
