"""The made-up duty list: who handles a category within how many days, before and after its revision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weisu.simulation.catalogue import Catalogue

# second-level category -> (unit, limit in days) from the revision on; None keeps the old one
REVISION = {
    "油烟扰民": ("市生态环境局", 7.0),
    "施工管理": (None, 2.0),
    "停车管理": (None, 5.0),
    "消费维权": (None, 12.0),
    "养犬管理": ("市城管局", 5.0),
    "物业服务": (None, 7.0),
    "劳动报酬": (None, 7.0),
}
PARTNERS = ("市城管局", "市住建局", "市公安局", "市市场监管局", "市生态环境局", "市水务局")
SPEED = {  # typical share of the limit a unit needs
    "市城管局": 0.55,
    "市住建局": 0.85,
    "市市场监管局": 0.7,
    "市水务集团": 0.5,
    "市供电公司": 0.35,
    "市自然资源局": 1.1,
    "市人社局": 0.75,
    "市教育局": 0.6,
    "市公安局交警支队": 0.5,
    "市园林中心": 0.9,
    "市水务局": 0.95,
}


@dataclass(frozen=True)
class Duties:
    """Arrays [revision 0/1, category]."""

    unit: np.ndarray  # text
    limit_days: np.ndarray
    speed: np.ndarray  # median share of the limit until closure


def build_duties(catalogue: Catalogue) -> Duties:
    """The duty list of the catalogue and its one revision."""
    units = catalogue.table["unit"].to_list()
    limits = catalogue.table["limit_days"].to_list()
    new_units, new_limits = list(units), list(limits)
    for row, l2 in enumerate(catalogue.table["l2"]):
        unit, limit = REVISION.get(l2, (None, None))
        new_units[row], new_limits[row] = unit or units[row], limit or limits[row]
    unit = np.array([units, new_units], dtype=object)
    speed = np.vectorize(lambda name: SPEED.get(name, 0.65), otypes=[float])(unit)
    return Duties(unit, np.array([limits, new_limits], dtype=float), speed)
