"""The application's stylesheet, written from the tokens."""

from anitag_desktop.gui.theme.tokens import Colours, Size, Space, Type


def stylesheet(colours: Colours) -> str:
    """Return the stylesheet of a scheme."""
    return "\n".join(
        (
            _surfaces(colours),
            _controls(colours),
            _forms(colours),
            _tags(colours),
            _models(colours),
            _scrollbars(colours),
            _menus(colours),
        )
    )


def _surfaces(c: Colours) -> str:
    return f"""
QMainWindow, QDialog, #centre, #welcome {{ background: {c.background}; }}
#leftPanel, #rightPanel, #strip {{ background: {c.panel}; }}
#viewerBar {{ background: {c.panel}; border-bottom: {Space.HAIR}px solid {c.hairline}; }}
#strip {{ border-top: {Space.HAIR}px solid {c.hairline}; }}
#inspectorBody, #rightPanel QScrollArea, #leftPanel QListView, #rightPanel QListView {{
    background: {c.panel}; border: none; }}
QSplitter::handle {{ background: {c.hairline}; }}
QLabel[tone="secondary"] {{ color: {c.secondary}; font-size: {Type.SECONDARY}px; }}
QLabel[tone="title"] {{ font-size: {Type.TITLE}px; font-weight: {Type.SEMIBOLD}; }}
QLabel[tone="hero"] {{ font-size: {Type.HERO}px; font-weight: {Type.SEMIBOLD}; }}
QLabel[tone="hint"] {{
    background: {c.badge}; color: {c.on_badge}; font-size: {Type.SECONDARY}px;
    padding: {Space.TINY}px {Space.CELL}px; border-radius: {Size.RADIUS}px;
}}
QLabel[tone="head"] {{ color: {c.secondary}; }}
QLabel[tone="warning"] {{ color: {c.warning}; }}
QLabel[tone="good"] {{ color: {c.good}; }}
QLabel[tone="bad"] {{ color: {c.bad}; }}
QToolTip {{ background: {c.raised}; color: {c.text}; border: {Space.HAIR}px solid {c.hairline};
    padding: {Space.TINY}px {Space.SMALL}px; font-size: {Type.SECONDARY}px; }}
#toast {{ background: {c.raised}; border: {Space.HAIR}px solid {c.hairline};
    border-radius: {Size.RADIUS}px; }}
"""


def _controls(c: Colours) -> str:
    return f"""
QPushButton {{ background: {c.raised}; color: {c.text}; border: {Space.HAIR}px solid {c.hairline};
    border-radius: {Size.RADIUS}px; padding: 0 {Space.CELL}px;
    min-height: {Size.CONTROL - 2}px; font-weight: {Type.MEDIUM}; }}
QPushButton:hover {{ background: {c.hover}; }}
QPushButton:focus {{ border-color: {c.accent}; }}
QPushButton:disabled {{ color: {c.faint}; }}
QPushButton[kind="primary"] {{ background: {c.accent}; color: {c.on_accent};
    border-color: {c.accent}; font-weight: {Type.SEMIBOLD}; padding: 0 {Space.OUTER}px; }}
QPushButton[kind="primary"]:focus {{ border: {Size.FOCUS}px solid {c.text};
    padding: 0 {Space.OUTER - 1}px; min-height: {Size.CONTROL - 2 * Size.FOCUS}px; }}
QPushButton[kind="primary"]:disabled {{ background: {c.raised}; color: {c.faint};
    border-color: {c.hairline}; }}
QPushButton[kind="quiet"] {{ background: transparent; border-color: transparent;
    padding: 0 {Space.SMALL}px; min-height: {Size.CHIP - 2}px; color: {c.accent_text}; }}
QPushButton#back {{ padding-left: 0; }}
QPushButton[kind="quiet"]:hover {{ background: {c.raised}; }}
QPushButton[kind="quiet"]:focus {{ border-color: {c.accent}; }}
QPushButton[kind="quiet"]:disabled {{ color: {c.faint}; }}
QPushButton[kind="choice"] {{ background: transparent; border-radius: {Size.RADIUS_CHIP - 2}px;
    padding: 0 {Space.SMALL}px; min-height: {Size.CHIP - 4}px; color: {c.secondary};
    font-size: {Type.HEAD}px; }}
#ratings QPushButton[kind="choice"] {{ padding: 0 {Space.TINY}px; }}
QPushButton[kind="choice"]:hover {{ background: {c.raised}; }}
QPushButton[kind="choice"]:checked {{ background: {c.selection}; color: {c.text};
    border-color: {c.accent}; }}
QPushButton::menu-indicator {{ image: none; width: 0; }}
QToolButton {{ background: transparent; border: {Space.HAIR}px solid transparent;
    border-radius: {Size.RADIUS}px; }}
QToolButton:hover {{ background: {c.raised}; }}
QToolButton:checked {{ background: {c.selection}; }}
QToolButton:focus {{ border-color: {c.accent}; }}
QToolButton::menu-indicator {{ image: none; }}
#searchBar, #tagField {{ background: {c.panel}; border: {Space.HAIR}px solid {c.hairline};
    border-radius: {Size.RADIUS}px; }}
#tagField {{ background: {c.background}; }}
#searchBar[focused="true"], #tagField[focused="true"] {{ border-color: {c.accent}; }}
#searchBar[broken="true"] {{ border-color: {c.bad}; }}
QPlainTextEdit#queryText {{ background: transparent; border: none; font-size: {Type.TITLE}px; }}
QLineEdit#tagText {{ background: transparent; border: none; font-size: {Type.BODY}px; }}
QProgressBar {{ background: {c.hairline}; border: none;
    border-radius: {Size.PROGRESS_HEIGHT // 2}px; max-height: {Size.PROGRESS_HEIGHT}px; }}
QProgressBar::chunk {{ background: {c.accent}; border-radius: {Size.PROGRESS_HEIGHT // 2}px; }}
QPlainTextEdit#details {{ background: {c.panel}; border: {Space.HAIR}px solid {c.hairline};
    border-radius: {Size.RADIUS}px; padding: {Space.SMALL}px; }}
"""


