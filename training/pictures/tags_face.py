"""Tags of expression and pose."""

from training.pictures.attributes import ArmPose, Brow, EyeState, Gaze, Held, Mood, Mouth
from training.pictures.person import Person

_MOUTHS: dict[Mouth, set[str]] = {
    Mouth.SMILE: {"smile", "closed_mouth"},
    Mouth.LINE: {"closed_mouth"},
    Mouth.OPEN_SMILE: {"smile", "open_mouth", ":d"},
    Mouth.OPEN: {"open_mouth"},
    Mouth.SMALL_O: {"open_mouth", ":o"},
    Mouth.FROWN: {"frown", "closed_mouth"},
    Mouth.GRIN: {"grin", "smile", "teeth"},
    Mouth.CAT: {":3", "closed_mouth", "smile"},
    Mouth.WAVY: {"wavy_mouth", "closed_mouth"},
    Mouth.SHOUT: {"open_mouth", "shouting"},
    Mouth.TONGUE: {"tongue_out", "tongue", "smile", ":p"},
    Mouth.PARTED: {"parted_lips"},
}
_MOODS: dict[Mood, set[str]] = {
    Mood.HAPPY: {"happy"},
    Mood.EXPRESSIONLESS: {"expressionless"},
    Mood.ANGRY: {"angry"},
    Mood.SAD: {"sad"},
    Mood.SURPRISED: {"surprised"},
    Mood.SHY: {"embarrassed"},
    Mood.SMUG: {"smug"},
    Mood.SLEEPY: {"sleepy"},
}
_EYES: dict[EyeState, set[str]] = {
    EyeState.WIDE: {"wide-eyed"},
    EyeState.HALF: {"half-closed_eyes"},
    EyeState.CLOSED: {"closed_eyes"},
    EyeState.WINK: {"one_eye_closed"},
}


def expression_tags(person: Person) -> set[str]:
    """Return what the face does."""
    expression = person.expression
    names = _MOUTHS[expression.mouth] | _MOODS.get(expression.mood, set())
    names = names | _EYES.get(expression.eyes, set())
    if expression.blush >= 0.5:
        names.add("blush")
    if expression.tears:
        names |= {"tears", "crying"}
    if expression.sweat:
        names.add("sweatdrop")
    if expression.brow is Brow.V:
        names.add(Brow.V.value)
    if person.traits.face.fang and "open_mouth" in names and expression.mouth is not Mouth.SMALL_O:
        names.add("fang")
    return names


_GAZES: dict[Gaze, set[str]] = {
    Gaze.VIEWER: {"looking_at_viewer"},
    Gaze.LEFT: {"looking_to_the_side", "looking_away"},
    Gaze.RIGHT: {"looking_to_the_side", "looking_away"},
    Gaze.UP: {"looking_up"},
    Gaze.DOWN: {"looking_down"},
}
_ARMS: dict[ArmPose, set[str]] = {
    ArmPose.BEHIND: {"arms_behind_back"},
    ArmPose.UP: {"arms_up"},
    ArmPose.WAVE: {"waving", "arm_up", "hand_up"},
    ArmPose.HIP: {"hand_on_own_hip"},
    ArmPose.CHEST: {"hand_on_own_chest", "hand_up"},
    ArmPose.TOGETHER: {"own_hands_together"},
    ArmPose.OUTSTRETCHED: {"outstretched_arms", "spread_arms"},
    ArmPose.V_SIGN: {"v", "hand_up"},
    ArmPose.HOLDING: {"holding"},
}
_HELD: dict[Held, set[str]] = {
    Held.BOOK: {"book", "holding_book"},
    Held.CUP: {"cup", "holding_cup"},
    Held.SWORD: {"sword", "weapon", "holding_sword", "holding_weapon"},
    Held.STAFF: {"staff", "holding_staff"},
    Held.FLOWER: {"flower", "holding_flower"},
    Held.UMBRELLA: {"umbrella", "holding_umbrella"},
}
_LOWEST: dict[ArmPose, int] = {ArmPose.TOGETHER: 3, ArmPose.HIP: 3}


def pose_tags(person: Person, rank: int) -> set[str]:
    """Return what gaze, head and arms do, as far as a framing of that rank shows them."""
    pose, names = person.pose, set()
    if person.expression.eyes is not EyeState.CLOSED:
        names |= _GAZES[pose.gaze]
    if abs(pose.tilt) >= 8.0:
        names.add("head_tilt")
    if rank >= _LOWEST.get(pose.arms, 2):
        names |= _ARMS.get(pose.arms, set())
        if pose.arms is ArmPose.HOLDING:
            names |= _HELD.get(pose.held, set())
    return names
