"""The open library as the command line and the window see it: one service for each thing to do."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anitag_desktop.domain.change import Changes
from anitag_desktop.paths import LibraryPaths

if TYPE_CHECKING:
    # Only for the types: the window must paint before the services' own imports are loaded.
    from anitag_desktop.services.accelerating import Acceleration
    from anitag_desktop.services.administering import TagAdministration
    from anitag_desktop.services.approximating import Approximator
    from anitag_desktop.services.clustering import Unknowns
    from anitag_desktop.services.configuring import Configuration
    from anitag_desktop.services.correcting import Corrector
    from anitag_desktop.services.diagnosing import Diagnosis
    from anitag_desktop.services.duplicating import Duplicates
    from anitag_desktop.services.exporting import Exporter
    from anitag_desktop.services.forgetting import Forgetter
    from anitag_desktop.services.healing import Healer
    from anitag_desktop.services.importing import Importer
    from anitag_desktop.services.indexing import Indexer
    from anitag_desktop.services.installing import Installer
    from anitag_desktop.services.judging import Judge
    from anitag_desktop.services.keeping import Keeper
    from anitag_desktop.services.marking import Marker
    from anitag_desktop.services.modelling import Models
    from anitag_desktop.services.outlining import Outliner
    from anitag_desktop.services.portraying import Portrayer
    from anitag_desktop.services.refreshing import Refresher
    from anitag_desktop.services.remembering import SavedSearches
    from anitag_desktop.services.retraining import Retrainer
    from anitag_desktop.services.reviewing import Reviewer
    from anitag_desktop.services.searching import Searcher
    from anitag_desktop.services.showing import Showing
    from anitag_desktop.services.tagging import TaggingQueue
    from anitag_desktop.services.teaching import Teacher
    from anitag_desktop.services.thumbnailing import Thumbnails
    from anitag_desktop.services.weighing import Weigher


@dataclass(frozen=True, slots=True)
class Library:
    """The services of one open library; each may be called from any thread."""

    paths: LibraryPaths
    changes: Changes
    indexing: "Indexer"
    tagging: "TaggingQueue"
    correcting: "Corrector"
    marking: "Marker"
    refreshing: "Refresher"
    healing: "Healer"
    retraining: "Retrainer"
    teaching: "Teacher"
    unknowns: "Unknowns"
    portraying: "Portrayer"
    reviewing: "Reviewer"
    searching: "Searcher"
    duplicating: "Duplicates"
    judging: "Judge"
    weighing: "Weigher"
    outlining: "Outliner"
    showing: "Showing"
    administering: "TagAdministration"
    modelling: "Models"
    forgetting: "Forgetter"
    installing: "Installer"
    accelerating: "Acceleration"
    approximating: "Approximator"
    importing: "Importer"
    exporting: "Exporter"
    keeping: "Keeper"
    diagnosing: "Diagnosis"
    thumbnailing: "Thumbnails"
    remembering: "SavedSearches"
    configuring: "Configuration"