def _forms(c: Colours) -> str:
    return f"""
#settingsBody, #settingsPage {{ background: {c.background}; }}
#classColumn {{ background: {c.panel}; border-left: {Space.HAIR}px solid {c.hairline}; }}
#classScroll, #classRows {{ background: transparent; }}
#dialogBar {{ background: {c.panel}; border-top: {Space.HAIR}px solid {c.hairline}; }}
#settingsNames {{ background: {c.panel}; border: none; outline: none;
    border-right: {Space.HAIR}px solid {c.hairline}; padding: {Space.CELL}px {Space.SMALL}px; }}
#settingsNames::item, #folderList::item {{ height: {Size.ROW}px; padding: 0 {Space.SMALL}px;
    border-radius: {Size.RADIUS_SMALL}px; color: {c.text}; }}
#settingsNames::item:hover, #folderList::item:hover {{ background: {c.raised}; }}
#settingsNames::item:selected, #folderList::item:selected {{ background: {c.selection}; }}
#settingsBody QLineEdit, #settingsBody QAbstractSpinBox, #patterns, #folderList {{
    background: {c.panel}; border: {Space.HAIR}px solid {c.hairline};
    border-radius: {Size.RADIUS}px; selection-background-color: {c.selection};
    selection-color: {c.text}; }}
#settingsBody QLineEdit {{ padding: 0 {Space.SMALL}px; }}
#settingsBody QComboBox, #trainingBody QComboBox {{ background: {c.panel};
    border: {Space.HAIR}px solid {c.hairline}; border-radius: {Size.RADIUS}px;
    padding: 0 {Space.SMALL}px; min-height: {Size.CONTROL - 2}px; }}
#settingsBody QComboBox:focus, #trainingBody QComboBox:focus {{ border-color: {c.accent}; }}
#settingsBody QComboBox::drop-down, #trainingBody QComboBox::drop-down {{
    border: none; width: {Size.CONTROL}px; }}
#settingsBody QLineEdit, #settingsBody QAbstractSpinBox {{ min-height: {Size.CONTROL - 2}px; }}
#settingsBody QAbstractSpinBox::up-button, #settingsBody QAbstractSpinBox::down-button {{
    width: 0; }}
#settingsBody QAbstractSpinBox[hint="true"] {{ color: {c.secondary}; }}
#patterns, #folderList {{ padding: {Space.TINY}px; }}
#settingsBody QLineEdit:focus, #settingsBody QAbstractSpinBox:focus, #patterns:focus,
#folderList:focus {{ border-color: {c.accent}; }}
QPushButton[kind="option"]:checked {{ background: {c.selection}; border-color: {c.accent}; }}
QSlider::groove:horizontal {{ background: {c.hairline}; height: {Space.TINY}px;
    border-radius: {Space.LINE}px; }}
QSlider::sub-page:horizontal {{ background: {c.accent}; border-radius: {Space.LINE}px; }}
QSlider::handle:horizontal {{ background: {c.accent}; width: {Size.ICON}px;
    margin: -{Space.TINY + Space.LINE}px 0; border-radius: {Size.ICON // 2}px; }}
QSlider::handle:horizontal:focus {{ border: {Space.LINE}px solid {c.text}; }}
"""


