"""The attributes of a picture; where an attribute has a danbooru tag, its value is that tag."""

from enum import StrEnum


class HairColour(StrEnum):
    """The colour of hair, as danbooru names it."""

    BLACK = "black_hair"
    BLONDE = "blonde_hair"
    BROWN = "brown_hair"
    RED = "red_hair"
    PINK = "pink_hair"
    BLUE = "blue_hair"
    GREEN = "green_hair"
    PURPLE = "purple_hair"
    WHITE = "white_hair"
    GREY = "grey_hair"
    AQUA = "aqua_hair"
    ORANGE = "orange_hair"


class HairMix(StrEnum):
    """How a second hair colour is laid out; plain hair has none."""

    PLAIN = "plain"
    STREAKED = "streaked_hair"
    GRADIENT = "gradient_hair"
    TWO_TONE = "two-tone_hair"
    INNER = "colored_inner_hair"


class HairLength(StrEnum):
    """How far down loose or tied hair reaches."""

    SHORT = "short_hair"
    MEDIUM = "medium_hair"
    LONG = "long_hair"
    VERY_LONG = "very_long_hair"


class HairStyle(StrEnum):
    """How hair is worn; ``LOOSE`` has no tag."""

    LOOSE = "loose"
    BOB = "bob_cut"
    PONYTAIL = "ponytail"
    SIDE_PONYTAIL = "side_ponytail"
    TWINTAILS = "twintails"
    LOW_TWINTAILS = "low_twintails"
    TWO_SIDE_UP = "two_side_up"
    BRAID = "single_braid"
    TWIN_BRAIDS = "twin_braids"
    BUN = "single_hair_bun"
    DOUBLE_BUN = "double_bun"
    DRILLS = "twin_drills"


class Bangs(StrEnum):
    """The shape of the front hair; ``PLAIN`` has no tag."""

    PLAIN = "plain"
    BLUNT = "blunt_bangs"
    PARTED = "parted_bangs"
    SWEPT = "swept_bangs"
    BETWEEN_EYES = "hair_between_eyes"
    OVER_ONE_EYE = "hair_over_one_eye"


class EyeColour(StrEnum):
    """The colour of an eye, as danbooru names it."""

    BLUE = "blue_eyes"
    RED = "red_eyes"
    GREEN = "green_eyes"
    BROWN = "brown_eyes"
    PURPLE = "purple_eyes"
    YELLOW = "yellow_eyes"
    BLACK = "black_eyes"
    AQUA = "aqua_eyes"
    PINK = "pink_eyes"
    GREY = "grey_eyes"
    ORANGE = "orange_eyes"


class EyeShape(StrEnum):
    """The slant of the eyes; ``ROUND`` and ``NARROW`` have no tag."""

    ROUND = "round"
    NARROW = "narrow"
    TSURIME = "tsurime"
    TAREME = "tareme"


class EyeState(StrEnum):
    """How far the eyes are open; ``OPEN`` has no tag."""

    OPEN = "open"
    WIDE = "wide-eyed"
    HALF = "half-closed_eyes"
    CLOSED = "closed_eyes"
    WINK = "one_eye_closed"


class Brow(StrEnum):
    """The slant of the eyebrows; only ``V`` has a tag."""

    FLAT = "flat"
    ARCHED = "arched"
    V = "v-shaped_eyebrows"
    WORRIED = "worried"


class Mouth(StrEnum):
    """The shape of the mouth; the tags are in ``tagging``."""

    SMILE = "smile"
    LINE = "line"
    OPEN_SMILE = "open_smile"
    OPEN = "open"
    SMALL_O = "small_o"
    FROWN = "frown"
    GRIN = "grin"
    CAT = "cat"
    WAVY = "wavy"
    SHOUT = "shout"
    TONGUE = "tongue"
    PARTED = "parted"


class Mood(StrEnum):
    """The feeling that a face shows; those without a tag of their own are told by its parts."""

    CALM = "calm"
    HAPPY = "happy"
    EXPRESSIONLESS = "expressionless"
    ANGRY = "angry"
    SAD = "sad"
    SURPRISED = "surprised"
    SHY = "embarrassed"
    SMUG = "smug"
    SLEEPY = "sleepy"


class Gaze(StrEnum):
    """Where the eyes look; ``LEFT`` and ``RIGHT`` are the viewer's."""

    VIEWER = "looking_at_viewer"
    LEFT = "left"
    RIGHT = "right"
    UP = "looking_up"
    DOWN = "looking_down"


