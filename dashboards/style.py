"""The style sheet, made from the tokens; and the options that give Streamlit the same colours."""

from __future__ import annotations

from weisu.texts import text
from weisu.theme import DARK, LEVEL_COLOURS, LIGHT, SANS, Theme, level_ink

# Streamlit's named colours carry the four alert levels in Markdown badges: level 1 red … level 4 yellow
LEVEL_BADGES = {1: "red", 2: "violet", 3: "orange", 4: "yellow"}


def streamlit_options() -> dict[str, str | int]:
    """Config options (`theme.light.primaryColor` …) from the tokens."""
    options: dict[str, str | int] = {
        "theme.font": SANS,
        "theme.headingFont": SANS,
        "theme.baseFontSize": 15,
        "theme.baseRadius": "4px",
        "theme.showWidgetBorder": True,
    }
    for theme in (LIGHT, DARK):
        head = f"theme.{theme.name}."
        options |= {
            head + "primaryColor": theme.primary,
            head + "backgroundColor": theme.paper,
            head + "secondaryBackgroundColor": theme.surface,
            head + "textColor": theme.ink,
            head + "linkColor": theme.primary,
            head + "borderColor": theme.hairline,
            head + "dataframeBorderColor": theme.hairline,
            head + "dataframeHeaderBackgroundColor": theme.surface,
        }
        for level, name in LEVEL_BADGES.items():
            options[f"{head}{name}BackgroundColor"] = LEVEL_COLOURS[level - 1]
            options[f"{head}{name}TextColor"] = level_ink(level)
    return options


def sheet(theme: Theme, lang: str = "") -> str:
    """The `<style>` element of every page; with a language, Streamlit's own words for a file to upload are in it."""
    tokens = ";".join(
        f"--{name}:{getattr(theme, name)}"
        for name in ("ink", "paper", "surface", "hairline", "primary", "unusual", "better", "artefact", "quiet")
    )
    levels = "".join(
        f".lv{n}{{background:{colour};color:{level_ink(n)}}}" for n, colour in enumerate(LEVEL_COLOURS, start=1)
    )
    page = f".st-key-report-page{{--ink:{LIGHT.ink};background:{LIGHT.paper};color:{LIGHT.ink}}}"  # paper is white in the dark, too
    return f"<style>:root{{{tokens}}}{levels}{RULES}{page}{_uploader(lang) if lang else ''}</style>"


def _uploader(lang: str) -> str:
    button = "[data-testid=stFileUploaderDropzone] button [data-testid=stMarkdownContainer] p"
    said = text("app.upload.choose", lang)
    return f'{button}{{font-size:0}}{button}::after{{content:"{said}";font-size:14px}}[data-testid=stFileUploaderDropzoneInstructions]{{display:none}}'


