"""Words that stand for nobody: values of match keys so few that a digest of them is as good as plain. Each with its
country where that matters (states and cities). Written for this purpose; codes come from `hashing`."""

from __future__ import annotations

from collections.abc import Iterator

from ..hashing.countries import CODES
from ..hashing.states import CA, US

_COUNTRIES = (
    "United States,United States of America,Germany,Deutschland,Austria,Österreich,Switzerland,Schweiz,France,Italy,Italia,Spain,"
    "España,Portugal,Netherlands,The Netherlands,Belgium,Luxembourg,United Kingdom,Great Britain,England,Scotland,Wales,Ireland,"
    "Denmark,Sweden,Norway,Finland,Iceland,Poland,Czech Republic,Czechia,Slovakia,Hungary,Romania,Bulgaria,Greece,Croatia,Slovenia,"
    "Serbia,Estonia,Latvia,Lithuania,Ukraine,Turkey,Türkiye,Cyprus,Malta,Israel,Egypt,Morocco,South Africa,Nigeria,Kenya,Ghana,"
    "United Arab Emirates,Saudi Arabia,Qatar,Kuwait,India,Pakistan,Bangladesh,Sri Lanka,China,Hong Kong,Taiwan,Japan,South Korea,"
    "Singapore,Malaysia,Indonesia,Thailand,Vietnam,Philippines,Australia,New Zealand,Canada,Mexico,Brazil,Brasil,Argentina,Chile,"
    "Colombia,Peru,Ecuador,Uruguay,Costa Rica,Panama,Dominican Republic,Puerto Rico"
)
_STATES = {
    "us": "Alabama,Alaska,Arizona,Arkansas,California,Colorado,Connecticut,Delaware,District of Columbia,Florida,Georgia,Hawaii,Idaho,"
    "Illinois,Indiana,Iowa,Kansas,Kentucky,Louisiana,Maine,Maryland,Massachusetts,Michigan,Minnesota,Mississippi,Missouri,Montana,"
    "Nebraska,Nevada,New Hampshire,New Jersey,New Mexico,New York,North Carolina,North Dakota,Ohio,Oklahoma,Oregon,Pennsylvania,"
    "Rhode Island,South Carolina,South Dakota,Tennessee,Texas,Utah,Vermont,Virginia,Washington,West Virginia,Wisconsin,Wyoming",
    "ca": "Ontario,Quebec,Québec,British Columbia,Alberta,Saskatchewan,Manitoba,Nova Scotia,New Brunswick,Prince Edward Island,"
    "Newfoundland and Labrador,Yukon,Northwest Territories,Nunavut",
}  # fmt: skip
_CITIES = {
    "us": "New York,New York City,Los Angeles,Chicago,Houston,Phoenix,Philadelphia,San Antonio,San Diego,Dallas,Austin,San José,San Jose,"
    "Jacksonville,Fort Worth,Columbus,Charlotte,San Francisco,Indianapolis,Seattle,Denver,Washington,Washington D.C.,Boston,El Paso,"
    "Nashville,Detroit,Oklahoma City,Portland,Las Vegas,Memphis,Louisville,Baltimore,Milwaukee,Albuquerque,Tucson,Fresno,Sacramento,"
    "Kansas City,Mesa,Atlanta,Omaha,Colorado Springs,Raleigh,Long Beach,Virginia Beach,Miami,Oakland,Minneapolis,Tulsa,Tampa,Arlington,"
    "New Orleans,Wichita,Cleveland,Honolulu,Anaheim,Lexington,Henderson,Orlando,St. Louis,Saint Louis,St. Paul,St. Petersburg,Cincinnati,"
    "Pittsburgh,Buffalo,Salt Lake City,Boise,Richmond,Rochester,Newark,Jersey City,Scottsdale,Plano,Irvine,Stockton,Winston-Salem",
    "ca": "Toronto,Montreal,Montréal,Vancouver,Calgary,Edmonton,Ottawa,Winnipeg,Quebec City,Québec,Hamilton,Kitchener,Halifax,St. John's,Victoria,Surrey",
    "gb": "London,Birmingham,Manchester,Glasgow,Liverpool,Leeds,Sheffield,Edinburgh,Bristol,Leicester,Coventry,Cardiff,Belfast,Nottingham,"
    "Newcastle upon Tyne,Brighton,Stoke-on-Trent,Wolverhampton,Plymouth,Southampton,Reading,Derby,Aberdeen,York,Oxford,Cambridge,Milton Keynes",
    "de": "Berlin,Hamburg,München,Munich,Köln,Cologne,Frankfurt,Frankfurt am Main,Stuttgart,Düsseldorf,Leipzig,Dortmund,Essen,Bremen,Dresden,"
    "Hannover,Nürnberg,Duisburg,Bochum,Wuppertal,Bielefeld,Bonn,Münster,Mannheim,Karlsruhe,Augsburg,Wiesbaden,Mönchengladbach,Kiel,Aachen,"
    "Freiburg,Freiburg im Breisgau,Halle (Saale),Lübeck,Mainz,Erfurt,Rostock,Kassel,Saarbrücken,Potsdam,Würzburg,Göttingen,Heidelberg",
    "at": "Wien,Vienna,Graz,Linz,Salzburg,Innsbruck,Klagenfurt,St. Pölten", "ch": "Zürich,Zurich,Genf,Genève,Basel,Lausanne,Bern,Winterthur,St. Gallen,Luzern",
    "fr": "Paris,Marseille,Lyon,Toulouse,Nice,Nantes,Montpellier,Strasbourg,Bordeaux,Lille,Rennes,Reims,Saint-Étienne,Le Havre,Toulon,Grenoble,"
    "Dijon,Angers,Nîmes,Aix-en-Provence,Clermont-Ferrand,Le Mans,Brest,Tours,Orléans",
    "it": "Roma,Rome,Milano,Milan,Napoli,Naples,Torino,Palermo,Genova,Bologna,Firenze,Florence,Bari,Catania,Verona,Venezia,Padova,Trieste,Brescia",
    "es": "Madrid,Barcelona,Valencia,Sevilla,Zaragoza,Málaga,Murcia,Palma,Las Palmas de Gran Canaria,Bilbao,Alicante,Córdoba,Valladolid,A Coruña",
    "nl": "Amsterdam,Rotterdam,Den Haag,'s-Gravenhage,The Hague,Utrecht,Eindhoven,Groningen,Tilburg,Breda,Nijmegen", "be": "Brussels,Bruxelles,Antwerpen,Gent,Liège,Brugge",
    "pt": "Lisboa,Lisbon,Porto,Braga,Coimbra", "ie": "Dublin,Cork,Limerick,Galway", "dk": "København,Copenhagen,Aarhus,Odense,Aalborg",
    "se": "Stockholm,Göteborg,Malmö,Uppsala,Västerås,Örebro", "no": "Oslo,Bergen,Trondheim,Stavanger", "fi": "Helsinki,Espoo,Tampere,Turku",
    "pl": "Warszawa,Warsaw,Kraków,Łódź,Wrocław,Poznań,Gdańsk", "cz": "Praha,Prague,Brno,Ostrava,Plzeň", "hu": "Budapest", "ro": "București,Bucharest,Cluj-Napoca,Iași",
    "gr": "Athens,Thessaloniki", "tr": "Istanbul,İstanbul,Ankara,İzmir", "il": "Tel Aviv,Jerusalem,Haifa", "ae": "Dubai,Abu Dhabi", "sa": "Riyadh,Jeddah",
    "in": "Mumbai,Delhi,New Delhi,Bangalore,Bengaluru,Hyderabad,Ahmedabad,Chennai,Kolkata,Pune,Jaipur", "cn": "Beijing,Shanghai,Shenzhen,Guangzhou,Hong Kong",
    "jp": "Tokyo,Osaka,Yokohama,Kyoto,Nagoya,Sapporo", "sg": "Singapore", "kr": "Seoul,Busan", "th": "Bangkok", "my": "Kuala Lumpur", "id": "Jakarta",
    "ph": "Manila,Quezon City", "au": "Sydney,Melbourne,Brisbane,Perth,Adelaide,Gold Coast,Canberra", "nz": "Auckland,Wellington,Christchurch",
    "za": "Cape Town,Johannesburg,Durban", "mx": "Mexico City,Ciudad de México,Guadalajara,Monterrey", "br": "São Paulo,Rio de Janeiro,Brasília,Salvador,Belo Horizonte",
    "ar": "Buenos Aires,Córdoba", "cl": "Santiago", "co": "Bogotá,Medellín", "pe": "Lima",
}  # fmt: skip
_GENDERS = (
    "m,f,male,female,Male,Female,MALE,FEMALE,M,F,man,woman,Mann,Frau,männlich,weiblich,d,divers,other,n,non-binary,u"
)


def words() -> Iterator[tuple[str, str, str]]:
    """(key, word, country) of every word, in the spellings people use."""
    codes = {c for c in CODES if len(c) in (2, 3)}
    for word in {*_COUNTRIES.split(","), *codes, *(c.upper() for c in codes)}:
        yield "country", word, ""
    for country, names in _STATES.items():
        found = {*(US if country == "us" else CA).values(), *names.split(",")}
        yield from (("st", spelling, country) for word in found for spelling in {word, word.upper(), word.lower()})
    for country, names in _CITIES.items():
        yield from (
            ("ct", spelling, country) for word in names.split(",") for spelling in {word, word.upper(), word.lower()}
        )
    yield from (("ge", word, "") for word in _GENDERS.split(","))
