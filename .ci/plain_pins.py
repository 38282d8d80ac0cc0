"""Beside each pin with extras (`name[extra]==1`) write the plain one (`name==1`) into a lock.

pip (seen with 23.2) looks at the plain name first: without a pin of its own it takes the newest release, which has no hash in the lock.
Usage: python .ci/plain_pins.py requirements.lock
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

lock = Path(sys.argv[1])
blocks = re.split(r"\n(?=[a-z0-9])", lock.read_text().strip())
plain = [re.sub(r"^([^\[=]+)\[[^\]]+\]", r"\1", block) for block in blocks if re.match(r"[^=]+\[", block)]
lock.write_text("\n".join(sorted({*blocks, *plain})) + "\n")