class ArmPose(StrEnum):
    """What the arms do; ``SIDES`` has no tag of its own in danbooru's vocabulary."""

    SIDES = "sides"
    BEHIND = "arms_behind_back"
    UP = "arms_up"
    WAVE = "waving"
    HIP = "hand_on_own_hip"
    CHEST = "hand_on_own_chest"
    TOGETHER = "own_hands_together"
    OUTSTRETCHED = "outstretched_arms"
    V_SIGN = "v"
    HOLDING = "holding"


class Held(StrEnum):
    """What a raised hand holds."""

    NOTHING = "nothing"
    BOOK = "book"
    CUP = "cup"
    SWORD = "sword"
    STAFF = "staff"
    FLOWER = "flower"
    UMBRELLA = "umbrella"


class Skin(StrEnum):
    """The tone of the skin; the usual tones have no tag."""

    PALE = "pale_skin"
    LIGHT = "light"
    TAN = "tan"
    DARK = "dark-skinned"


class Gender(StrEnum):
    """Which of danbooru's counts a person adds to."""

    GIRL = "girl"
    BOY = "boy"


class Accessory(StrEnum):
    """What is worn or grows besides clothes."""

    GLASSES = "glasses"
    WITCH_HAT = "witch_hat"
    BERET = "beret"
    STRAW_HAT = "straw_hat"
    BASEBALL_CAP = "baseball_cap"
    CROWN = "crown"
    CAT_EARS = "cat_ears"
    FOX_EARS = "fox_ears"
    RABBIT_EARS = "rabbit_ears"
    HORNS = "horns"
    HALO = "halo"
    ANGEL_WINGS = "angel_wings"
    DEMON_WINGS = "demon_wings"
    TAIL = "tail"
    EARRINGS = "earrings"
    CHOKER = "choker"
    NECKLACE = "necklace"
    HAIR_FLOWER = "hair_flower"
    HAIRBAND = "hairband"
    HAIR_BOW = "hair_bow"
    HAIR_RIBBON = "hair_ribbon"
    HAIRCLIP = "hairclip"
    STAR_ORNAMENT = "star_hair_ornament"
    HEADPHONES = "headphones"
    EYEPATCH = "eyepatch"
    MAID_HEADDRESS = "maid_headdress"
    POINTY_EARS = "pointy_ears"
    GLOVES = "gloves"


class Framing(StrEnum):
    """How much of the figure the picture shows."""

    CLOSE_UP = "close-up"
    PORTRAIT = "portrait"
    UPPER_BODY = "upper_body"
    COWBOY_SHOT = "cowboy_shot"
    FULL_BODY = "full_body"


class Backdrop(StrEnum):
    """What is behind the figure; the tags are in ``tagging``."""

    WHITE = "white"
    TRANSPARENT = "transparent"
    PLAIN = "plain"
    GRADIENT = "gradient"
    DOTS = "dots"
    STRIPES = "stripes"
    CHECKERED = "checkered"
    HEARTS = "hearts"
    SPARKLES = "sparkles"
    ABSTRACT = "abstract"
    SKY = "sky"
    FIELD = "field"
    FLOWERS = "flowers"
    OCEAN = "ocean"
    SUNSET = "sunset"
    NIGHT = "night"
    CHERRY = "cherry"
    FOREST = "forest"
    MOUNTAINS = "mountains"
    CITY = "city"
    SNOW = "snow"
    RAIN = "rain"
    WINDOW = "window"
    CLASSROOM = "classroom"
    HALFTONE = "halftone"
    FLORAL = "floral"
    TWO_TONE = "two-tone"
    GRID = "grid"
    SUNBURST = "sunburst"
    WATERCOLOUR = "watercolor"
    BRICKS = "bricks"
    LIBRARY = "library"
    UNDERWATER = "underwater"
    AUTUMN = "autumn"


class ArtStyle(StrEnum):
    """How a picture is drawn; ``CEL``, ``FLAT`` and ``PAINTED`` have no tag."""

    CEL = "cel"
    FLAT = "flat"
    PAINTED = "painted"
    GREYSCALE = "greyscale"
    SKETCH = "sketch"
    CHIBI = "chibi"
    PIXEL_ART = "pixel_art"
    CARTOON = "toon_(style)"


class Subject(StrEnum):
    """The thing shown where nobody is; ``SCENERY`` is the backdrop alone."""

    SCENERY = "scenery"
    CAT = "cat"
    BIRD = "bird"
    CAKE = "cake"
    FRUIT = "apple"
    CUP = "cup"
    FLOWER = "flower"
