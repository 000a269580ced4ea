"""One running studio: its store, queue, intake and identity, made once at start and handed to everything that needs them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.plugins import check_plugins
from pipelines.core.seeds import fresh_seed
from pipelines.hub.door import threshold
from studio.access.audit import AuditLog
from studio.access.hub_sign_ins import HubSignIns
from studio.access.sessions import KEY_FILE, key_in
from studio.access.sign_ins import SignIns
from studio.access.tally import Tally
from studio.access.tokens import AccessTokens
from studio.engine.batches import Batches
from studio.engine.cluster_queue import jobs_on
from studio.engine.fairness import ADDRESSES_FILE, address_limit, addresses_key, total_limit
from studio.engine.local_queue import LocalQueue
from studio.engine.pending_calls import PendingCalls
from studio.engine.runners import Runner, runner_from_environment
from studio.intake.examiner import Intake
from studio.provenance.certificate import FILE_NAME, Certificate, certificate
from studio.storage.arrivals import Arrivals
from studio.storage.reservations import megabytes
from studio.storage.retention import keep_days
from studio.storage.shared_keys import share_keys
from studio.storage.shares import Shares
from studio.storage.store import Store

if TYPE_CHECKING:
    from studio.film.library import Films


@dataclass
class Studio:
    """The parts that outlive a request."""

    store: Store
    jobs: LocalQueue
    intake: Intake
    paces: Any = None  # what several servers count together (studio.access.pace.Shared)

    @cached_property
    def certificate(self) -> Certificate:
        """What results are signed with; made on first use."""
        return certificate(self.store.home / "identity")

    @cached_property
    def audit(self) -> AuditLog:
        """The audit log."""
        return AuditLog(self.store.home)

    @cached_property
    def tally(self) -> Tally:
        """Counts since this process began."""
        return Tally(self.audit)

    @cached_property
    def sign_ins(self) -> SignIns:
        """Who is signed in with an account."""
        return SignIns(self.store)

    @cached_property
    def hub_sign_ins(self) -> HubSignIns:
        """Who is signed in with a model hub."""
        return HubSignIns(self.store)

    @cached_property
    def tokens(self) -> AccessTokens:
        """Access tokens of REST and MCP."""
        return AccessTokens(self.store)

    @cached_property
    def batches(self) -> Batches:
        """Calls that were made together."""
        return Batches(self.store, self.jobs)

    @cached_property
    def shares(self) -> Shares:
        """Results that visitors show to others."""
        return Shares(self.store)

    @cached_property
    def films(self) -> Films:
        """Storyboards and their renders."""
        from studio.film.library import Films

        return Films(self)

    @cached_property
    def arrivals(self) -> Arrivals:
        """Uploads that are under way."""
        from studio.access.api_uploads import lying_bytes  # it knows Gradio, which the command line does without

        return Arrivals(self.store, lying_bytes)

    @cached_property
    def waiting(self) -> PendingCalls:
        """Calls that wait on this server's event loop."""
        return PendingCalls()

    def close(self) -> None:
        """Stop all threads and processes, and close the store."""
        if self.paces is not None:
            self.paces.stop()
        if "films" in self.__dict__:
            self.films.renders.stop()
        self.jobs.stop()
        self.intake.close()
        self.store.close()


def open_studio(home: Path | None = None, runner: Runner | None = None, *, spares: int = 2) -> Studio:
    """A studio on `home` (STUDIO_HOME or the user's data folder); its workers are not started yet."""
    store = Store(home)
    if store.database.shared:
        share_keys(store, {FILE_NAME: certificate, KEY_FILE: key_in, ADDRESSES_FILE: addresses_key})
    return Studio(store, jobs_on(store, runner or runner_from_environment()), Intake(spares=spares))


def check_settings_of_deployment() -> None:
    """Raise Refusal at start, rather than later, for settings that are no numbers and plug-ins that are not there."""
    keep_days()
    address_limit()
    total_limit()
    threshold()
    check_plugins()
    fresh_seed()
    megabytes("STUDIO_TOTAL_MB", 0)
