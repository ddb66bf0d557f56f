import pytest
from PySide6.QtGui import QColor

from anitag_desktop.gui.theme import icons
from anitag_desktop.gui.theme.theme import Scheme, colour, theme
from anitag_desktop.gui.theme.tokens import DARK, LIGHT, Colours
from anitag_desktop.paths import resources

pytestmark = pytest.mark.gui

SURFACES = ("background", "panel", "raised", "hover", "selection")
TEXTS = ("text", "secondary", "accent_text", "warning", "good", "bad")


def luminance(value: str) -> float:
    channels = QColor(value).getRgbF()[:3]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_right():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("surface", SURFACES)
def test_all_text_can_be_read_on_every_surface(scheme: Colours, surface: str):
    ground = getattr(scheme, surface)
    texts = {name: getattr(scheme, name) for name in TEXTS}
    texts |= {f"category {name}": value for name, value in scheme.categories.items()}
    weak = {name: contrast(value, ground) for name, value in texts.items()}
    assert {name: c for name, c in weak.items() if c < 4.5} == {}


@pytest.mark.parametrize("scheme", [DARK, LIGHT], ids=["dark", "light"])
def test_text_on_accent_and_badges_can_be_read(scheme: Colours):
    assert contrast(scheme.on_accent, scheme.accent) >= 4.5
    badge = QColor(scheme.badge).name()
    assert contrast(scheme.on_badge, badge) >= 4.5
    assert contrast(scheme.on_badge_warning, badge) >= 4.5


def test_the_user_overrides_the_system_and_painters_hear_of_it(qtbot, qapp):
    with qtbot.waitSignal(theme.changed):
        theme.choose(Scheme.LIGHT)
    assert colour("background") == QColor(LIGHT.background)
    assert LIGHT.background in qapp.styleSheet()
    theme.choose(Scheme.DARK)
    assert colour("background") == QColor(DARK.background)
    assert LIGHT.background not in qapp.styleSheet()


TINTED = [p for p in sorted((resources() / "icons").glob("*.svg")) if p.stem != "anitag"]


@pytest.mark.parametrize("path", TINTED, ids=lambda p: p.stem)
def test_every_icon_draws_something_in_the_asked_colour(qapp, path):
    image = icons.pixmap(path.stem, "accent", 24, 2.0).toImage()
    accent = colour("accent")
    seen = {
        image.pixelColor(x, y).rgb()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }
    assert accent.rgb() in seen
