"""Cities with their coordinates: what lies within some kilometres of a chosen location.

A location is free text, as members write it: "Berlin", "Berlin, Germany". It is taken for a city
when it begins with the city's name and what follows, if anything, names its region or country.
A location that is no known city stands for itself alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from recruiter import countries
from recruiter.models import FacetValue

RADII = (10, 25, 50, 100, 200)  # km
EARTH = 6371.0  # km

# City, region, country, degrees north, degrees east.
_TABLE = """
New York|New York|US|40.71|-74.01
Jersey City|New Jersey|US|40.72|-74.04
Newark|New Jersey|US|40.74|-74.17
San Francisco|California|US|37.77|-122.42
Oakland|California|US|37.80|-122.27
Palo Alto|California|US|37.44|-122.14
San Jose|California|US|37.34|-121.89
Sacramento|California|US|38.58|-121.49
Los Angeles|California|US|34.05|-118.24
San Diego|California|US|32.72|-117.16
Chicago|Illinois|US|41.88|-87.63
Boston|Massachusetts|US|42.36|-71.06
Cambridge|Massachusetts|US|42.37|-71.11
Seattle|Washington|US|47.61|-122.33
Austin|Texas|US|30.27|-97.74
Dallas|Texas|US|32.78|-96.80
Houston|Texas|US|29.76|-95.37
Denver|Colorado|US|39.74|-104.99
Boulder|Colorado|US|40.01|-105.27
Atlanta|Georgia|US|33.75|-84.39
Miami|Florida|US|25.76|-80.19
Philadelphia|Pennsylvania|US|39.95|-75.17
Pittsburgh|Pennsylvania|US|40.44|-80.00
Washington|District of Columbia|US|38.91|-77.04
Baltimore|Maryland|US|39.29|-76.61
Minneapolis|Minnesota|US|44.98|-93.27
Portland|Oregon|US|45.52|-122.68
Phoenix|Arizona|US|33.45|-112.07
Detroit|Michigan|US|42.33|-83.05
Toronto|Ontario|CA|43.65|-79.38
Ottawa|Ontario|CA|45.42|-75.70
Vancouver|British Columbia|CA|49.28|-123.12
Montreal|Quebec|CA|45.50|-73.57
Mexico City|Mexico City|MX|19.43|-99.13
Guadalajara|Jalisco|MX|20.67|-103.35
Bogotá|Capital District|CO|4.71|-74.07
Lima|Lima|PE|-12.05|-77.04
Santiago|Santiago Metropolitan|CL|-33.45|-70.67
Buenos Aires|Buenos Aires|AR|-34.60|-58.38
São Paulo|São Paulo|BR|-23.55|-46.63
Rio de Janeiro|Rio de Janeiro|BR|-22.91|-43.17
Belo Horizonte|Minas Gerais|BR|-19.92|-43.94
London|England|GB|51.51|-0.13
Manchester|England|GB|53.48|-2.24
Birmingham|England|GB|52.48|-1.90
Leeds|England|GB|53.80|-1.55
Bristol|England|GB|51.45|-2.59
Liverpool|England|GB|53.41|-2.99
Edinburgh|Scotland|GB|55.95|-3.19
Glasgow|Scotland|GB|55.86|-4.25
Dublin|Leinster|IE|53.35|-6.26
Paris|Île-de-France|FR|48.86|2.35
Lyon|Auvergne-Rhône-Alpes|FR|45.76|4.84
Toulouse|Occitanie|FR|43.60|1.44
Berlin|Berlin|DE|52.52|13.40
Potsdam|Brandenburg|DE|52.40|13.06
Munich|Bavaria|DE|48.14|11.58
Augsburg|Bavaria|DE|48.37|10.90
Hamburg|Hamburg|DE|53.55|9.99
Bremen|Bremen|DE|53.08|8.80
Frankfurt|Hesse|DE|50.11|8.68
Stuttgart|Baden-Württemberg|DE|48.78|9.18
Cologne|North Rhine-Westphalia|DE|50.94|6.96
Düsseldorf|North Rhine-Westphalia|DE|51.23|6.77
Bonn|North Rhine-Westphalia|DE|50.74|7.10
Vienna|Vienna|AT|48.21|16.37
Zurich|Zurich|CH|47.38|8.54
Basel|Basel-Stadt|CH|47.56|7.59
Geneva|Geneva|CH|46.20|6.14
Amsterdam|North Holland|NL|52.37|4.90
Rotterdam|South Holland|NL|51.92|4.48
Utrecht|Utrecht|NL|52.09|5.12
The Hague|South Holland|NL|52.08|4.31
Brussels|Brussels|BE|50.85|4.35
Antwerp|Flanders|BE|51.22|4.40
Madrid|Community of Madrid|ES|40.42|-3.70
Barcelona|Catalonia|ES|41.39|2.17
Valencia|Valencian Community|ES|39.47|-0.38
Lisbon|Lisbon|PT|38.72|-9.14
Porto|Porto|PT|41.15|-8.61
Milan|Lombardy|IT|45.46|9.19
Rome|Lazio|IT|41.90|12.50
Turin|Piedmont|IT|45.07|7.69
Stockholm|Stockholm County|SE|59.33|18.07
Gothenburg|Västra Götaland|SE|57.71|11.97
Malmö|Skåne|SE|55.60|13.00
Copenhagen|Capital Region|DK|55.68|12.57
Oslo|Oslo|NO|59.91|10.75
Helsinki|Uusimaa|FI|60.17|24.94
Warsaw|Masovia|PL|52.23|21.01
Kraków|Lesser Poland|PL|50.06|19.94
Wrocław|Lower Silesia|PL|51.11|17.03
Łódź|Łódź|PL|51.76|19.46
Prague|Prague|CZ|50.08|14.44
Brno|South Moravia|CZ|49.20|16.61
Bratislava|Bratislava|SK|48.15|17.11
Budapest|Budapest|HU|47.50|19.04
Bucharest|Bucharest|RO|44.43|26.10
Sofia|Sofia|BG|42.70|23.32
Athens|Attica|GR|37.98|23.73
Istanbul|Istanbul|TR|41.01|28.98
Ankara|Ankara|TR|39.93|32.86
Kyiv|Kyiv|UA|50.45|30.52
Tel Aviv|Tel Aviv|IL|32.09|34.78
Cairo|Cairo|EG|30.04|31.24
Dubai|Dubai|AE|25.20|55.27
Riyadh|Riyadh|SA|24.71|46.68
Lagos|Lagos|NG|6.52|3.38
Nairobi|Nairobi|KE|-1.29|36.82
Accra|Greater Accra|GH|5.60|-0.19
Johannesburg|Gauteng|ZA|-26.20|28.05
Cape Town|Western Cape|ZA|-33.92|18.42
Bengaluru|Karnataka|IN|12.97|77.59
Mumbai|Maharashtra|IN|19.08|72.88
Pune|Maharashtra|IN|18.52|73.86
Delhi|Delhi|IN|28.61|77.21
Hyderabad|Telangana|IN|17.39|78.49
Chennai|Tamil Nadu|IN|13.08|80.27
Karachi|Sindh|PK|24.86|67.01
Dhaka|Dhaka|BD|23.81|90.41
Singapore|Singapore|SG|1.35|103.82
Kuala Lumpur|Kuala Lumpur|MY|3.14|101.69
Jakarta|Jakarta|ID|-6.21|106.85
Manila|Metro Manila|PH|14.60|120.98
Bangkok|Bangkok|TH|13.76|100.50
Ho Chi Minh City|Ho Chi Minh City|VN|10.82|106.63
Hanoi|Hanoi|VN|21.03|105.85
Hong Kong|Hong Kong|HK|22.32|114.17
Shenzhen|Guangdong|CN|22.54|114.06
Shanghai|Shanghai|CN|31.23|121.47
Beijing|Beijing|CN|39.90|116.41
Taipei|Taipei|TW|25.03|121.57
Tokyo|Tokyo|JP|35.68|139.69
Yokohama|Kanagawa|JP|35.44|139.64
Osaka|Osaka|JP|34.69|135.50
Kyoto|Kyoto|JP|35.01|135.77
Seoul|Seoul|KR|37.57|126.98
Sydney|New South Wales|AU|-33.87|151.21
Melbourne|Victoria|AU|-37.81|144.96
Brisbane|Queensland|AU|-27.47|153.03
Auckland|Auckland|NZ|-36.85|174.76
"""


@dataclass(frozen=True)
class City:
    name: str
    surroundings: frozenset[str]  # what may follow the name, in small letters
    north: float
    east: float


def _cities() -> dict[str, City]:
    """By name in small letters: no two of the table share one."""
    found = {}
    for line in _TABLE.strip().splitlines():
        name, region, code, north, east = line.split("|")
        around_it = (region, code, countries.NAMES[code])
        known = frozenset(each.lower() for each in around_it)
        found[name.lower()] = City(name, known, float(north), float(east))
    return found


CITIES = _cities()


def city_of(location: str) -> City | None:
    """The known city that a location names."""
    name, *rest = [part.strip() for part in " ".join(location.lower().split()).split(",")]
    city = CITIES.get(name)
    return city if city and all(part in city.surroundings for part in rest) else None


def distance(one: City, other: City) -> float:
    """Kilometres along the surface."""
    north, south = radians(one.north), radians(other.north)
    between = radians(other.east - one.east)
    half = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(between / 2) ** 2
    return 2 * EARTH * asin(sqrt(half))


def around(locations: Iterable[str], km: int) -> tuple[str, ...]:
    """These locations, and all that members state within so many kilometres of them.

    One query, if any of them is a known city.
    """
    chosen = list(locations)
    centres = [city for city in map(city_of, chosen) if city]
    near = {
        city.name.lower()
        for city in CITIES.values()
        if any(distance(city, centre) <= km for centre in centres)
    }
    if not near:
        return tuple(chosen)
    stated = FacetValue.objects.filter(
        kind=FacetValue.Kind.LOCATION, folded__regex=rf"^({'|'.join(sorted(near))})(,|$)"
    )
    known = [label for label in stated.values_list("label", flat=True) if city_of(label)]
    return tuple(dict.fromkeys([*chosen, *sorted(known)]))