RULES = """
.stMainBlockContainer{padding:3.6rem 2.2rem 3rem;max-width:1560px}
[data-testid=stAppDeployButton],footer{display:none}
[data-testid=stElementToolbar] button:is([aria-label^="Download as"],[aria-label^="Copy Vega"]){display:none}
[data-testid=InputInstructions],[data-testid=stStatusWidget] button{display:none}
.stApp{font-variant-numeric:tabular-nums}
.masthead{display:flex;flex-wrap:wrap;gap:2px 18px;align-items:baseline;font-size:13px;color:var(--quiet);border-bottom:1px solid var(--hairline);padding:0 0 8px;margin:0}
.masthead b{color:var(--ink);font-weight:600;font-size:15px}
.tag{display:inline-block;padding:0 7px;border:1px solid var(--hairline);border-radius:3px;font-size:12px;line-height:20px;color:var(--quiet);white-space:nowrap}
[data-testid=stCaptionContainer] p,[data-testid=stWidgetLabel] p{color:color-mix(in srgb,var(--quiet) 50%,var(--ink))}
.tag.warn{border-color:var(--unusual);color:var(--unusual);color:color-mix(in srgb,var(--unusual) 75%,var(--ink))}
.tag.calm{border-color:var(--better);color:var(--better)}
.lead{font-size:28px;line-height:1.35;font-weight:600;letter-spacing:-.01em;margin:2px 0 2px;max-width:44em;text-wrap:pretty}
.sub{font-weight:400;font-size:15px;color:var(--quiet);max-width:60em;margin:0}
.why{font-size:20px;line-height:1.5;max-width:44em;margin:4px 0 0;font-weight:500}
.block{font-size:20px;font-weight:600;margin:14px 0 0;padding-top:10px;border-top:2px solid var(--ink);line-height:1.3}
.block small{font-size:13px;font-weight:400;color:var(--quiet);margin-left:10px}
.small-title{font-size:15px;font-weight:600;margin:8px 0 0}
.small-title small{font-size:13px;font-weight:400;color:var(--quiet);margin-left:8px}
.figures{display:flex;flex-wrap:wrap;border-top:1px solid var(--hairline);border-bottom:1px solid var(--hairline);margin:4px 0}
.figure{flex:1 1 0;min-width:118px;padding:8px 14px 8px 0}
.figure+.figure{border-left:1px solid var(--hairline);padding-left:14px}
.figure .name{font-size:13px;color:var(--quiet);white-space:nowrap}
.figure .value{font-size:28px;line-height:1.2;font-weight:600}
.figure .value.hot{color:var(--unusual)}
.figure .note{font-size:13px;color:var(--quiet);line-height:1.4}
[class*=st-key-export-] button{font-size:12px;min-height:0;padding:0;color:var(--quiet)}
[class*=st-key-export-]{margin-top:-10px}
.lv{display:inline-block;width:22px;height:22px;line-height:22px;border-radius:3px;text-align:center;font-size:13px;font-weight:600;margin-right:8px}
.hot{color:var(--unusual);color:color-mix(in srgb,var(--unusual) 75%,var(--ink))}.good{color:var(--better);color:color-mix(in srgb,var(--better) 75%,var(--ink))}
.setting{font-size:15px;margin:0}.setting code{font-size:12px;color:var(--quiet);background:none;padding:0}.setting .now{font-size:20px;font-weight:600}.setting .own{color:var(--primary)}.setting .long{font-size:15px;font-weight:400;line-height:1.4}
.empty{border:1px dashed var(--hairline);border-radius:4px;padding:18px 20px;color:var(--quiet);max-width:60em}
.empty b{color:var(--ink);font-weight:600}
.stMain .timeline{list-style:none;margin:4px 0;padding:0 0 0 14px;border-left:2px solid var(--hairline)}
.stMain .timeline li{margin:0 0 10px;padding:0;font-size:15px;position:relative;line-height:1.45}
.timeline li::before{content:"";position:absolute;left:-19px;top:7px;width:8px;height:8px;border-radius:50%;background:var(--primary)}
.timeline li.gone{color:var(--artefact);text-decoration:line-through}
.timeline small{color:var(--quiet);font-size:13px;display:block}
[class*=st] .facts{display:grid;padding:0;grid-template-columns:max-content 1fr;gap:4px 16px;font-size:15px;margin:4px 0}
[class*=st] .facts dt{color:var(--quiet);font-weight:400}[class*=st] .facts dd{margin:0}
[class*=st-key-why-]{margin-top:-10px}[class*=st-key-why-] button{min-height:0;padding:0}[class*=st-key-why-] button p{font-size:13px;color:var(--quiet)}
[data-testid=stPopoverBody] .why-list{margin:0 0 4px;padding:0;font-size:14px;max-width:46em}.why-list dt{font-weight:400;margin-top:6px}.why-list dd{margin:0;color:var(--quiet);font-size:13px}.why-list small{color:var(--quiet)}
.st-key-alert-list{max-height:calc(100vh - 110px);min-height:320px;overflow-y:auto;border-top:1px solid var(--hairline)}
[data-testid=stLayoutWrapper]:has(>.st-key-alert-list){position:sticky;top:4.2rem}
.st-key-alert-list [data-testid=stRadio],.st-key-alert-list [role=radiogroup]{gap:0;width:100%}
.st-key-alert-list [role=radiogroup]>div{position:relative;width:100%;margin:0;padding:8px 8px 9px 12px;border-bottom:1px solid var(--hairline);border-left:3px solid transparent;gap:2px}
.st-key-alert-list [role=radiogroup]>div:hover{background:var(--surface)}
.st-key-alert-list [role=radiogroup]>div[data-selected=true]{background:var(--surface);border-left-color:var(--primary)}
.st-key-alert-list [role=radiogroup]>div:has(input:focus-visible){outline:2px solid var(--primary);outline-offset:-2px}
.st-key-alert-list label::after{content:"";position:absolute;inset:0;cursor:pointer}
.st-key-alert-list label>div>div:first-child:not([data-testid]){display:none}
.st-key-alert-list label p{font-size:15px;line-height:1.35;font-weight:500}
.st-key-alert-list [data-testid=stRadioCaption]{padding:0 0 0 30px;margin:0}
.st-key-alert-list [data-testid=stCaptionContainer],.st-key-alert-list [data-testid=stCaptionContainer] p{font-size:13px;color:var(--quiet);opacity:1;line-height:1.35}
.st-key-alert-list [data-testid=stCaptionContainer] p{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.st-key-alert-list .stMarkdownBadge{font-weight:600;margin-right:4px}
[data-testid=stLayoutWrapper]:has(>.st-key-actions){position:sticky;bottom:0;z-index:20}
.st-key-actions{background:var(--paper);border-top:1px solid var(--hairline);padding:10px 0 12px}
.st-key-head-lang{align-items:center;justify-content:flex-end;gap:4px;flex-wrap:nowrap}
.st-key-saved,.st-key-saved>div{width:auto}
.st-key-saved .stPopover button{padding:4px 6px}
.st-key-saved .stPopover button p{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
[class*=st-key-row-]{border-bottom:1px solid var(--hairline);padding:5px 0}
[class*=st-key-row-] [data-testid=stPageLink] p{font-size:15px;font-weight:500}
[class*=st-key-row-] .sub{font-size:13px}
[class*=st-key-row-connect-]{padding:1px 0}
[class*=st-key-row-connect-] [data-testid=stText]{font-size:14px;overflow:hidden;text-overflow:ellipsis}
[data-testid^=stBaseButton-primary] p,[data-testid^=stBaseButton-primary] [data-testid=stIconMaterial],.stPopover button[kind=primary] p{color:var(--paper)}
.stButton button p,.stPopover button p{font-size:14px}
@media print{header,.st-key-actions,.st-key-filters{display:none!important}}
"""
