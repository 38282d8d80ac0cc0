"""The made-up city: districts, streets, communities and estates.  Its coordinates lie in the open sea."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weisu.simulation.config import SimulationConfig, Size

DISTRICTS = ("示东区", "示西区", "例南区", "例北区", "示江新区", "例湖区")
LARGE_DISTRICTS = (*DISTRICTS, *(f"示{name}区" for name in "松竹梅兰荷桂柏杏桃榕"))
LARGE_STREETS, LARGE_COMMUNITIES = 300, 7000
PEOPLE, LARGE_PEOPLE = (
    8.5,
    8.0,
)  # logarithm of the people of a median community: 29,000 a street, 22 million in the large city
HEAD = "云松青兰望丹霁映澜朗瑞嘉禾麓榆枫桐樟柳梧芷蔚晴岚汀溪"
TAIL = "杉岭波桥浦洲园湾岗坪塘渡泉屏台泽坊陂埠"
ESTATE_KINDS = ("苑", "花园", "家园", "雅居", "新村", "公寓", "府", "里")
FIRMS = tuple(
    f"示例{name}物业"
    for name in ("安和", "佳居", "万邻", "德居", "邻里", "同心", "悦享", "新家", "金桥", "和园", "康居", "恒邻")
)
LIFT_BRANDS = ("甲梯A3", "乙升B1", "丙迅C2", "丁通D5", "戊安E4")
CENTRE_LAT, CENTRE_LON = 29.6, 124.6  # open sea: no real place is meant
DISTRICT_KM, KM_PER_DEGREE = 9.0, 111.2


@dataclass(frozen=True)
class City:
    """Arrays per level; the index of a parent is stored with the child.  Positions are WGS-84 degrees."""

    district_names: tuple[str, ...]
    street_names: tuple[str, ...]
    street_district: np.ndarray
    street_propensity: np.ndarray  # reports per head relative to the city
    street_lat: np.ndarray
    street_lon: np.ndarray
    community_names: tuple[str, ...]
    community_street: np.ndarray
    community_lat: np.ndarray
    community_lon: np.ndarray
    community_population: np.ndarray
    estate_names: tuple[str, ...]
    estate_community: np.ndarray
    estate_lat: np.ndarray
    estate_lon: np.ndarray
    estate_population: np.ndarray
    estate_buildings: np.ndarray
    estate_firm: np.ndarray
    estate_lift: np.ndarray  # -1 = no lift
    estate_built_year: np.ndarray

    @property
    def streets(self) -> int:
        return len(self.street_names)

    @property
    def estate_street(self) -> np.ndarray:
        return self.community_street[self.estate_community]

    @property
    def street_population(self) -> np.ndarray:
        return np.bincount(self.community_street, weights=self.community_population, minlength=self.streets)

    @property
    def quiet_street(self) -> int:
        """The street of median population: the one that falls silent."""
        return int(np.argsort(self.street_population, kind="stable")[self.streets // 2])

    def some_community(self, rng: np.random.Generator, street: np.ndarray) -> np.ndarray:
        """A community of each street, each as likely."""
        sizes = np.bincount(self.community_street, minlength=self.streets)
        first = np.cumsum(sizes) - sizes
        if (sizes == sizes[0]).all():
            return first[street] + rng.integers(0, sizes[0], len(street))
        return first[street] + np.floor(rng.random(len(street)) * sizes[street]).astype(np.int64)

    def street_key(self, street: int) -> str:
        """Area key as the warehouse writes it."""
        return f"{self.district_names[self.street_district[street]]}/{self.street_names[street]}"

    def estate_key(self, estate: int) -> str:
        """Area key of an estate: district/street/community/estate."""
        community = self.estate_community[estate]
        return f"{self.street_key(self.community_street[community])}/{self.community_names[community]}/{self.estate_names[estate]}"


def build_city(config: SimulationConfig) -> City:
    """Lay out the city of a configuration; more tickets get more streets in the usual one."""
    rng = config.generator("city")
    is_large = config.size is Size.LARGE
    district_names = LARGE_DISTRICTS if is_large else DISTRICTS
    streets = LARGE_STREETS if is_large else len(DISTRICTS) * int(np.clip(round(5 * config.scale**0.35), 5, 40))
    street_district = _shared_out(streets, len(district_names))
    across = 4 if is_large else 3
    column, row = (
        street_district % across - (across - 1) / 2,
        street_district // across - (len(district_names) / across - 1) / 2,
    )
    street_lat = CENTRE_LAT + (row * DISTRICT_KM + rng.uniform(-4, 4, streets)) / KM_PER_DEGREE
    street_lon = CENTRE_LON + (column * DISTRICT_KM + rng.uniform(-4, 4, streets)) / _km_per_lon()
    communities = _communities(
        rng, street_lat, street_lon, *((LARGE_COMMUNITIES, LARGE_PEOPLE) if is_large else (6 * streets, PEOPLE))
    )
    names = iter(_names(rng, streets + len(communities["community_street"])))
    return City(
        district_names=district_names,
        street_names=tuple(f"{next(names)}街道" for _ in range(streets)),
        street_district=street_district,
        street_propensity=np.exp(rng.normal(0, 0.3, streets)),
        street_lat=street_lat,
        street_lon=street_lon,
        community_names=tuple(f"{next(names)}社区" for _ in communities["community_street"]),
        **communities,
        **_estates(rng, communities),
    )


def _km_per_lon() -> float:
    return KM_PER_DEGREE * float(np.cos(np.radians(CENTRE_LAT)))


def _shared_out(parts: int, wholes: int) -> np.ndarray:
    """The whole of each part, as evenly as whole numbers allow, in order."""
    return np.arange(parts) * wholes // parts


def _communities(
    rng: np.random.Generator, street_lat: np.ndarray, street_lon: np.ndarray, wanted: int, people: float
) -> dict[str, np.ndarray]:
    street = _shared_out(wanted, len(street_lat))
    return {
        "community_street": street,
        "community_lat": street_lat[street] + rng.normal(0, 0.7, len(street)) / KM_PER_DEGREE,
        "community_lon": street_lon[street] + rng.normal(0, 0.7, len(street)) / _km_per_lon(),
        "community_population": np.round(np.exp(rng.normal(people, 0.35, len(street)))).astype(np.int64),
    }


def _estates(rng: np.random.Generator, communities: dict[str, np.ndarray]) -> dict[str, object]:
    community = np.repeat(
        np.arange(len(communities["community_street"])), rng.integers(2, 7, len(communities["community_street"]))
    )
    size = len(community)
    built = rng.integers(1985, 2024, size)
    share = rng.gamma(3.0, 1.0, size)
    share /= np.bincount(community, weights=share)[community]
    population = np.maximum(40, communities["community_population"][community] * 0.8 * share).astype(np.int64)
    return {
        "estate_names": _estate_names(rng, size),
        "estate_community": community,
        "estate_lat": communities["community_lat"][community] + rng.normal(0, 0.25, size) / KM_PER_DEGREE,
        "estate_lon": communities["community_lon"][community] + rng.normal(0, 0.25, size) / _km_per_lon(),
        "estate_population": population,
        "estate_buildings": np.maximum(3, population // 160),
        "estate_firm": rng.integers(0, len(FIRMS), size),
        "estate_lift": np.where(
            (built >= 1998) & (rng.random(size) < 0.8), rng.integers(0, len(LIFT_BRANDS), size), -1
        ),
        "estate_built_year": built,
    }


def _names(rng: np.random.Generator, wanted: int) -> list[str]:
    pairs = [a + b for a in HEAD for b in TAIL]
    if wanted > len(pairs):
        pairs += [a + c + b for a in HEAD for c in HEAD for b in TAIL if a != c]
    return [pairs[n] for n in rng.permutation(len(pairs))[:wanted]]


def _estate_names(rng: np.random.Generator, wanted: int) -> tuple[str, ...]:
    names = [a + b + kind for a in HEAD for b in HEAD if a != b for kind in ESTATE_KINDS]
    phases = ["", *(f"{number}期" for number in "二三四五六七八九")][: -(-wanted // len(names))]
    names = [name + phase for phase in phases for name in names]
    return tuple(names[n] for n in rng.permutation(len(names))[:wanted])
