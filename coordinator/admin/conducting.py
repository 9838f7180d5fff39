"""What the coordinator process of a drill's world does beside serving it: prepares the drill, and conducts it.

It sits on the drill's own log and can name no other; killed and started again it goes on from what stands there.
"""

from __future__ import annotations

from pathlib import Path

from coordinator.admin.drill_plan import DrillPlan, read_playbook, read_script
from coordinator.domain.command import Command
from coordinator.drills.conductor import Conductor
from coordinator.drills.lockstep import prepare
from coordinator.engine.coordinator import Coordinator
from coordinator.store.log import EventLog
from coordinator.store.vault import Vault


async def prepared(
    coordinator: Coordinator, event_log: EventLog, vault: Vault, data: Path, plan: DrillPlan
) -> Conductor:
    """Have script and playbook beside the log and the drill prepared; may be repeated. Gives who conducts it."""
    script, playbook = read_script(data), read_playbook(data)
    await event_log.put_blob(script.digest, script.json)
    digest = await coordinator.shelf.publish(playbook) if playbook is not None else ""
    await _done(coordinator, prepare(script, coordinator.root, plan.rate))
    return Conductor(coordinator, event_log, script, digest, vault)


async def _done(coordinator: Coordinator, command: Command) -> None:
    outcome = await coordinator.do(command)
    if outcome.status != "accepted":
        raise RuntimeError(f"the drill cannot be prepared: {outcome.refusal or outcome.status}")
