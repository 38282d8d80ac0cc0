from __future__ import annotations

import datetime as dt
from pathlib import Path

from ingest.load import load_files
from weisu.doctor import Finding, examine
from weisu.warehouse import connect
from weisu.workspaces import create_workspace

FIRST_BLOCK, BLOCK = 3 * 4096, 1 << 18  # bytes, of a DuckDB file


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


def test_ledger_when_one_block_of_texts_is_damaged_then_it_is_told(tmp_path: Path) -> None:
    place = create_workspace(tmp_path / "city")
    file = tmp_path / "export.csv"
    words = "".join(chr(0x4E00 + i * 7919 % 20000) for i in range(3000))
    rows = (f"202604{i:09d},2026-04-01 08:00:00,{words[i : i + 200]}" for i in range(2500))
    file.write_text("\n".join(("工单编号,诉求时间,诉求内容", *rows)), encoding="utf-8")
    load_files(place, [file], "hotline", now=dt.datetime(2026, 5, 1))
    assert found(place.root)["ledger"].is_fine
    con = connect(place.ledger, read_only=True)
    (block,) = con.execute(
        "select block_id from pragma_storage_info('raw.ticket_versions') where column_name = 'text' and block_id >= 0"
    ).fetchone()
    con.close()
    with place.ledger.open("r+b") as ledger:
        ledger.seek(FIRST_BLOCK + block * BLOCK + BLOCK // 2)
        ledger.write(b"damage")
    said = found(place.root)["ledger"]
    assert not said.is_fine
    assert "backup" in said.todo
