"""`pingji demo`: a night of rain over a real district, with simulated people only, in a world of its own (DEMO).

Real processes all the way: servers, coordinator, workers and the simulated teams, which know nothing but the
published protocol. Configured servers are ignored; nothing here can reach a live world.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

import msgspec

from coordinator.admin.outlines.bringing import thinned
from coordinator.admin.outlines.laid import lay
from coordinator.admin.record.open_log import open_log
from coordinator.admin.record.whole_log import read_all
from coordinator.admin.run.founding import OPERATOR_TOKEN, WorldPlan, write_plan
from coordinator.admin.run.grants import Wanted, issue
from coordinator.admin.run.ground import sampled_registers
from coordinator.admin.run.supervisor import Supervisor
from coordinator.admin.sample.outlines import INVENTED, invented
from coordinator.admin.say import say, write_json
from coordinator.admin.tell import tell_summary
from coordinator.domain.access import Role
from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.register import AreaRegister
from coordinator.domain.world import DEMO
from coordinator.playbook import library
from coordinator.review.summary import WANTED, Summary, summarise
from coordinator.store.outlines import Outline
from coordinator.store.registers import RegisterSet
from coordinator.wire.exits import Exit
from coordinator.wire.words import Language

DISTRICT: Final = "420107"
EVENING: Final = datetime(2026, 6, 27, 17, 0, tzinfo=timezone(timedelta(hours=8)))
"""When the world's night begins; an invented one."""


async def run_demo(
    *, stay: bool, json: str, seed: int, rate: float, data: Path | None, port: int, lang: Language
) -> int:
    """Play the night, check the record, print the summary. 0 when all that it must show was seen."""
    directory = data or Path(tempfile.mkdtemp(prefix="pingji-demo-"))
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    registers = sampled_registers("wuhan", DISTRICT, seed)
    plan = WorldPlan(world=DEMO, rate=rate, origin=EVENING, **registers.digests._asdict())
    write_plan(directory, registers, plan)
    lay(directory, _invented_map(registers.open().areas, seed))
    webhook_port = _free_port()
    supervisor = Supervisor(
        directory,
        DEMO,
        host="127.0.0.1",
        port=port,
        worker_environment={
            "PINGJI_CHANNELS": "sim,webhook",
            "PINGJI_WEBHOOK_URL": f"http://127.0.0.1:{webhook_port}/pingji",
            "PINGJI_WEBHOOK_SECRET": "demo",
        },
    )
    try:
        await supervisor.start()
        opened = registers.open()
        name, people = opened.areas[DISTRICT].name, len(opened.people)
        communities, grids = (
            len(opened.areas.below(DISTRICT, level)) for level in (AreaLevel.COMMUNITY, AreaLevel.GRID)
        )
        zh = f"【演示】{name}：{communities} 个社区、{grids} 个网格、{people} 人，均为模拟。"
        en = f"[DEMO] {name}: {communities} communities, {grids} grids, {people} people, all simulated. "
        say(f"{zh if lang == 'zh' else en}{supervisor.urls[0]}")
        config = await _configure(supervisor, opened, seed, rate, webhook_port, stay, lang)
        if stay:
            _invite(supervisor, config)
        try:
            code = await _play(supervisor, config)
        except asyncio.CancelledError:
            if not stay:
                raise
            code = 0
        summary = await _look_back(directory)
    finally:
        await supervisor.stop()
        if data is None:
            shutil.rmtree(directory, ignore_errors=True)
    tell_summary(summary, opened.areas, lang)
    write_json(json, summary)
    missing = [name for name in WANTED if not summary.figures[name].position]
    if missing:
        say(f"没有看到 not seen: {', '.join(missing)}")
    else:
        say(
            "接着练一场：仙林街道夜间突击，模拟队伍，约十秒\n"
            "Practise next, with simulated teams, in about ten seconds:\n"
            "  pingji drill run xianlin-night-raid --simulate --areas xianlin"
        )
    return Exit.FAILED if code or missing else Exit.OK


def _invented_map(areas: AreaRegister, seed: int) -> dict[AreaCode, Outline]:
    """Something to look at; it says of itself that it is not the real place."""
    shapes = thinned(invented(areas, seed), areas)
    return {code: Outline.of(rings, INVENTED) for code, rings in shapes.items()}


