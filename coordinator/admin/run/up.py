"""`pingji up`: the product on one machine. Founds the world at the first start, then keeps its processes running."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import structlog

from coordinator.admin.drill.host import AlreadyHosted, DrillHost
from coordinator.admin.drill.live_watch import Live
from coordinator.admin.people.commands import end_with_faults, tell
from coordinator.admin.people.importing import Ground, import_people, is_founded
from coordinator.admin.run.founding import OPERATOR_TOKEN, WorldPlan, read_plan, write_plan
from coordinator.admin.run.grants import Wanted, issue
from coordinator.admin.run.ground import sampled_registers
from coordinator.admin.run.ports import port_is_free
from coordinator.admin.run.supervisor import Supervisor
from coordinator.admin.say import fail, say, write_json
from coordinator.domain.access import Role
from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.register import Kind
from coordinator.domain.world import LIVE
from coordinator.settings import DEFAULT_PORT
from coordinator.store.registers import RegisterCache, RegisterSet
from coordinator.wire.exits import Exit

TOKENS_SHOWN: Final = "tokens-shown"
"""Marks that the tokens of the first start were given out."""
HOST_AGAIN_SECONDS: Final = 2.0
DEFAULT_URL: Final = f"http://127.0.0.1:{DEFAULT_PORT}"

log = structlog.get_logger()


async def run_up(
    data: Path, host: str, port: int, ground: Ground, people: Path | None, coordinators: int, json: str
) -> int:
    """Run until cancelled. `people`: whom the world is founded with. `json` gets the addresses, and at the first start
    the tokens, once all is ready."""
    first = not (data / TOKENS_SHOWN).exists()
    if not port_is_free(host, port):
        fail(
            f"{host}:{port} 已被占用；换一个端口 --port，或停止占用它的程序。"
            f"\n{host}:{port} is in use: choose another --port, or stop what uses it.",
            Exit.DEPENDENCY,
        )
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if people is not None:
        await _bring_people(people, data, ground)
    plan = read_plan(data)
    if plan is None:
        registers = sampled_registers(*ground)
        plan = WorldPlan(world=LIVE, **registers.digests._asdict())
        write_plan(data, registers, plan)
        say(
            f"首次启动：以内置区划 {ground.areas} {ground.under} 和生成的（非真实的）人员名册建立。\nFirst start: "
            f"founded with the bundled areas {ground.areas} {ground.under} and generated, not real, people."
        )
    supervisor = Supervisor(data, plan.world, host=host, port=port, coordinators=coordinators)
    try:
        await supervisor.start()
        say(f"平急已就绪 pingji is up: {' '.join(supervisor.urls)}（Ctrl-C 停止 stops it）")
        tokens = await _issue_tokens(supervisor, await _registers(data, plan)) if first else []
        (data / TOKENS_SHOWN).touch(mode=0o600)
        if supervisor.urls[0] != DEFAULT_URL:
            say(f"其他命令请先 export PINGJI_URL={supervisor.urls[0]} (for the other commands)")
        write_json(json, {"urls": supervisor.urls, "world": plan.world, "tokens": tokens})
        await _watch(supervisor, DrillHost(data, Live(data.absolute(), supervisor.urls)))
    finally:
        await supervisor.stop()
    return 0


async def _bring_people(file: Path, data: Path, ground: Ground) -> None:
    """All of them or nothing is founded; a world that has its people already keeps them."""
    if is_founded(data):
        say(
            f"已经建立，不再读入 {file}；更新姓名和电话请用 pingji people import。"
            f"\nFounded already, {file} is not read: bring names and phones up to date with `pingji people import`."
        )
        return
    imported = await import_people(file, data, ground, check=False)
    end_with_faults(imported)
    tell(imported)


async def _watch(supervisor: Supervisor, drills: DrillHost) -> None:
    """The real world, and beside it the drills: they end first, and what befalls them ends nothing else."""
    beside = asyncio.create_task(host_drills(drills.run), name="drills")
    try:
        await supervisor.watch()
    finally:
        beside.cancel()
        await asyncio.gather(beside, return_exceptions=True)


async def host_drills(
    run: Callable[[], Awaitable[None]], wait: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Until cancelled. Where another process keeps the drills running, no real order of this city stops them: that is
    said, and they are taken over as soon as it lets go."""
    told = False
    while True:
        try:
            await run()
        except AlreadyHosted as other:
            if not told:
                say(
                    f"演练由另一进程运行（{other}）：实战命令不会停止它们！请结束 pingji drill host，由本进程接管。"
                    f"\nAnother process keeps the drills running ({other}): real orders will NOT stop them. "
                    "End `pingji drill host`, and this process takes them over."
                )
                log.warning("real orders do not stop drills: another process hosts them", folder=str(other))
            told = True
        except Exception:  # whatever befalls the drills, the city goes on
            log.exception("the host of drills failed and is started again")
        await wait(HOST_AGAIN_SECONDS)


