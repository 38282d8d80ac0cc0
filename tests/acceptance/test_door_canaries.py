"""Fifty canaries planted in exports are found nowhere but in the private archive: every byte of the workspace is searched."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

import polars as pl
import pytest

from tests.acceptance.conftest import WEISU
from weisu.warehouse import connect

pytestmark = [pytest.mark.timeout(600)]
SPOKEN = str.maketrans("〇零一二三四五六七八九幺", "001234567891")
SEPARATORS = re.compile(r"[\s\-_.·•()（）]+")
DIGEST = re.compile(
    r"\b(?=[0-9]*[a-f])[0-9a-f]{16,64}\b"
)  # of keys drawn anew in each run: any seven digits may stand in one
HEADER_LINE = (
    "工单编号,诉求时间,诉求来源,一级分类,二级分类,诉求标题,诉求内容,区县,街道,社区,小区,事发地址,承办单位,办结时间,满意度,标签,企业名称,答复内容,"
    "来电人,联系电话,来电人账号,录入员,备用电话,备注15465778923"
)
HEADER = HEADER_LINE.split(",")


@dataclass(frozen=True)
class Canary:
    """A value as it is typed, and what of it must not be found (default: all of it)."""

    typed: str
    secret: str = ""
    column: str = "诉求内容"
    sentence: str = "路灯坏了，请联系{}，夜里看不见。"
    kind: str = "ticket"  # or where it stands: quarantined, broken

    @property
    def hidden(self) -> str:
        return self.secret or self.typed


def _with_check(body: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def _luhn(body: str) -> str:
    total = sum(d - 9 if d > 9 else d for d in (int(c) * (2 - i % 2) for i, c in enumerate(reversed(body))))
    return body + str(-total % 10)


# 154 is no assigned prefix, 990001 no region, 皖U no plate series; no number holds a zero, so that none hides in a ticket number
CANARIES = (
    # mobile numbers in all spellings
    Canary("15471186392"),
    Canary("１５４７１２８７４９３"),
    Canary("154-7138-8594"),
    Canary("154 7148 9695"),
    Canary("+86 15471597816"),
    Canary("008615471698927"),
    Canary("154.7179.9138"),
    Canary("幺五四七幺八九幺二三九"),
    Canary("一五四七二九一二三四一"),
    Canary("154七三八二三四五二"),
    Canary("（154）74923463"),
    Canary("15475934564转2", "15475934564"),
    # landlines
    Canary("0559-2364815"),
    Canary("(0559)2374926", sentence="单位电话{}没人接。"),
    Canary("０５５９－２３８５１３７"),
    # seven digits alone stand in some score by chance
    Canary("2396248", "电话2396248", sentence="家里电话{}，路灯坏了。"),
    # papers, cards, plates
    Canary(_with_check("99111119850612347")),
    Canary(_with_check("99111119761123589").lower(), sentence="身份证{}，办不了。"),
    Canary("".join(chr(ord(c) + 0xFEE0) for c in _with_check("99111119910714691"))),
    Canary(" ".join(re.findall(r"\d{6}|\d{4}|\w+", _with_check("99111119630825713")))),
    Canary(_luhn("621483726514839726"), sentence="卡{}被扣费。"),
    Canary(" ".join(re.findall(".{1,4}", _luhn("621483726514847")))),
    Canary("皖U·A7K29", sentence="{}占道停车。"),
    Canary("皖UB8364", sentence="车辆{}占道。"),
    Canary("皖UD98761", sentence="绿牌{}占道。"),
    # e-mail and accounts
    Canary("kanalie.vogel@example.org"),
    Canary("kanalie_zwei＠example．com"),
    Canary("kanalie_lan88", sentence="微信号{}，可加。"),
    Canary("wxid_kanalie99x", sentence="加我微信：{}。"),
    Canary("kanalieV777", sentence="加V：{}联系。"),
    # rooms; the street number stays
    Canary("松映苑3号楼2单元1978室", "2单元1978", sentence="住在{}，路灯坏了。"),
    Canary("松映苑7栋1863", "7栋1863", column="事发地址", sentence="{}"),
    # names in titles and texts
    Canary("欧阳承泽", column="诉求标题", sentence="关于{}先生反映路灯不亮的问题"),
    Canary("司徒", "司徒女士", column="诉求标题", sentence="关于{}女士反映路灯不亮的问题"),
    Canary("慕容青禾", sentence="我叫{}，路灯坏了。"),
    Canary("诸葛明澈", sentence="联系人：{}，路灯坏了。"),
    Canary("上官云鹤", column="答复内容", sentence="经办人：{}，已修好。"),
    # callers in their columns
    Canary("夏侯知远", column="来电人", sentence="{}"),
    Canary("15472413675", column="联系电话", sentence="{}"),
    Canary("kanalie_konto1", column="来电人账号", sentence="{}"),
    # where nobody expects them
    Canary("15473524786", column="小区", sentence="松映苑（{}）"),
    Canary("15474635897", column="承办单位", sentence="示东区路灯所{}"),
    Canary("15475746918", column="标签", sentence="路灯,{}"),
    Canary("15476857129", column="企业名称", sentence="示例照明有限公司{}"),
    Canary("15477968231", column="诉求来源", sentence="电话{}"),
    Canary("15478179342", column="满意度", sentence="满意 {}"),
    # columns that no profile knows
    Canary("淳于静姝", column="录入员", sentence="{}"),
    Canary("15479281453", column="备用电话", sentence="{}"),
    # rows set aside: no date
    Canary("15461392564", kind="quarantined", column="联系电话", sentence="{}"),
    Canary("公孙若兰", kind="quarantined", column="来电人", sentence="{}"),
    Canary("端木长风", kind="quarantined", column="录入员", sentence="{}"),
    Canary("15462413675", kind="quarantined", column="诉求内容", sentence="路灯" * 146 + "电话{}。"),
    Canary("kanalie_konto2", kind="quarantined", column="来电人账号", sentence="{}"),
    # records that are no rows: too many fields
    Canary("15463524786", kind="broken", column="联系电话", sentence="{}"),
    Canary("皇甫听雨", kind="broken", column="来电人", sentence="{}"),
    Canary("kanalie_konto3", kind="broken", column="来电人账号", sentence="{}"),
)
ELSEWHERE = {
    "file name": ("15464635897", "宇文拓海"),
    "header": ("15465778923",),
    "refused header": ("15466857129", "南宫望舒"),
    "refused record": ("15467968231", "尉迟文静"),
}


def test_canaries_when_counted_then_at_least_fifty() -> None:
    secrets = [canary.hidden for canary in CANARIES]
    assert len(secrets) == len(set(secrets)) >= 50


@dataclass(frozen=True)
class Searched:
    """Where to look: the workspace, what was written elsewhere, what the commands said, the temporary folder."""

    root: Path
    out: Path
    said: str
    tmp: Path


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Searched:
    """A small city is loaded, then the exports with the canaries; all that a user does follows."""
    folder = tmp_path_factory.mktemp("canaries")
    root, city, out, tmp = (folder / name for name in ("w", "city", "out", "tmp"))
    for made in (out, tmp):
        made.mkdir()
    said: list[str] = []
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"  # of the parsed project alone

    def weisu(*arguments: object, refused: bool = False) -> None:
        env = {k: v for k, v in os.environ.items() if k != "WEISU_DEBUG"} | {
            "TMPDIR": str(tmp),
            "HOME": str(folder),
            "XDG_CACHE_HOME": str(cache),
        }
        done = subprocess.run([str(WEISU), *map(str, arguments)], capture_output=True, text=True, env=env, cwd=out, check=False)  # fmt: skip
        said.append(done.stdout + done.stderr)
        assert (done.returncode != 0) == refused, (arguments, done.stderr)

    span = ("--from", "2026-03-01", "--to", "2026-04-26")  # a Sunday: the digest needs no build of its own
    weisu("simulate", "-o", city, "--tickets", 5000, "--seed", 5, "--layout", "core", *span)
    weisu("init", root, "--city", city)
    there = ("--workspace", root)
    weisu("load", city / "exports", "--source", "hotline", *there)
    for path in _write_exports(folder):
        weisu("load", path, "--source", "hotline", "--quarantine-limit", "0.5", *there)
        weisu("profile", "suggest", path, "-o", root / "sources" / f"s{path.suffix[1:]}.toml")
    for path in _write_refused(folder):
        weisu("load", path, "--source", "hotline", *there, refused=True)
    weisu("build", *there)
    for table, endings in {"tickets": "csv xlsx parquet", "quarantine": "csv xlsx", "alerts": "csv"}.items():
        for ending in endings.split():
            weisu("export", table, "-o", out / f"{table}.{ending}", *there)
    weisu("report", "weekly", "--week", "2026-W17", "-o", out, *there)
    weisu("doctor", *there)
    return Searched(root, out, "\n".join(said), tmp)


def _write_exports(folder: Path) -> Iterator[Path]:
    """The canaries as a GB18030 CSV with broken records, and without those as a workbook; both with a telling name."""
    rows = [_row(number, canary) for number, canary in enumerate(CANARIES)]
    path = folder / "宇文拓海15464635897.csv"
    lines = [",".join(HEADER)]
    for canary, row in zip(CANARIES, rows, strict=True):
        cells = [f'"{cell}"' if "," in cell else cell for cell in row]
        lines.append(",".join([*cells, "多出", "多出"] if canary.kind == "broken" else cells))
    path.write_bytes("\r\n".join(lines).encode("gb18030"))
    yield path
    whole = [row for canary, row in zip(CANARIES, rows, strict=True) if canary.kind != "broken"]
    path = folder / "宇文拓海15464635897.xlsx"
    pl.DataFrame(whole, schema=list(HEADER), orient="row").write_excel(path)
    yield path


def _row(number: int, canary: Canary) -> list[str]:
    """One ticket of the same street, category and week, so that the canaries come into alerts and reports."""
    cells = dict.fromkeys(HEADER, "") | {
        "工单编号": f"202604{number:09d}",
        "诉求时间": "某日" if canary.kind == "quarantined" else f"2026-04-{20 + number % 6} 1{number % 10}:15:00",
        "诉求来源": "电话", "一级分类": "城市管理", "二级分类": "路灯照明", "诉求标题": "路灯不亮", "诉求内容": "路灯坏了，夜里看不见。",
        "区县": "示东区", "街道": "朗泉街道", "社区": "梧渡社区", "小区": "松映苑", "承办单位": "示东区路灯所", "联系电话": f"154{number:08d}",
    }  # fmt: skip
    cells[canary.column] = canary.sentence.format(canary.typed)
    return list(cells.values())


def _write_refused(folder: Path) -> Iterator[Path]:
    """Files that the door does not let in, each for another reason."""
    phone, name = ELSEWHERE["refused header"]
    other, person = ELSEWHERE["refused record"]
    made = {
        f"{person}{other}.csv": f"工单编号,{name}{phone}\n1,2\n",
        "headerless.csv": f"20260401,{name},{phone}\n20260402,{person},{other}\n",
        "twins.csv": f"工单编号,诉求时间,诉求内容,诉求内容,{phone}\n1,2026-04-01,{person},{other},3\n",
        "cut.json": f'[{{"工单编号": "1", "诉求内容": "{person}{other}"}}, {{"诉求内容": "{name}{phone}',
        "cut.xml": f"<service_requests><request><description>{person}{other}</description><lat>",
        "quote.csv": f'工单编号,诉求时间,诉求内容\n1,2026-04-01,"{person}{other}\n2,2026-04-02,{name}{phone}\n',
    }
    for label, text in made.items():
        (folder / label).write_text(text, encoding="utf-8")
        yield folder / label


@pytest.mark.slow
def test_canaries_when_everything_was_done_then_only_the_private_archive_holds_them(searched: Searched) -> None:
    secrets = {canary.hidden: f"{canary.kind}, {canary.column}" for canary in CANARIES}
    secrets |= {secret: where for where, several in ELSEWHERE.items() for secret in several}
    forms = {form: secret for secret in secrets for form in _forms(secret)}
    coded = {form.encode(code): secret for form, secret in forms.items() for code in ("utf-8", "gb18030", "utf-16-le")}
    found = set()
    for name, held in _everything(searched):
        if isinstance(held, bytes):
            found |= {(secrets[secret], secret, name) for code, secret in coded.items() if code in held}
        else:
            seen = "\n".join((held, _normal(held), _normal(unquote(held)) if "%" in held else ""))
            found |= {(secrets[secret], secret, name) for form, secret in forms.items() if form in seen}
    assert not found, "\n".join(map(str, sorted(found)))


@pytest.mark.slow
def test_canaries_when_the_ledger_is_asked_then_not_even_a_part_of_a_number_is_left(searched: Searched) -> None:
    parts = {}
    for secret in (canary.hidden for canary in CANARIES):
        digits = "".join(c for c in _normal(secret) if c.isdigit())
        parts |= {digits[i : i + 7]: secret for i in range(len(digits) - 6)}
    values = "\n".join(text for _, text in _queried(searched.root / "var" / "ledger.duckdb")).splitlines()
    texts = "|".join(_normal(DIGEST.sub("", value)) for value in values)
    assert {secret for part, secret in parts.items() if part in texts} == set()


@pytest.mark.slow
def test_temporary_folders_when_everything_was_done_then_empty_and_the_archive_private(searched: Searched) -> None:
    assert [path.name for path in searched.tmp.rglob("*")] == []
    assert not (searched.root / "var" / "scratch").exists()
    archive = searched.root / "var" / "archive"
    assert archive.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in archive.iterdir())
    assert len(list(archive.iterdir())) == 3  # the refused files are not kept


def _forms(secret: str) -> set[str]:
    return {secret, _normal(secret), quote(secret)} | ({quote(secret, safe="").lower()})


def _normal(text: str) -> str:
    """Narrow, lower case, without separators, spoken digits as digits."""
    return SEPARATORS.sub("", unicodedata.normalize("NFKC", text).lower().translate(SPOKEN))


def _everything(searched: Searched) -> Iterator[tuple[str, str | bytes]]:
    """Name and bytes of all that was written, and its text where the bytes hide it; and what was said."""
    yield "said", searched.said
    for top in (searched.root, searched.out, searched.tmp):
        for path in top.rglob("*"):
            yield "file name", path.name
            if path.is_file() and path.parent != searched.root / "var" / "archive":
                raw = path.read_bytes()
                yield from ((str(path.relative_to(top.parent)), held) for held in (raw, *_texts(path, raw)))


def _texts(path: Path, raw: bytes) -> Iterator[str]:
    if path.suffix == ".duckdb":
        yield from (f"{column}: {text}" for column, text in _queried(path))
    elif path.suffix == ".parquet":
        yield pl.read_parquet(path).with_columns(pl.selectors.by_dtype(pl.List(pl.String)).list.join(",")).write_csv()
    elif raw.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(raw)) as pack:
            yield from (pack.read(name).decode("utf-8", "ignore") for name in pack.namelist())
    elif path.suffix == ".pdf":
        if shutil.which("pdftotext"):
            yield subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
    else:
        yield raw.decode("utf-8", "ignore")


def _queried(path: Path) -> Iterator[tuple[str, str]]:
    """Every column that can hold text of every table of a DuckDB file (compressed in the file itself)."""
    con = connect(path, read_only=True)
    try:
        columns = con.execute(
            "select schema_name, table_name, column_name from duckdb_columns() where not internal and database_name = current_database() "
            "and (data_type like '%VARCHAR%' or data_type like '%JSON%')"
        ).fetchall()
        assert columns
        for schema, table, column in columns:
            rows = con.execute(f'select distinct "{column}"::varchar from "{schema}"."{table}"').fetchall()
            yield f"{schema}.{table}.{column}", "\n".join(value for (value,) in rows if value)
    finally:
        con.close()
