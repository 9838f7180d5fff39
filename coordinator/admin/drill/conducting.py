"""What the coordinator process of a drill's world does beside serving it: prepares the drill, and conducts it.

It sits on the drill's own log and can name no other; killed and started again it goes on from what stands there.
"""

from __future__ import annotations

from pathlib import Path

import structlog

from coordinator.admin.drill.plan import BEGAN_FILE, OVER_FILE, DrillPlan, read_playbook, read_script
from coordinator.domain.command import Command
from coordinator.domain.drill import OVER, the_drill
from coordinator.drills.conductor import Conductor
from coordinator.drills.lockstep import prepare
from coordinator.engine.coordinator import Coordinator
from coordinator.store.log import EventLog
from coordinator.store.vault import Vault

log = structlog.get_logger()


async def prepared(
    coordinator: Coordinator, event_log: EventLog, vault: Vault, data: Path, plan: DrillPlan
) -> Conductor:
    """Have script and playbook beside the log and the drill prepared; may be repeated. Gives who conducts it."""
    script, playbook = read_script(data), read_playbook(data)
    await event_log.put_blob(script.digest, script.json)
    digest = await coordinator.shelf.publish(playbook) if playbook is not None else ""
    await _done(coordinator, prepare(script, coordinator.root, plan.rate))
    mark_as_it_goes(coordinator, data)
    return Conductor(coordinator, event_log, script, digest, vault)


def mark_as_it_goes(coordinator: Coordinator, directory: Path) -> None:
    """That it has begun, and that it is over: as soon as the drill's log says so, and at once where it does already."""

    def look(scope: str) -> None:
        drill = the_drill(coordinator.reactors[coordinator.root].state)
        if drill is None:
            return
        _mark(directory / BEGAN_FILE, drill.began is not None)
        _mark(directory / OVER_FILE, drill.phase in OVER)

    coordinator.on_change(look)
    look(coordinator.root)


def _mark(path: Path, so: bool) -> None:
    if not so or path.exists():
        return
    try:
        path.touch(mode=0o600)
    except OSError as full:  # the next change, or the next start, tries again
        log.warning("how far the drill is cannot be noted", what=path.name, why=str(full))


async def _done(coordinator: Coordinator, command: Command) -> None:
    outcome = await coordinator.do(command)
    if outcome.status != "accepted":
        raise RuntimeError(f"the drill cannot be prepared: {outcome.refusal or outcome.status}")
