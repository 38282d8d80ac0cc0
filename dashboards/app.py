"""The script that Streamlit runs."""

from __future__ import annotations

from dashboards.shell import main

main()
