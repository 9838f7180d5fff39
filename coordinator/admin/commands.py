"""Commands that need more than the wire: running a city, its tokens, its registers, its log.

Each is a thin shell: it reads options, calls the part that does the work, and turns an error into an exit code.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coordinator.admin.areas.commands import areas_app, sample
from coordinator.admin.drill.commands import drill_app
from coordinator.admin.drill.rehearse_commands import add_rehearsal
from coordinator.admin.paper.commands import print_area
from coordinator.admin.people.commands import people_app
from coordinator.admin.people.duty_commands import duty_app
from coordinator.admin.record.cap_commands import cap
from coordinator.admin.record.log_commands import log_app
from coordinator.admin.record.report_commands import report_operation
from coordinator.admin.run.commands import demo, serve, up, work
from coordinator.admin.run.doctor_commands import doctor
from coordinator.admin.run.token_commands import token_app

if TYPE_CHECKING:
    from coordinator.drills.players import Cast

Data = Annotated[Path, typer.Option("--data", envvar="PINGJI_DATA", help="数据目录 data directory")]


def add_to(app: typer.Typer, cast: Cast) -> None:
    """`cast` makes the simulated teams of a drill."""
    app.command("up")(up)
    app.command("demo")(demo)
    app.command("serve")(serve)
    app.command("work", context_settings={"allow_extra_args": True})(work)
    app.command("sample")(sample)
    app.command("doctor")(doctor)
    app.command("print")(print_area)
    app.command("report")(report_operation)
    app.command("cap")(cap)
    app.add_typer(areas_app, name="areas")
    app.add_typer(people_app, name="people")
    app.add_typer(duty_app, name="duty")
    app.add_typer(add_rehearsal(cast), name="playbook")
    app.add_typer(token_app, name="token")
    app.add_typer(log_app, name="log")
    app.add_typer(drill_app(cast), name="drill")
