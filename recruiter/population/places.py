"""Real places, with how many people of our world live there and how they are named."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    city: str
    region: str
    country_code: str
    weight: int
    cultures: tuple[str, ...]  # Faker locales whose names are at home there


_TABLE = """
New York|New York|US|80|en_US,es_MX,it_IT
San Francisco|California|US|60|en_US,en_IN,zh_CN
Los Angeles|California|US|60|en_US,es_MX,ko_KR
San Diego|California|US|22|en_US,es_MX
San Jose|California|US|30|en_US,en_IN,vi_VN
Chicago|Illinois|US|50|en_US,pl_PL,es_MX
Boston|Massachusetts|US|35|en_US,ga_IE
Seattle|Washington|US|35|en_US,en_IN,zh_CN
Austin|Texas|US|30|en_US,es_MX
Dallas|Texas|US|28|en_US,es_MX
Houston|Texas|US|28|en_US,es_MX
Denver|Colorado|US|20|en_US
Atlanta|Georgia|US|26|en_US
Miami|Florida|US|22|en_US,es_MX
Philadelphia|Pennsylvania|US|20|en_US,it_IT
Washington|District of Columbia|US|28|en_US
Minneapolis|Minnesota|US|14|en_US,sv_SE
Portland|Oregon|US|14|en_US
Phoenix|Arizona|US|16|en_US,es_MX
Toronto|Ontario|CA|34|en_US,en_IN,zh_CN
Vancouver|British Columbia|CA|18|en_US,zh_CN
Montreal|Quebec|CA|18|fr_CA,en_US
Mexico City|Mexico City|MX|26|es_MX
Guadalajara|Jalisco|MX|10|es_MX
Bogotá|Capital District|CO|14|es_CO
Lima|Lima|PE|9|es_ES
Santiago|Santiago Metropolitan|CL|11|es_ES
Buenos Aires|Buenos Aires|AR|18|es_AR,it_IT
São Paulo|São Paulo|BR|40|pt_BR,it_IT
Rio de Janeiro|Rio de Janeiro|BR|18|pt_BR
Belo Horizonte|Minas Gerais|BR|9|pt_BR
London|England|GB|80|en_GB,en_IN,pl_PL
Manchester|England|GB|18|en_GB,en_IN
Birmingham|England|GB|14|en_GB,en_IN
Edinburgh|Scotland|GB|9|en_GB
Leeds|England|GB|8|en_GB
Bristol|England|GB|8|en_GB
Dublin|Leinster|IE|16|ga_IE,en_GB
Paris|Île-de-France|FR|48|fr_FR
Lyon|Auvergne-Rhône-Alpes|FR|12|fr_FR
Toulouse|Occitanie|FR|8|fr_FR
Berlin|Berlin|DE|26|de_DE,tr_TR,pl_PL
Munich|Bavaria|DE|20|de_DE
Hamburg|Hamburg|DE|14|de_DE
Frankfurt|Hesse|DE|14|de_DE,tr_TR
Cologne|North Rhine-Westphalia|DE|10|de_DE,tr_TR
Vienna|Vienna|AT|12|de_AT
Zurich|Zurich|CH|14|de_CH,it_IT
Geneva|Geneva|CH|7|fr_CH
Amsterdam|North Holland|NL|20|nl_NL
Rotterdam|South Holland|NL|8|nl_NL
Brussels|Brussels|BE|11|fr_BE,nl_BE
Antwerp|Flanders|BE|6|nl_BE
Madrid|Community of Madrid|ES|28|es_ES
Barcelona|Catalonia|ES|22|es_ES
Valencia|Valencian Community|ES|7|es_ES
Lisbon|Lisbon|PT|14|pt_PT,pt_BR
Porto|Porto|PT|7|pt_PT
Milan|Lombardy|IT|22|it_IT
Rome|Lazio|IT|16|it_IT
Turin|Piedmont|IT|7|it_IT
Stockholm|Stockholm County|SE|16|sv_SE
Gothenburg|Västra Götaland|SE|7|sv_SE
Copenhagen|Capital Region|DK|12|da_DK
Oslo|Oslo|NO|10|no_NO
Helsinki|Uusimaa|FI|9|fi_FI
Warsaw|Masovia|PL|18|pl_PL
Kraków|Lesser Poland|PL|10|pl_PL
Wrocław|Lower Silesia|PL|7|pl_PL
Prague|Prague|CZ|11|cs_CZ
Brno|South Moravia|CZ|5|cs_CZ
Budapest|Budapest|HU|9|hu_HU
Bucharest|Bucharest|RO|11|ro_RO
Sofia|Sofia|BG|6|bg_BG
Athens|Attica|GR|8|el_GR
Istanbul|Istanbul|TR|26|tr_TR
Ankara|Ankara|TR|9|tr_TR
Kyiv|Kyiv|UA|14|uk_UA
Tel Aviv|Tel Aviv|IL|14|he_IL
Cairo|Cairo|EG|14|ar_AA
Dubai|Dubai|AE|20|ar_AA,en_IN
Riyadh|Riyadh|SA|9|ar_SA
Lagos|Lagos|NG|18|en_NG
Nairobi|Nairobi|KE|10|en_KE
Accra|Greater Accra|GH|6|tw_GH
Johannesburg|Gauteng|ZA|14|zu_ZA,en_GB
Cape Town|Western Cape|ZA|9|en_GB,zu_ZA
Bengaluru|Karnataka|IN|60|en_IN
Mumbai|Maharashtra|IN|44|en_IN
Delhi|Delhi|IN|44|en_IN
Hyderabad|Telangana|IN|30|en_IN
Pune|Maharashtra|IN|24|en_IN
Chennai|Tamil Nadu|IN|20|en_IN,ta_IN
Karachi|Sindh|PK|12|en_PK
Dhaka|Dhaka|BD|10|bn_BD
Singapore|Singapore|SG|24|zh_CN,en_IN,en_GB
Kuala Lumpur|Kuala Lumpur|MY|12|zh_CN,id_ID
Jakarta|Jakarta|ID|20|id_ID
Manila|Metro Manila|PH|20|es_ES
Bangkok|Bangkok|TH|10|en_TH
Ho Chi Minh City|Ho Chi Minh City|VN|11|vi_VN
Hanoi|Hanoi|VN|7|vi_VN
Hong Kong|Hong Kong|HK|14|zh_CN,en_GB
Shanghai|Shanghai|CN|24|zh_CN
Beijing|Beijing|CN|20|zh_CN
Shenzhen|Guangdong|CN|14|zh_CN
Taipei|Taipei|TW|9|zh_TW
Tokyo|Tokyo|JP|24|ja_JP
Osaka|Osaka|JP|8|ja_JP
Seoul|Seoul|KR|18|ko_KR
Sydney|New South Wales|AU|28|en_GB,zh_CN
Melbourne|Victoria|AU|24|en_GB,en_IN
Brisbane|Queensland|AU|9|en_GB
Auckland|Auckland|NZ|9|en_NZ
"""


def places() -> list[Place]:
    """All places, in a fixed order."""
    rows = (line.split("|") for line in _TABLE.strip().splitlines())
    return [
        Place(city, region, country, int(weight), tuple(cultures.split(",")))
        for city, region, country, weight, cultures in rows
    ]
