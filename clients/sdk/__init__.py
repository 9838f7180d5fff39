"""The asyncio client of the live protocol: boards that stay live, commands that are repeated until answered."""

from clients.sdk.changes import Change, Changes
from clients.sdk.client import Client
from clients.sdk.outbox import Outbox, Outgoing, State
from clients.sdk.problems import (
    BoardRefused,
    ClientClosed,
    ClientProblem,
    CommandRefused,
    ConnectionClosedForGood,
    SignInRefused,
    Unanswered,
    Unreachable,
)

__all__ = [
    "BoardRefused",
    "Change",
    "Changes",
    "Client",
    "ClientClosed",
    "ClientProblem",
    "CommandRefused",
    "ConnectionClosedForGood",
    "Outbox",
    "Outgoing",
    "SignInRefused",
    "State",
    "Unanswered",
    "Unreachable",
]
