"""`weisu init`: what a new workspace holds, and when it is refused."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from weisu import cities
from weisu.errors import SettingsError
from weisu.workspaces import REFERENCE_COLUMNS, WorkspaceError, create_workspace, install_reference, template_of


@pytest.mark.parametrize("template", cities.templates())
def test_create_workspace_when_template_then_settings_parse_and_tables_have_headers(
    tmp_path: Path, template: str
) -> None:
    workspace = create_workspace(tmp_path / "city", template=template)
    city = workspace.settings().city
    assert city.is_synthetic == (template == "synthetic")
    assert (template != "boston311") or (city.timezone, city.region) == ("America/New_York", "US")
    assert stat.S_IMODE(workspace.var.stat().st_mode) == 0o700
    for stem, columns in REFERENCE_COLUMNS.items():
        assert (workspace.reference / f"{stem}.csv").read_text(encoding="utf-8").splitlines()[0] == columns


def test_create_workspace_when_same_template_again_then_nothing_changes(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path, template="boston311")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    (workspace.var / "ledger.duckdb").touch()
    assert create_workspace(tmp_path, template="boston311") == workspace
    assert all(path.read_bytes() == content for path, content in before.items())


@pytest.mark.parametrize("template", ["blank", "synthetic", "nowhere"])
def test_create_workspace_when_occupied_or_unknown_then_refused(tmp_path: Path, template: str) -> None:
    create_workspace(tmp_path, template="boston311")
    with pytest.raises(WorkspaceError):
        create_workspace(tmp_path, template=template)
    assert template_of(create_workspace(tmp_path, template="boston311")) == "boston311"


def test_create_workspace_when_not_a_folder_then_refused_and_nothing_left(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WorkspaceError, match="is a file"):
        create_workspace(tmp_path / "file")
    with pytest.raises(WorkspaceError, match="cannot be written"):
        create_workspace(Path("/proc/nowhere"))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("name", ['引号"市', "反斜\\市", "芜湖", "$city"])
def test_create_workspace_when_free_name_then_kept_exactly(tmp_path: Path, name: str) -> None:
    assert create_workspace(tmp_path, name=name).settings().city.name == name


@pytest.mark.parametrize("name", ["", "a\nb", "\x07"])
def test_create_workspace_when_name_not_printable_then_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError):
        create_workspace(tmp_path / "city", name=name)
    assert not (tmp_path / "city").exists()


@pytest.mark.parametrize(
    ("name", "language", "timezone", "expected"),
    [
        (None, "", "", ("zh", "Asia/Shanghai", "CN")),
        ("芜湖", "", "", ("zh", "Asia/Shanghai", "CN")),
        ("My City", "", "", ("en", "Asia/Shanghai", "CN")),
        ("Zürich-3", "", "", ("en", "Asia/Shanghai", "CN")),
        ("芜湖 Wuhu", "", "", ("zh", "Asia/Shanghai", "CN")),
        ("Wuhu", "zh", "", ("zh", "Asia/Shanghai", "CN")),
        ("My City", "", "America/Los_Angeles", ("en", "America/Los_Angeles", "US")),
        ("My City", "", "Etc/GMT+8", ("en", "Etc/GMT+8", "CN")),  # of no country: as the template says
    ],
)
def test_create_workspace_when_language_or_zone_is_told_or_not_then_these(
    tmp_path: Path, name: str | None, language: str, timezone: str, expected: tuple[str, str, str]
) -> None:
    city = create_workspace(tmp_path / "c", name=name, language=language, timezone=timezone).settings().city
    assert (city.language, city.timezone, city.region) == expected


@pytest.mark.parametrize(("key", "value"), [("language", "fr"), ("timezone", "Mars/Olympus"), ("timezone", "../etc")])
def test_create_workspace_when_language_or_zone_is_unknown_then_refused(tmp_path: Path, key: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"--{key}"):
        create_workspace(tmp_path / "c", **{key: value})
    assert not (tmp_path / "c").exists()


def test_install_reference_when_header_differs_then_refused_and_nothing_copied(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path / "city", template="synthetic")
    given = tmp_path / "given"
    given.mkdir()
    for stem, columns in REFERENCE_COLUMNS.items():
        (given / f"{stem}.csv").write_text(columns + "\nrow\n", encoding="utf-8")
    assert len(install_reference(workspace, given)) == 4
    (given / "duties.csv").write_text("other\n", encoding="utf-8")
    (given / "areas.csv").write_text(REFERENCE_COLUMNS["areas"] + "\nnew\n", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="other columns"):
        install_reference(workspace, given)
    assert "new" not in (workspace.reference / "areas.csv").read_text(encoding="utf-8")