def _invite(supervisor: Supervisor, config: Path) -> None:
    """How to look around and to give orders while the simulated teams run."""
    commanders = msgspec.json.decode(config.read_bytes())["tokens"]["commander"]
    say(
        f"指挥台 desk: {supervisor.urls[0]}/desk/\n"
        f"  export PINGJI_URL={supervisor.urls[0]}\n"
        f"  export PINGJI_TOKEN={commanders[0]['token']}   # {commanders[0]['person']}\n"
        f"  第二人 the second person: {commanders[1]['token']}\n"
        f"  pingji board area:{DISTRICT} --watch\n"
        "Ctrl-C 停止，并打印时间轴和统计 stops it and tells the timeline and the figures."
    )


async def _configure(
    supervisor: Supervisor,
    registers: RegisterSet,
    seed: int,
    rate: float,
    webhook_port: int,
    stay: bool,
    lang: Language,
) -> Path:
    """Tokens for everybody the night needs, and the file that tells the simulated teams where to find it all."""
    tree, organisation = registers.areas, registers.organisation
    streets, communities, grids = (
        tree.below(DISTRICT, level) for level in (AreaLevel.STREET, AreaLevel.COMMUNITY, AreaLevel.GRID)
    )
    leaders = [team for team in organisation.teams.values() if team.kind == "shock_team"]
    wanted = [Wanted(f"sim-commander-{n}", Role.COMMANDER, DISTRICT, f"office:{DISTRICT}") for n in (1, 2)]
    wanted += [Wanted("sim-auditor", Role.AUDITOR, tree.roots()[0])]
    wanted += [Wanted(f"sim-{area}", Role.STREET, area, f"office:{area}") for area in streets]
    wanted += [Wanted(f"sim-{area}", Role.COMMUNITY, area, f"office:{area}") for area in communities]
    wanted += [Wanted(f"sim-{area}", Role.GRID, area) for area in grids]
    wanted += [Wanted(team.members[0], Role.TEAM_LEADER, team.area) for team in leaders]
    operator = (supervisor.data / OPERATOR_TOKEN).read_text()
    tokens = await issue(supervisor.urls[0], operator, wanted)
    given = dict(zip(wanted, tokens, strict=True))

    def by_area(role: Role) -> dict[str, str]:
        return {who.area: token for who, token in given.items() if who.role is role}

    config: dict[str, Any] = {
        "urls": [url.replace("http", "ws", 1) + "/ws" for url in supervisor.urls],
        "seed": seed,
        "rate": rate,
        "world": DEMO,
        "district": DISTRICT,
        "playbook": library.bundled("flood-typhoon").digest,
        "webhook": {"port": webhook_port},
        "stay": stay,
        "lang": lang,
        "out": str(supervisor.data / "notes.json"),
        "tokens": {
            "commander": [
                {"person": who.person, "token": token, "area": who.area}
                for who, token in given.items()
                if who.role is Role.COMMANDER
            ],
            "auditor": next(token for who, token in given.items() if who.role is Role.AUDITOR),
            "streets": by_area(Role.STREET),
            "communities": by_area(Role.COMMUNITY),
            "grids": by_area(Role.GRID),
            "team_leaders": {
                team.id: token for team, token in zip(leaders, tokens[-len(leaders) :], strict=True)
            },
        },
    }
    path = supervisor.data / "simulator.json"
    path.touch(mode=0o600)
    path.write_bytes(msgspec.json.encode(config))
    return path


async def _play(supervisor: Supervisor, config: Path) -> int:
    """Run the simulated teams until their story ends; meanwhile what dies is started again."""
    process = await asyncio.create_subprocess_exec(
        *_simulator(config), stdin=asyncio.subprocess.DEVNULL, start_new_session=True
    )
    watching = asyncio.create_task(supervisor.watch())
    waiting = asyncio.create_task(process.wait())
    try:
        await asyncio.wait({watching, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if watching.done():
            watching.result()
        return waiting.result()
    finally:
        watching.cancel()
        if process.returncode is None:
            process.terminate()
        await asyncio.gather(watching, waiting, return_exceptions=True)


def _simulator(config: Path) -> list[str]:
    from coordinator.store.tether import tethered

    return tethered([sys.executable, "-m", "clients.simulator", "--config", str(config)])


async def _look_back(data: Path) -> Summary:
    """Read the whole record, checking its chain on the way, and tell what happened from it alone."""
    async with open_log(data) as (log, _):
        return summarise(await read_all(log))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
