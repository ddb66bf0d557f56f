"""Building every service of a library, and connecting them."""

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.paths import LibraryPaths
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
from anitag_desktop.services.library import Library
from anitag_desktop.services.likening import Likening
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
from anitag_desktop.storage.store import Store


def connect(paths: LibraryPaths, store: Store) -> Library:
    """Return the services of the library that lies in ``paths`` and is open as ``store``."""
    modelling = Models(store)
    indexing = Indexer(store)
    searching = Searcher(store, likening=Likening(store, modelling))
    showing = Showing(store)
    thumbnailing = Thumbnails(store)
    correcting = Corrector(store)
    refreshing = Refresher(store, modelling.sameness)
    healing = Healer(store, refreshing, lambda: _givers(modelling))
    teaching = Teacher(store, correcting, refreshing)
    return Library(
        paths=paths,
        changes=store.changes,
        indexing=indexing,
        tagging=TaggingQueue(store, indexing, modelling, healing.heal),
        correcting=correcting,
        marking=Marker(store),
        refreshing=refreshing,
        healing=healing,
        retraining=Retrainer(store, modelling),
        teaching=teaching,
        unknowns=Unknowns(store, teaching, modelling.sameness),
        portraying=Portrayer(store),
        reviewing=Reviewer(store, correcting),
        searching=searching,
        duplicating=Duplicates(store),
        judging=Judge(store),
        weighing=Weigher(thumbnailing),
        outlining=Outliner(store, modelling.sameness),
        showing=showing,
        administering=TagAdministration(store),
        modelling=modelling,
        forgetting=Forgetter(store, modelling),
        installing=Installer(paths, modelling),
        accelerating=Acceleration(
            lambda: [package.folder for package in modelling.active()],
            lambda: store.changes.publish(LibraryChange(models=True)),
        ),
        approximating=Approximator(store, modelling, searching, showing),
        importing=Importer(store),
        exporting=Exporter(store, searching, showing),
        keeping=Keeper(store),
        diagnosing=Diagnosis(paths),
        thumbnailing=thumbnailing,
        remembering=SavedSearches(store, searching),
        configuring=Configuration(store, modelling),
    )


def _givers(modelling: Models) -> list[ModelKey]:
    """Return the models in use that give vectors of pictures."""
    return [package.key for package in modelling.active() if package.embedding is not None]
