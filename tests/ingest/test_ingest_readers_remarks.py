"""What readers remark about a file is said in both languages, wherever it is shown."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import xlsxwriter

from ingest import preview
from ingest.proposal import profile_toml
from ingest.readers import delimited, json_rows, sheets
from ingest.suggest import suggest_profile
from weisu.cli import run
from weisu.texts import catalogue
from weisu.workspaces import create_workspace

HEADER = ("工单编号", "诉求时间", "诉求内容", "区县")
SAID = {"zh": "未读取的工作表：说明", "en": "sheet not read: 说明"}


def book(path: Path) -> Path:
    made = xlsxwriter.Workbook(path)
    for name, header in (("数据", HEADER), ("说明", ("项目", "内容"))):
        sheet = made.add_worksheet(name)
        sheet.write_row(0, 0, header)
        for i in range(1, 21 if name == "数据" else 3):
            sheet.write_row(i, 0, (f"GD{i:06d}", f"2026-03-{i:02d} 08:00:00", "路灯不亮", "城东区")[: len(header)])
    made.close()
    return path


def test_every_remark_has_its_words() -> None:
    code = re.compile(r'Remark\(\s*"(\w+)"(?: if [\w.]+ else "(\w+)")?')
    texts = "".join(
        Path(module.__file__).read_text(encoding="utf-8") for module in (delimited, json_rows, sheets, preview)
    )
    used = {name for found in code.findall(texts) for name in found if name}
    assert used == {key.rpartition(".")[2] for key in catalogue() if key.startswith("reader.remark.")}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_load_read_preview_and_suggest_say_it_in_the_language_of_the_city(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    city = create_workspace(tmp_path / "city", language=lang)
    monkeypatch.setenv("WEISU_WORKSPACE", str(city.root))
    path = book(tmp_path / "a.xlsx")
    for command in (
        ["profile", "preview", str(path), "--source", "hotline"],
        ["read", str(path), "-o", str(tmp_path / "a.csv")],
        ["load", str(path), "--source", "hotline"],
    ):
        assert run(command) == 0
        said = capsys.readouterr()
        assert SAID[lang] in said.out + said.err
    assert run(["profile", "preview", str(path), "--source", "hotline", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["warnings"]
    assert told == [{"code": "sheet_not_read", "values": {"sheet": "说明"}}]
    assert f"# {SAID['zh']}" in profile_toml(suggest_profile(path, "a", zone="Asia/Shanghai"))  # in that of the export
