"""Words and shares that several nouns draw from; every name and address here is invented."""

FIRST_NAMES = (
    "Ada", "Alan", "Amara", "Anton", "Asha", "Bea", "Bruno", "Carla", "Chen", "Clara", "Dario", "Dina", "Edgar",
    "Elif", "Emil", "Esme", "Farid", "Fay", "Felix", "Greta", "Hana", "Hugo", "Ines", "Ivan", "Jana", "Jonas",
    "Kaya", "Karim", "Lara", "Leon", "Lin", "Luca", "Maja", "Marco", "Mina", "Nadia", "Nils", "Noor", "Olga",
    "Omar", "Paula", "Petra", "Quinn", "Rafael", "Rosa", "Ruben", "Sana", "Selma", "Tariq", "Thea", "Uma", "Vera",
    "Viktor", "Wanda", "Xenia", "Yara", "Yusuf", "Zoe",
)  # fmt: skip
LAST_NAMES = (
    "Abel", "Adler", "Bauer", "Becker", "Berg", "Brandt", "Castro", "Cohen", "Costa", "Dahl", "Diaz", "Duval",
    "Eklund", "Farrow", "Ferri", "Fischer", "Garcia", "Gruber", "Haas", "Hansen", "Holm", "Ito", "Jansen", "Kaiser",
    "Keller", "Klein", "Kovac", "Lang", "Larsen", "Laurent", "Lopez", "Marin", "Meyer", "Moreau", "Nagy", "Novak",
    "Okoye", "Olsen", "Ortiz", "Park", "Patel", "Pires", "Quist", "Reyes", "Rossi", "Sato", "Schmid", "Silva",
    "Singh", "Sousa", "Stein", "Suarez", "Tanaka", "Torres", "Urban", "Vogel", "Weber", "Winter", "Wolf", "Young",
    "Ziegler",
)  # fmt: skip
MAIL_DOMAINS = ("example.com", "example.net", "example.org")

COUNTRIES = ("US", "DE", "GB", "FR", "NL", "CA", "ES", "SE")
COUNTRY_SHARES = (34, 20, 14, 10, 7, 7, 5, 3)
NORTH_AMERICA = frozenset({"US", "CA"})

SEGMENTS = ("consumer", "student", "business", "vip")
SEGMENT_SHARES = (68, 14, 13, 5)

CHANNELS = ("organic", "paid_search", "paid_social", "email", "affiliate", "direct")
CHANNEL_SHARES = (30, 22, 18, 8, 7, 15)

# Category: share of the range, usual price in cents, months in which it sells best.
CATEGORIES: dict[str, tuple[int, int, tuple[int, ...]]] = {
    "kitchen": (70, 3_900, (11, 12)),
    "garden": (55, 5_200, (4, 5, 6)),
    "outdoor": (60, 8_900, (5, 6, 7, 8)),
    "lighting": (45, 4_500, (10, 11)),
    "textiles": (60, 2_900, (9, 10)),
    "furniture": (40, 18_900, (1, 2)),
    "toys": (45, 2_400, (11, 12)),
    "stationery": (25, 1_200, (8, 9)),
}
BRANDS = (
    "Alder", "Birchline", "Corvo", "Dunmore", "Elmfield", "Fjordhus", "Greyling", "Halden", "Ilex", "Juniper",
    "Kestrel", "Lumen", "Morrow", "Norsk", "Oakley", "Pinewell", "Quill", "Rowan", "Saltmarsh", "Thistle", "Umbra",
    "Vale", "Willow", "Yarrow",
)  # fmt: skip
