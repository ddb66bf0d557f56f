"""Every tag that the picture maker can say; names here are stable, as models depend on them."""

from training.pictures.characters import CHARACTERS, COPYRIGHT

_GENERAL = """
1boy 1girl 2boys 2girls 3boys 3girls 4girls 5girls 6+girls :3 :d :o :p abstract_background ahoge
angel_wings angry animal animal_ears animal_focus apple apron aqua_background aqua_bow
aqua_bowtie aqua_cardigan aqua_dress aqua_eyes aqua_footwear aqua_hair aqua_hoodie aqua_jacket
aqua_kimono aqua_necktie aqua_pants aqua_ribbon aqua_scarf aqua_shirt aqua_shorts aqua_skirt
aqua_sweater aqua_tank_top aqua_vest arm_up armor arms_behind_back arms_up autumn autumn_leaves
bare_legs bare_shoulders baseball_cap beach beret bird black_background black_bow black_bowtie
black_cardigan black_dress black_eyes black_footwear black_hair black_hoodie black_jacket
black_kimono black_kneehighs black_necktie black_pants black_pantyhose black_ribbon
black_sailor_collar black_scarf black_shirt black_shorts black_skirt black_socks black_sweater
black_tank_top black_thighhighs black_vest blazer blonde_hair blue_background blue_bow
blue_bowtie blue_cardigan blue_dress blue_eyes blue_footwear blue_hair blue_hoodie blue_jacket
blue_kimono blue_kneehighs blue_neckerchief blue_necktie blue_pants blue_pantyhose blue_ribbon
blue_sailor_collar blue_scarf blue_shirt blue_shorts blue_skirt blue_sky blue_socks blue_sweater
blue_tank_top blue_thighhighs blue_vest blunt_bangs blurry blurry_background blush bob_cut book
bookshelf boots bow bowtie braid breastplate brick_wall brown_background brown_bow brown_bowtie
brown_cardigan brown_dress brown_eyes brown_footwear brown_hair brown_hoodie brown_jacket
brown_kimono brown_kneehighs brown_necktie brown_pants brown_pantyhose brown_ribbon brown_scarf
brown_shirt brown_shorts brown_skirt brown_socks brown_sweater brown_tank_top brown_thighhighs
brown_vest bubble building cake cardigan cat cat_ears chalkboard checkered_background
cherry_blossoms chibi choker city city_lights cityscape classroom close-up closed_eyes
closed_mouth cloud cloudy_sky collarbone collared_shirt colored_inner_hair cowboy_shot crown
crying cup curtains dark-skinned_female dark-skinned_male dark_skin day demon_wings
depth_of_field desk double_bun dress drill_hair earrings embarrassed expressionless eyepatch fang
feathered_wings field floral_background floral_print flower flower_field food food_focus forest
fox_ears freckles frills frown fruit full_body gakuran glasses gloves gradient_background
gradient_hair grass green_background green_bow green_bowtie green_cardigan green_dress green_eyes
green_footwear green_hair green_hoodie green_jacket green_kimono green_neckerchief green_necktie
green_pants green_ribbon green_sailor_collar green_scarf green_shirt green_shorts green_skirt
green_sweater green_tank_top green_vest grey_background grey_bow grey_bowtie grey_cardigan
grey_dress grey_eyes grey_footwear grey_hair grey_hoodie grey_jacket grey_kimono grey_kneehighs
grey_necktie grey_pants grey_pantyhose grey_ribbon grey_scarf grey_shirt grey_shorts grey_skirt
grey_socks grey_sweater grey_tank_top grey_thighhighs grey_vest greyscale grid_background grin
hair_between_eyes hair_bow hair_bun hair_flower hair_ornament hair_over_one_eye hair_ribbon
hairband hairclip half-closed_eyes halftone halftone_background halo hand_on_own_chest
hand_on_own_hip hand_up happy hat head_tilt headphones heart heart_background heterochromia
holding holding_book holding_cup holding_flower holding_staff holding_sword holding_umbrella
holding_weapon hood hood_down hoodie horizon horns indoors jacket japanese_clothes jewelry kimono
kneehighs library long_hair long_skirt long_sleeves looking_at_viewer looking_away looking_down
looking_to_the_side looking_up low_twintails maid medium_hair mole monochrome moon mountain
multicolored_hair multiple_boys multiple_girls nature neck_ribbon neckerchief necklace necktie
night night_sky no_humans obi ocean one_eye_closed open_clothes open_jacket open_mouth
orange_background orange_bow orange_bowtie orange_cardigan orange_dress orange_eyes
orange_footwear orange_hair orange_hoodie orange_jacket orange_kimono orange_necktie orange_pants
orange_ribbon orange_scarf orange_shirt orange_shorts orange_skirt orange_sky orange_sweater
orange_tank_top orange_vest outdoors outstretched_arms own_hands_together pale_skin pants
pantyhose parted_bangs parted_lips petals pink_background pink_bow pink_bowtie pink_cardigan
pink_dress pink_eyes pink_footwear pink_hair pink_hoodie pink_jacket pink_kimono pink_kneehighs
pink_neckerchief pink_necktie pink_pants pink_pantyhose pink_ribbon pink_scarf pink_shirt
pink_shorts pink_skirt pink_socks pink_sweater pink_tank_top pink_thighhighs pink_vest pixel_art
plaid_clothes pleated_skirt pointy_ears polka_dot polka_dot_background ponytail portrait
puffy_short_sleeves puffy_sleeves purple_background purple_bow purple_bowtie purple_cardigan
purple_dress purple_eyes purple_footwear purple_hair purple_hoodie purple_jacket purple_kimono
purple_kneehighs purple_necktie purple_pants purple_pantyhose purple_ribbon purple_scarf
purple_shirt purple_shorts purple_skirt purple_socks purple_sweater purple_tank_top
purple_thighhighs purple_vest rabbit_ears rain red_background red_bow red_bowtie red_cardigan
red_dress red_eyes red_footwear red_hair red_hoodie red_jacket red_kimono red_kneehighs
red_neckerchief red_necktie red_pants red_pantyhose red_ribbon red_sailor_collar red_scarf
red_shirt red_shorts red_skirt red_socks red_sweater red_tank_top red_thighhighs red_vest ribbon
sad sailor_collar sandals sash scarf scenery school_uniform serafuku shirt shoes short_hair
short_sleeves shorts shouting side_ponytail sidelocks simple_background single_braid
single_hair_bun sketch skirt sky sleepy sleeveless smile smug sneakers snow snowing socks solo
sparkle sparkle_background spread_arms staff star_(sky) star_hair_ornament starry_sky still_life
straw_hat streaked_hair striped_background striped_clothes sun sunburst sunburst_background
sundress sunset surprised sweatdrop sweater swept_bangs sword t-shirt tail tan tank_top tareme
tears teeth thighhighs tongue tongue_out toon_(style) transparent_background tree tsurime
turtleneck twin_braids twin_drills twintails two-tone_background two-tone_hair two_side_up
umbrella underwater upper_body v v-shaped_eyebrows very_long_hair vest water
watercolor_background waving wavy_mouth weapon white_apron white_background white_bow
white_bowtie white_cardigan white_dress white_footwear white_hair white_hoodie white_jacket
white_kimono white_kneehighs white_necktie white_pants white_pantyhose white_ribbon
white_sailor_collar white_scarf white_shirt white_shorts white_skirt white_socks white_sweater
white_tank_top white_thighhighs white_vest wide-eyed wide_sleeves window wings winter witch_hat
yellow_background yellow_bow yellow_bowtie yellow_cardigan yellow_dress yellow_eyes
yellow_footwear yellow_hoodie yellow_jacket yellow_kimono yellow_neckerchief yellow_necktie
yellow_pants yellow_ribbon yellow_scarf yellow_shirt yellow_shorts yellow_skirt yellow_sweater
yellow_tank_top yellow_vest
"""

GENERAL: tuple[str, ...] = tuple(_GENERAL.split())
"""Tags of category general, sorted."""

CHARACTER: tuple[str, ...] = tuple(sorted(traits.name for traits in CHARACTERS))
"""Tags of category character, sorted."""

VOCABULARY: tuple[tuple[str, str], ...] = (
    *((name, "general") for name in GENERAL),
    *((name, "character") for name in CHARACTER),
    (COPYRIGHT, "copyright"),
)
"""Every (name, category) that ``tagging.tags_of`` can return."""