async def _registers(data: Path, plan: WorldPlan) -> RegisterSet:
    async def nowhere(digest: str) -> bytes | None:
        return None

    return await RegisterCache(data / "registers", nowhere).open(plan.digests)


async def _issue_tokens(supervisor: Supervisor, registers: RegisterSet) -> list[dict[str, str]]:
    """Sign-in tokens for every role, shown once and stored nowhere; two commanders, as levels II and I need two."""
    tree = registers.areas
    root = tree.roots()[0]
    first = {
        level: next(iter(tree.below(root, level)), root) for level in AreaLevel if level != AreaLevel.BUILDING
    }
    district, street = first[AreaLevel.DISTRICT], first[AreaLevel.STREET]
    community, grid = first[AreaLevel.COMMUNITY], first[AreaLevel.GRID]
    offices, living = registers.organisation.offices, registers.people.living_in(grid)
    known = map(registers.people.get, living)
    staff = [one.id for one in known if one is not None and Kind.GRID_STAFF in one.kinds]

    def officer(area: AreaCode, turn: int, otherwise: str) -> str:
        """Who is on duty there by the register: one signs in as who one is."""
        office = offices.get(f"office:{area}")
        return office.duty[turn] if office and len(office.duty) > turn else otherwise

    wanted = [
        Wanted(officer(root, 0, "duty-1"), Role.COMMANDER, root, f"office:{root}"),
        Wanted(officer(root, 1, "duty-7"), Role.COMMANDER, root, f"office:{root}"),
        Wanted(officer(district, 0, "duty-2"), Role.COMMANDER, district, f"office:{district}"),
        Wanted(officer(district, 1, "duty-3"), Role.COMMANDER, district, f"office:{district}"),
        Wanted(officer(street, 0, "duty-4"), Role.STREET, street, f"office:{street}"),
        Wanted(officer(community, 0, "duty-5"), Role.COMMUNITY, community, f"office:{community}"),
        Wanted(staff[-1] if staff else "duty-6", Role.GRID, grid),
        Wanted("auditor-1", Role.AUDITOR, root),
    ]
    team = next((one for one in registers.organisation.teams_of(street) if one.kind == Kind.SHOCK_TEAM), None)
    if team is not None:
        wanted.append(Wanted(team.members[0], Role.TEAM_LEADER, street))
    wanted.append(Wanted("dispatcher-1", Role.UNIT, street))
    if living:
        wanted.append(Wanted(living[0], Role.RESPONDER, grid))
    operator = (supervisor.data / OPERATOR_TOKEN).read_text()
    tokens = await issue(supervisor.urls[0], operator, wanted)
    wanted.append(Wanted("operator", Role.OPERATOR, root))
    tokens.append(operator)
    say("登录令牌（只显示这一次）sign-in tokens, shown this once:")
    for who, token in zip(wanted, tokens, strict=True):
        # The token first: on 80 columns it must not be broken where somebody is to copy it.
        print(f"{token}  {who.role.value:11} {who.area:14} {tree[who.area].name} {who.person}", flush=True)
    return [
        {"person": who.person, "role": who.role.value, "area": who.area, "token": token}
        for who, token in zip(wanted, tokens, strict=True)
    ]
