"""`pingji up`: the product on one machine. Founds the world at the first start, then keeps its processes running."""

from __future__ import annotations

from pathlib import Path

from coordinator.admin.founding import OPERATOR_TOKEN, WorldPlan, read_plan, sampled_registers, write_plan
from coordinator.admin.grants import Wanted, issue
from coordinator.admin.say import say, write_json
from coordinator.admin.supervisor import Supervisor
from coordinator.domain.access import Role
from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.register import Kind
from coordinator.domain.world import LIVE
from coordinator.store.registers import RegisterCache, RegisterSet


async def run_up(
    data: Path, host: str, port: int, areas: str, under: AreaCode, seed: int, coordinators: int, json: str
) -> int:
    """Run until cancelled. `json` gets the addresses, and at the first start the tokens, once all is ready."""
    first = not (data / OPERATOR_TOKEN).exists()
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    plan = read_plan(data)
    if plan is None:
        registers = sampled_registers(areas, under, seed)
        plan = WorldPlan(world=LIVE, **registers.digests._asdict())
        write_plan(data, registers, plan)
        say(
            f"首次启动：以内置区划 {areas} {under} 和生成的（非真实的）人员名册建立。"
            f"\nFirst start: founded with the bundled areas {areas} {under} and generated, not real, people."
        )
    supervisor = Supervisor(data, plan.world, host=host, port=port, coordinators=coordinators)
    try:
        await supervisor.start()
        say(f"平急已就绪 pingji is up: {' '.join(supervisor.urls)}（Ctrl-C 停止 stops it）")
        tokens = await _issue_tokens(supervisor, await _registers(data, plan)) if first else []
        write_json(json, {"urls": supervisor.urls, "world": plan.world, "tokens": tokens})
        await supervisor.watch()
    finally:
        await supervisor.stop()
    return 0


async def _registers(data: Path, plan: WorldPlan) -> RegisterSet:
    async def nowhere(digest: str) -> bytes | None:
        return None

    return await RegisterCache(data / "registers", nowhere).open(plan.digests)


async def _issue_tokens(supervisor: Supervisor, registers: RegisterSet) -> list[dict[str, str]]:
    """One sign-in token per role, shown once and stored nowhere."""
    tree = registers.areas
    root = tree.roots()[0]
    first = {
        level: next(iter(tree.below(root, level)), root) for level in AreaLevel if level != AreaLevel.BUILDING
    }
    district, street = first[AreaLevel.DISTRICT], first[AreaLevel.STREET]
    community, grid = first[AreaLevel.COMMUNITY], first[AreaLevel.GRID]
    wanted = [
        Wanted("duty-1", Role.COMMANDER, root, f"office:{root}"),
        Wanted("duty-2", Role.COMMANDER, district, f"office:{district}"),
        Wanted("duty-3", Role.COMMANDER, district, f"office:{district}"),
        Wanted("duty-4", Role.STREET, street, f"office:{street}"),
        Wanted("duty-5", Role.COMMUNITY, community, f"office:{community}"),
        Wanted("duty-6", Role.GRID, grid),
        Wanted("auditor-1", Role.AUDITOR, root),
    ]
    team = next((one for one in registers.organisation.teams_of(street) if one.kind == Kind.SHOCK_TEAM), None)
    if team is not None:
        wanted.append(Wanted(team.members[0], Role.TEAM_LEADER, street))
    wanted.append(Wanted("dispatcher-1", Role.UNIT, street))
    living = registers.people.living_in(grid)
    if living:
        wanted.append(Wanted(living[0], Role.RESPONDER, grid))
    operator = (supervisor.data / OPERATOR_TOKEN).read_text()
    tokens = await issue(supervisor.urls[0], operator, wanted)
    wanted.append(Wanted("operator", Role.OPERATOR, root))
    tokens.append(operator)
    say("登录令牌（只显示这一次）sign-in tokens, shown this once:")
    for who, token in zip(wanted, tokens, strict=True):
        print(f"{who.role.value:12} {who.area:14} {tree[who.area].name}  {who.person:10} {token}", flush=True)
    return [
        {"person": who.person, "role": who.role.value, "area": who.area, "token": token}
        for who, token in zip(wanted, tokens, strict=True)
    ]
