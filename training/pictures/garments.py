"""What clothes there are; where one has a danbooru tag, its value is that tag."""

from enum import StrEnum


class Cloth(StrEnum):
    """The colour of a garment; tags are made as ``COLOUR_garment``."""

    WHITE = "white"
    BLACK = "black"
    RED = "red"
    BLUE = "blue"
    GREEN = "green"
    YELLOW = "yellow"
    PINK = "pink"
    PURPLE = "purple"
    BROWN = "brown"
    GREY = "grey"
    ORANGE = "orange"
    AQUA = "aqua"


class Top(StrEnum):
    """What covers the upper body."""

    SERAFUKU = "serafuku"
    BLAZER = "blazer"
    SHIRT = "shirt"
    T_SHIRT = "t-shirt"
    SWEATER = "sweater"
    TURTLENECK = "turtleneck"
    HOODIE = "hoodie"
    DRESS = "dress"
    SUNDRESS = "sundress"
    KIMONO = "kimono"
    JACKET = "jacket"
    CARDIGAN = "cardigan"
    MAID = "maid"
    ARMOR = "armor"
    GAKURAN = "gakuran"
    VEST = "vest"
    TANK_TOP = "tank_top"


class Lower(StrEnum):
    """What covers the hips; ``NONE`` where the upper garment does."""

    NONE = "none"
    PLEATED_SKIRT = "pleated_skirt"
    SKIRT = "skirt"
    LONG_SKIRT = "long_skirt"
    SHORTS = "shorts"
    PANTS = "pants"


class Legwear(StrEnum):
    """What covers the legs."""

    BARE = "bare_legs"
    SOCKS = "socks"
    KNEEHIGHS = "kneehighs"
    THIGHHIGHS = "thighhighs"
    PANTYHOSE = "pantyhose"


class Footwear(StrEnum):
    """What is on the feet."""

    SHOES = "shoes"
    BOOTS = "boots"
    SNEAKERS = "sneakers"
    SANDALS = "sandals"
    BAREFOOT = "barefoot"


class Neckwear(StrEnum):
    """What is worn around the collar."""

    NONE = "none"
    NECKTIE = "necktie"
    BOW = "bow"
    BOWTIE = "bowtie"
    RIBBON = "neck_ribbon"
    NECKERCHIEF = "neckerchief"
    SCARF = "scarf"


class Sleeves(StrEnum):
    """How long the sleeves are."""

    NONE = "sleeveless"
    SHORT = "short_sleeves"
    PUFFY = "puffy_sleeves"
    LONG = "long_sleeves"
    WIDE = "wide_sleeves"


class ClothPattern(StrEnum):
    """What is printed on the upper or lower garment; ``PLAIN`` has no tag."""

    PLAIN = "plain"
    STRIPES = "striped_clothes"
    PLAID = "plaid_clothes"
    DOTS = "polka_dot"
    FLORAL = "floral_print"