def _tags(c: Colours) -> str:
    return f"""
#tagsDialog QListView {{ background: {c.background}; border: none; outline: none; }}
#tagsSide, #tagsSideBody {{ background: {c.panel}; }}
#tagsSide {{ border-left: {Space.HAIR}px solid {c.hairline}; }}
#tagsDialog QLineEdit, #tagsDialog QComboBox {{ background: {c.panel};
    border: {Space.HAIR}px solid {c.hairline}; border-radius: {Size.RADIUS}px;
    padding: 0 {Space.SMALL}px; min-height: {Size.CONTROL - 2}px;
    selection-background-color: {c.selection}; selection-color: {c.text}; }}
#tagsSide QLineEdit, #tagsSide QComboBox {{ background: {c.background}; }}
#tagsDialog QLineEdit:focus, #tagsDialog QComboBox:focus {{ border-color: {c.accent}; }}
#tagsDialog QComboBox::drop-down {{ border: none; width: {Size.CONTROL}px; }}
"""


def _models(c: Colours) -> str:
    return f"""
#modelsBody, #modelsScroll, #trainingBody, #trainingScroll {{ background: {c.background}; }}
#modelCard {{ background: {c.panel}; border-radius: {Size.RADIUS}px; }}
#modelBadge {{ background: {c.selection}; color: {c.accent_text}; font-size: {Type.HEAD}px;
    font-weight: {Type.SEMIBOLD}; border-radius: {Size.RADIUS_SMALL}px;
    padding: {Space.LINE}px {Space.SMALL}px; }}
"""


def _scrollbars(c: Colours) -> str:
    # The grip is the colour of secondary text, thinned: it must be seen on every surface.
    return f"""
QScrollBar {{ background: transparent; border: none; }}
QScrollBar:vertical {{ width: {Size.SCROLLBAR}px; margin: 0; }}
QScrollBar:horizontal {{ height: {Size.SCROLLBAR}px; margin: 0; }}
QScrollBar::handle {{ background: {c.hairline}; border-radius: {Size.SCROLLBAR // 2 - 2}px;
    margin: 2px; }}
QScrollBar::handle:hover {{ background: {c.faint}; }}
QScrollBar::handle:vertical {{ min-height: {Size.SCROLLBAR_GRIP}px; }}
QScrollBar::handle:horizontal {{ min-width: {Size.SCROLLBAR_GRIP}px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""


def _menus(c: Colours) -> str:
    return f"""
QMenu {{ background: {c.panel}; border: {Space.HAIR}px solid {c.hairline};
    border-radius: {Size.RADIUS}px; padding: {Space.TINY}px; }}
QMenu::item {{ padding: {Space.TINY + 2}px {Space.WIDE}px {Space.TINY + 2}px {Space.CELL}px;
    border-radius: {Size.RADIUS_SMALL}px; }}
QMenu::icon {{ padding-left: {Space.SMALL}px; }}
QMenu::item:selected {{ background: {c.selection}; color: {c.text}; }}
QMenu::item:disabled {{ color: {c.faint}; }}
QMenu::separator {{ height: {Space.HAIR}px; background: {c.hairline};
    margin: {Space.TINY}px {Space.SMALL}px; }}
#completion {{ background: {c.panel}; border: {Space.HAIR}px solid {c.hairline};
    border-radius: {Size.RADIUS}px; }}
#problemList {{ background: {c.background}; border: none; }}
#charactersBody QLineEdit {{ background: {c.panel}; border: {Space.HAIR}px solid {c.hairline};
    border-radius: {Size.RADIUS}px; padding: 0 {Space.SMALL}px;
    min-height: {Size.CONTROL - 2}px; }}
#charactersBody QLineEdit:focus {{ border-color: {c.accent}; }}
#charactersBody, #charactersScroll, #tileList {{ background: {c.background}; border: none;
    outline: none; }}
"""
